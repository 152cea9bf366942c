/** The runtime of a page; loaded when the reader acts. What `boot.ts` calls is exported here. */

import { localeOf } from './boot-texts.ts';
import { PageController } from './page-controller.ts';
import { sessionOptionsOf } from './page-session.ts';
import styles from './runner.css?inline';
import { SessionClient, type WorkerLike } from './session-client.ts';
import { RunSnippet } from './snippet-element.ts';
import { MuelleTerminal } from './terminal-element.ts';

// A sheet made by script needs neither a request nor an exception from the page's policy.
const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);
document.adoptedStyleSheets.push(sheet);

customElements.define('run-snippet', RunSnippet);
customElements.define('muelle-terminal', MuelleTerminal);

function createWorker(): WorkerLike {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}

/** The tab's storage; without it a reload starts afresh. */
function tabStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    return sessionStorage;
  } catch {
    return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}

const client = new SessionClient({ session: sessionOptionsOf(document), store: tabStorage(), createWorker });
const page = new PageController(
  client,
  [...document.querySelectorAll<RunSnippet>('run-snippet')],
  document.querySelector<MuelleTerminal>('muelle-terminal') ?? undefined,
  localeOf(document),
);
page.restore();

function snippetOf(element: HTMLElement): RunSnippet | undefined {
  return element instanceof RunSnippet ? element : undefined;
}

/** The reader is about to run something: starts the worker. */
export function prepare(): void {
  client.open().catch(() => {});
}

/** Run, or stop what runs. */
export function run(element: HTMLElement): void {
  const snippet = snippetOf(element);
  if (snippet) page.run(snippet);
}

/** Turns a snippet into a text field, or back. */
export function edit(element: HTMLElement): void {
  snippetOf(element)?.toggleEdit();
}

export function openTerminal(): void {
  page.openTerminal();
}

/** Opens the terminal of its own page, ready to type. */
export function startTerminal(): void {
  page.openTerminal();
  document.querySelector<MuelleTerminal>('muelle-terminal')?.focusInput();
}

export function toggleTerminal(): void {
  page.toggleTerminal();
}

/** Loading this module has already brought back what was saved. */
export function restore(): void {}
