/**
 * Gives the buttons of snippets and terminal their work. Comes with the reader's first act (`src/site/client/frame.ts`); the
 * runtime (`page.ts`, the worker, the terminal) comes when a button is pointed at or focused, and is used when it is pressed.
 */
import { bootTexts, localeOf } from './boot-texts.ts';
import { copyText } from './clipboard.ts';
import { el } from './dom.ts';
import { sayFailed } from './failure.ts';
import { shortcutOf } from './shortcuts.ts';
import { sourceOf } from './source.ts';
import { storageKey } from './storage-key.ts';

type Runtime = typeof import('./page.ts');
type Work = (page: Runtime) => unknown;

/** Real milliseconds that a button says that it has copied. */
const SAID_FOR = 1600;

const locale = localeOf(document);
const announcer = el('div', { className: 'visually-hidden', role: 'status' });
let runtime: Promise<Runtime> | undefined;

/** Tells a screen reader. */
export function announce(text: string): void {
  announcer.textContent = text;
}

/** Does something with the runtime, which is loaded if it is not there; a failure is told at what was pressed. */
function withRuntime(work: Work, pressed?: Element): void {
  runtime ??= import('./page.ts');
  runtime.then(work).catch(() => {
    runtime = undefined;
    if (pressed) sayFailed(pressed);
  });
}

function buttonIn(place: HTMLElement, name: string): HTMLButtonElement | null {
  return place.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
}

/** Gives a button its work with the runtime: `prepare` on intent, `onClick` on click. */
export function connect(
  button: HTMLButtonElement | null,
  onClick: Work,
  prepare: Work = (page) => page.prepare(),
): void {
  button?.addEventListener('click', () => withRuntime(onClick, button));
  for (const event of ['pointerover', 'focusin'] as const)
    button?.addEventListener(event, () => withRuntime(prepare), { once: true });
}

function connectCopy(snippet: HTMLElement): void {
  const button = buttonIn(snippet, 'copy');
  button?.addEventListener('click', async () => {
    const said = await copyText(sourceOf(snippet)).then(
      () => bootTexts.copied[locale],
      () => bootTexts.copyFailed[locale],
    );
    announce(said);
    button.textContent = said;
    setTimeout(() => {
      button.textContent = bootTexts.copy[locale];
      announce('');
    }, SAID_FOR);
  });
}

/** The link to the explanation becomes a button that shows it in place. */
export function connectExplain(snippet: HTMLElement): void {
  const link = snippet.querySelector<HTMLAnchorElement>('a[data-action="explain"]');
  if (!link) return;
  link.role = 'button';
  link.ariaExpanded = 'false';
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import('./explain-view.ts')
      .then((view) => view.toggleExplanation(snippet, link))
      // The page that explains is still there.
      .catch(() => location.assign(link.href));
  });
  link.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    link.click();
  });
  for (const type of ['pointerover', 'focusin'] as const)
    link.addEventListener(
      type,
      () => void import('./explain-view.ts').then((view) => view.prepareExplanation(link)),
      {
        once: true,
      },
    );
}

function connectTerminal(terminal: HTMLElement): void {
  const button = buttonIn(terminal, 'terminal');
  const prepare = (page: Runtime) => page.prepareTerminal();
  if (terminal.dataset['page'] !== undefined) {
    connect(button, (page) => page.startTerminal(), prepare);
    // Whoever moves on this page has come for the terminal.
    for (const event of ['pointerover', 'pointermove', 'keydown'] as const)
      document.addEventListener(event, () => withRuntime((page) => page.openTerminal()), { once: true });
    return;
  }
  connect(button, (page) => page.toggleTerminal(), prepare);
  document.addEventListener('keydown', (event) => {
    if (shortcutOf(event) !== 'terminal') return;
    event.preventDefault();
    withRuntime((page) => page.toggleTerminal(), button ?? undefined);
  });
}

/** Something was run or changed on this page before it was reloaded: show that. */
function restore(): void {
  const seed = document.querySelector<HTMLElement>('[data-seed]')?.dataset['seed'];
  try {
    if (seed !== undefined && sessionStorage.getItem(storageKey(seed)) !== null)
      withRuntime((page) => page.restore());
  } catch {
    // No storage, nothing to restore.
  }
}

document.body.append(announcer);
for (const snippet of document.querySelectorAll<HTMLElement>('run-snippet')) {
  connect(buttonIn(snippet, 'run'), (page) => page.run(snippet));
  connect(buttonIn(snippet, 'edit'), (page) => page.edit(snippet));
  connectCopy(snippet);
  connectExplain(snippet);
}
for (const terminal of document.querySelectorAll<HTMLElement>('muelle-terminal')) connectTerminal(terminal);
restore();
