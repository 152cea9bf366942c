/**
 * All that a page loads to run commands before the reader acts: buttons. The runtime (`page.ts`, the worker, the terminal)
 * comes when a button is pointed at or focused, and is used when it is pressed.
 */

import { bootTexts, localeOf } from './boot-texts.ts';
import { copyText } from './clipboard.ts';
import { action, el } from './dom.ts';
import { storageKey } from './storage-key.ts';

/** Real milliseconds that a button says that it has copied. */
const SAID_FOR = 1600;

const locale = localeOf(document);
const announcer = el('div', { className: 'visually-hidden', role: 'status' });
let runtime: Promise<typeof import('./page.ts')> | undefined;

function announce(text: string): void {
  announcer.textContent = text;
}

function load(): Promise<typeof import('./page.ts')> {
  runtime ??= import('./page.ts');
  runtime.catch(() => {
    runtime = undefined;
    announce(bootTexts.loadFailed[locale]);
  });
  return runtime;
}

/** A button of the runtime: loads it on intent, calls it on click. */
function lazyAction(name: string, text: string, onClick: (page: typeof import('./page.ts')) => void) {
  const button = action(name, text, () => void load().then(onClick, () => {}));
  for (const event of ['pointerenter', 'focus', 'touchstart'] as const) {
    button.addEventListener(
      event,
      () =>
        void load().then(
          (page) => page.prepare(),
          () => {},
        ),
      {
        once: true,
        passive: true,
      },
    );
  }
  return button;
}

function copyButton(snippet: HTMLElement): HTMLButtonElement {
  const button = action('copy', bootTexts.copy[locale], async () => {
    const { edited, source, content } = snippet.dataset;
    const said = await copyText(edited ?? source ?? content ?? '').then(
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
  const copy = copyButton(snippet);
  if (snippet.dataset['step'] === undefined) place?.append(copy);
  else {
    place?.append(
      lazyAction('run', bootTexts.run[locale], (page) => page.run(snippet)),
      copy,
      lazyAction('edit', bootTexts.edit[locale], (page) => page.edit(snippet)),
    );
  }
}

function addTerminal(terminal: HTMLElement): void {
  if (terminal.dataset['page'] !== undefined) {
    void load().then(
      (page) => page.openTerminal(),
      () => {},
    );
    return;
  }
  const toggle = lazyAction('terminal', bootTexts.terminal[locale], (page) => page.toggleTerminal());
  toggle.className = 'terminal-toggle';
  toggle.ariaExpanded = 'false';
  toggle.append(' ', el('kbd', {}, 'Ctrl `'));
  terminal.append(toggle);
  document.addEventListener('keydown', (event) => {
    if (event.key !== '`' || !event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    void load().then(
      (page) => page.toggleTerminal(),
      () => {},
    );
  });
}

/** Something was run or changed on this page before it was reloaded: show that. */
function restore(): void {
  const seed = document.querySelector<HTMLElement>('[data-seed]')?.dataset['seed'];
  try {
    if (seed !== undefined && sessionStorage.getItem(storageKey(seed)) !== null)
      void load().then(
        (page) => page.restore(),
        () => {},
      );
  } catch {
    // No storage, nothing to restore.
  }
}

document.body.append(announcer);
for (const snippet of document.querySelectorAll<HTMLElement>('run-snippet')) addButtons(snippet);
for (const terminal of document.querySelectorAll<HTMLElement>('muelle-terminal')) addTerminal(terminal);
restore();
