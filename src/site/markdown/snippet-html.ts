import { bootTexts } from '../../runner/boot-texts.ts';
import type { Locale } from '../locales.ts';
import type { Piece } from '../snippets/commands.ts';
import { PAGE_START, seedOf } from '../snippets/page-start.ts';
import type { CommandResult, StepResult } from '../snippets/run-page.ts';
import { snippetTexts } from '../snippets/texts.ts';
import { say } from '../texts.ts';
import type { Fence } from './document.ts';
import { type Element, h } from './hast.ts';
import { highlight, type Token } from './highlight.ts';

/**
 * The HTML of fences. It is complete without JavaScript; the runner finds in it all it needs, nothing is repeated elsewhere:
 *
 * - every fence that runs, is a file, or is a command that is only shown is a `<run-snippet class="snippet">`;
 * - `data-step` (0, 1, …) counts those of the page's session, in order; the first one also tells how the session starts:
 *   `data-seed`, `data-clock` (engine ms), `data-idle` (engine ms before each snippet), `data-images` (separated by spaces);
 * - commands: `data-expect` (exit code, when not 0), `data-stop` (engine ms until Ctrl-C), `data-input` (what is typed on the
 *   terminal; the snippet is interactive);
 * - files: `data-file` (path in the session's folder);
 * - only shown: `data-norun`, no `data-step`;
 * - the source is the lines of all `code` in `.snippet-body` (a file's last line is ended), or `data-source` where that is
 *   not the fence byte for byte: empty lines between commands are not shown;
 * - inside: `.snippet-bar > .snippet-title + .snippet-actions` (buttons with `data-action`, hidden without JavaScript, and the link to the explanation), `.snippet-body` with
 *   `pre.snippet-comment`, `pre.snippet-command > code` (the prompt is a matter of style) and after each command `.snippet-output[data-expected] > pre` and, when
 *   the exit code is not 0, `p.snippet-exit`; `.snippet-foot[data-status]`.
 */
export interface SnippetContext {
  readonly locale: Locale;
  readonly pageKey: string;
  /** Images of the page's session at its start. */
  readonly images: readonly string[];
  /** Address of the page that explains the commands; without one they are explained on the page itself. */
  readonly explainAddress?: string | undefined;
}

/** Longer lines may have to scroll on a phone of 320 px, so the keyboard must reach them. */
const NARROW_COLUMNS = 34;
/** More lines may have to scroll inside their box. */
const SHORT_LINES = 15;

function focusable(lines: readonly string[]): 0 | undefined {
  return lines.length > SHORT_LINES || lines.some((line) => line.length > NARROW_COLUMNS) ? 0 : undefined;
}

function tokenNodes(lines: readonly (readonly Token[])[]): (Element | string)[] {
  return lines.flatMap((line, index) => [
    ...(index > 0 ? ['\n'] : []),
    ...line.map(({ text, className }) => (className === '' ? text : h('span', { class: className }, text))),
  ]);
}

/** An HTML parser drops a line end right after `<pre>`, so one that counts is written twice. */
function pre(attributes: Parameters<typeof h>[1], nodes: (Element | string)[]): Element {
  const [first] = nodes;
  const text = typeof first === 'string' ? first : '';
  return h('pre', attributes, ...(text.startsWith('\n') ? ['\n'] : []), ...nodes);
}

function outputNode(result: CommandResult): Element | undefined {
  if (result.output.length === 0) return undefined;
  const texts = result.output.map((line) => line.map((span) => span.text).join(''));
  const nodes = result.output.flatMap((line, index) => [
    ...(index > 0 ? ['\n'] : []),
    ...line.map(({ text, classes }) => (classes === '' ? text : h('span', { class: classes }, text))),
  ]);
  const attributes = { class: 'snippet-output', 'data-expected': true };
  return h('div', attributes, pre({ tabindex: focusable(texts) }, joinTexts(nodes)));
}

/** Neighbouring texts as one, so that a plain output is a single text node. */
function joinTexts(nodes: readonly (Element | string)[]): (Element | string)[] {
  const joined: (Element | string)[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (typeof node === 'string' && typeof last === 'string') joined[joined.length - 1] = last + node;
    else joined.push(node);
  }
  return joined;
}

/** The source of a fence where the pieces of it that are shown do not tell it. */
function hiddenSource({ code }: Fence, pieces: readonly Piece[]): string | undefined {
  return pieces.map(({ text }) => text).join('\n') === code ? undefined : code;
}

async function pieceNode(piece: Piece): Promise<Element> {
  if (piece.kind === 'comment')
    return h('pre', { class: 'snippet-comment' }, h('code', { class: 't-comment' }, piece.text));
  const code = h('code', {}, ...joinTexts(tokenNodes(await highlight(piece.text, 'sh'))));
  return h('pre', { class: 'snippet-command' }, code);
}

