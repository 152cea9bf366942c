/** The runtime of a page; loaded when the reader acts. What `boot.ts` calls is exported here. */

import { localeOf } from './boot-texts.ts';
import { PageController } from './page-controller.ts';
import { sessionOptionsOf } from './page-session.ts';
import styles from './runner.css?inline';
import { SessionClient, type WorkerLike } from './session-client.ts';
import { adoptStyles } from './sheet.ts';
import { RunSnippet } from './snippet-element.ts';

adoptStyles(styles);
customElements.define('run-snippet', RunSnippet);

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

const locale = localeOf(document);
const client = new SessionClient({
  session: sessionOptionsOf(document),
  store: tabStorage(),
  createWorker,
  locale,
});
const page = new PageController(
  client,
  [...document.querySelectorAll<RunSnippet>('run-snippet')],
  document.querySelector<HTMLElement>('muelle-terminal') ?? undefined,
  locale,
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

/** Runs a row of a cheat sheet in the terminal, after the commands that prepare it. */
export function runRow(source: string, setup: string): Promise<void> {
  return page.runRow(source, setup);
}

/** Turns a snippet into a text field, or back. */
export function edit(element: HTMLElement): void {
  snippetOf(element)?.toggleEdit();
}

/** The reader is about to open the terminal. */
export function prepareTerminal(): void {
  prepare();
  page.loadTerminal().catch(() => {});
}

/** Shows the terminal. */
export function openTerminal(): Promise<void> {
  return page.openTerminal();
}

/** Shows the terminal of its own page, ready to type. */
export function startTerminal(): Promise<void> {
  return page.startTerminal();
}

/** Shows or hides the drawer. */
export function toggleTerminal(): Promise<void> {
  return page.toggleTerminal();
}

/** Loading this module has already brought back what was saved. */
export function restore(): void {}
