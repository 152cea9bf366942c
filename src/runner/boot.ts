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
/** What went wrong has been announced where the runtime is loaded. */
const noop = () => {};
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
  const button = action(name, text, () => void load().then(onClick, noop));
  for (const event of ['pointerenter', 'focus', 'touchstart'] as const) {
    button.addEventListener(event, () => void load().then((page) => page.prepare(), noop), {
      once: true,
      passive: true,
    });
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
  const isStep = snippet.dataset['step'] !== undefined;
  // A file is written when the step that needs it runs; only the reader's own version has to be saved.
  if (isStep && snippet.dataset['file'] === undefined)
    place?.append(lazyAction('run', bootTexts.run[locale], (page) => page.run(snippet)));
  place?.append(copyButton(snippet));
  if (isStep) place?.append(lazyAction('edit', bootTexts.edit[locale], (page) => page.edit(snippet)));
}

function addTerminal(terminal: HTMLElement): void {
  if (terminal.dataset['page'] !== undefined) {
    const start = lazyAction('terminal', bootTexts.start[locale], (page) => page.startTerminal());
    start.className = 'terminal-start';
    terminal.append(start);
    // A click beside the button, while the terminal is on its way, means the same.
    terminal.addEventListener('click', () => void load().then((page) => page.startTerminal(), noop), {
      once: true,
    });
    // Whoever moves on this page has come for the terminal.
    for (const event of ['pointermove', 'keydown', 'touchstart'] as const) {
      const open = () => load().then((page) => page.openTerminal(), noop);
      document.addEventListener(event, open, { once: true, passive: true });
    }
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
    void load().then((page) => page.toggleTerminal(), noop);
  });
}

/** Something was run or changed on this page before it was reloaded: show that. */
function restore(): void {
  const seed = document.querySelector<HTMLElement>('[data-seed]')?.dataset['seed'];
  try {
    if (seed !== undefined && sessionStorage.getItem(storageKey(seed)) !== null)
      void load().then((page) => page.restore(), noop);
  } catch {
    // No storage, nothing to restore.
  }
}

document.body.append(announcer);
for (const snippet of document.querySelectorAll<HTMLElement>('run-snippet')) addButtons(snippet);
for (const terminal of document.querySelectorAll<HTMLElement>('muelle-terminal')) addTerminal(terminal);
restore();