/** Commands with what each printed. */
async function bodyNodes(
  pieces: readonly Piece[],
  results: readonly CommandResult[],
  locale: Locale,
): Promise<Element[]> {
  const nodes: Element[] = [];
  let command = 0;
  for (const piece of pieces) {
    nodes.push(await pieceNode(piece));
    const result = piece.kind === 'command' ? results[command++] : undefined;
    const output = result && outputNode(result);
    if (output) nodes.push(output);
    if (result && result.exit !== 0) {
      nodes.push(h('p', { class: 'snippet-exit' }, say(snippetTexts.exit, locale, result.exit)));
    }
  }
  return nodes;
}

type Action = 'run' | 'copy' | 'edit';

/** The bar of a snippet; its buttons are shown only where there is JavaScript, the link to the explanation always. */
function bar(
  locale: Locale,
  title: string,
  actions: readonly Action[],
  explanation?: string,
  mark?: Element,
): Element {
  const button = (action: Action) =>
    h('button', { type: 'button', 'data-action': action }, bootTexts[action][locale]);
  const link =
    explanation === undefined
      ? undefined
      : h('a', { href: explanation, 'data-action': 'explain' }, bootTexts.explain[locale]);
  return h(
    'div',
    { class: 'snippet-bar' },
    h('span', { class: 'snippet-title' }, title),
    mark,
    h('div', { class: 'snippet-actions', 'data-pagefind-ignore': true }, ...actions.map(button), link),
  );
}

/** Where a snippet is explained; a page without a page of explanations explains its commands itself. */
const explanationOf = (id: string, { explainAddress }: SnippetContext): string =>
  explainAddress === undefined ? '#main' : `${explainAddress}#${id}`;

/** What the first step of a page says about the session. */
function sessionAttributes(step: number, { pageKey, images }: SnippetContext) {
  if (step > 0) return {};
  return {
    'data-seed': seedOf(pageKey),
    'data-clock': PAGE_START.clock,
    'data-idle': PAGE_START.idle,
    'data-images': images.length > 0 ? images.join(' ') : undefined,
  };
}

/** A fence that runs, with what it printed at build time. */
export async function commandSnippet(
  fence: Fence,
  step: number,
  pieces: readonly Piece[],
  result: StepResult,
  context: SnippetContext,
): Promise<Element> {
  const { words } = fence;
  return h(
    'run-snippet',
    {
      class: words.kind === 'term' ? 'snippet snippet-term' : 'snippet',
      'data-step': step,
      ...sessionAttributes(step, context),
      status: 'idle',
      'data-source': hiddenSource(fence, pieces),
      'data-expect': words.expect === 0 ? undefined : words.expect,
      'data-stop': words.stop,
      'data-input': words.input,
    },
    bar(
      context.locale,
      snippetTexts.terminal[context.locale],
      ['run', 'copy', 'edit'],
      explanationOf(`step-${step}`, context),
    ),
    h('div', { class: 'snippet-body' }, ...(await bodyNodes(pieces, result.commands, context.locale))),
    h('div', { class: 'snippet-foot', 'data-status': true, role: 'status' }),
  );
}

/** A command that is only shown, with the reason. */
export async function shownSnippet(
  fence: Fence,
  shown: number,
  pieces: readonly Piece[],
  context: SnippetContext,
): Promise<Element> {
  const reason = fence.words.reason ?? '';
  const mark = h('span', { class: 'snippet-mark', title: reason }, snippetTexts.shownOnly[context.locale]);
  return h(
    'run-snippet',
    { class: 'snippet snippet-norun', 'data-norun': true, 'data-source': hiddenSource(fence, pieces) },
    bar(
      context.locale,
      snippetTexts.terminal[context.locale],
      ['copy'],
      explanationOf(`shown-${shown}`, context),
      mark,
    ),
    h('div', { class: 'snippet-body' }, ...(await bodyNodes(pieces, [], context.locale))),
    h('p', { class: 'snippet-foot snippet-reason' }, reason),
  );
}

async function codeNode(fence: Fence, className: string): Promise<Element> {
  const nodes = joinTexts(tokenNodes(await highlight(fence.code, fence.words.language)));
  const attributes = { class: className, tabindex: focusable(fence.code.split('\n')) };
  return h('pre', attributes, h('code', {}, ...nodes));
}

/** A file of the session's folder. */
export async function fileSnippet(fence: Fence, step: number, context: SnippetContext): Promise<Element> {
  const file = fence.words.file ?? '';
  return h(
    'run-snippet',
    {
      class: 'snippet snippet-file',
      'data-step': step,
      ...sessionAttributes(step, context),
      status: 'idle',
      'data-file': file,
    },
    // A file is written when the step that needs it runs; only the reader's own version has to be saved.
    bar(context.locale, file, ['copy', 'edit']),
    h('div', { class: 'snippet-body' }, await codeNode(fence, 'snippet-content')),
    h('div', { class: 'snippet-foot', 'data-status': true, role: 'status' }),
  );
}

/** Code that is only coloured. */
export function plainCode(fence: Fence): Promise<Element> {
  return codeNode(fence, 'plain-code');
}
