/**
 * All that a page loads to run commands before the reader acts: buttons. The runtime (`page.ts`, the worker, the terminal)
 * comes when a button is pointed at or focused, and is used when it is pressed.
 */
import { bootTexts, localeOf } from './boot-texts.ts';
import { copyText } from './clipboard.ts';
import { action, el } from './dom.ts';
import { sourceOf } from './source.ts';
import { storageKey } from './storage-key.ts';

type Runtime = typeof import('./page.ts');

/** Real milliseconds that a button says that it has copied. */
const SAID_FOR = 1600;

const locale = localeOf(document);
const announcer = el('div', { className: 'visually-hidden', role: 'status' });
let runtime: Promise<Runtime> | undefined;

function announce(text: string): void {
  announcer.textContent = text;
}

/** Does something with the runtime, which is loaded if it is not there. */
function withRuntime(work: (page: Runtime) => unknown): void {
  runtime ??= import('./page.ts');
  runtime.then(work).catch(() => {
    runtime = undefined;
    announce(bootTexts.loadFailed[locale]);
  });
}

/** A button of the runtime: `prepare` on intent, `onClick` on click. */
function lazyAction(
  name: string,
  text: string,
  onClick: (page: Runtime) => unknown,
  prepare: (page: Runtime) => unknown = (page) => page.prepare(),
) {
  const button = action(name, text, () => withRuntime(onClick));
  for (const event of ['pointerenter', 'focus', 'touchstart'] as const)
    button.addEventListener(event, () => withRuntime(prepare), { once: true, passive: true });
  return button;
}

function copyButton(snippet: HTMLElement): HTMLButtonElement {
  const button = action('copy', bootTexts.copy[locale], async () => {
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
  return button;
}

function addButtons(snippet: HTMLElement): void {
  const place = snippet.querySelector('.snippet-actions');
  const isStep = snippet.dataset['step'] !== undefined;
  // A file is written when the step that needs it runs; only the reader's own version has to be saved.
  if (isStep && snippet.dataset['file'] === undefined)
    place?.append(lazyAction('run', bootTexts.run[locale], (page) => page.run(snippet)));
  place?.append(copyButton(snippet));
  if (isStep) place?.append(lazyAction('edit', bootTexts.edit[locale], (page) => page.edit(snippet)));
}

function addTerminal(terminal: HTMLElement): void {
  const prepare = (page: Runtime) => page.prepareTerminal();
  if (terminal.dataset['page'] !== undefined) {
    const start = lazyAction('terminal', bootTexts.start[locale], (page) => page.startTerminal(), prepare);
    start.className = 'terminal-start';
    terminal.append(start);
    // Whoever moves on this page has come for the terminal.
    for (const event of ['pointermove', 'keydown', 'touchstart'] as const)
      document.addEventListener(event, () => withRuntime((page) => page.openTerminal()), {
        once: true,
        passive: true,
      });
    return;
  }
  const toggle = lazyAction('terminal', bootTexts.terminal[locale], (page) => page.toggleTerminal(), prepare);
  toggle.className = 'terminal-toggle';
  toggle.ariaExpanded = 'false';
  toggle.append(' ', el('kbd', {}, 'Ctrl `'));
  terminal.append(toggle);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '`' || !event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    withRuntime((page) => page.toggleTerminal());
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
for (const snippet of document.querySelectorAll<HTMLElement>('run-snippet')) addButtons(snippet);
for (const terminal of document.querySelectorAll<HTMLElement>('muelle-terminal')) addTerminal(terminal);
restore();
