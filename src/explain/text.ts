import type { Token } from './data.ts';
import { labelOf } from './label.ts';

export interface TextOptions {
  readonly columns: number;
  /** Bold names and red warnings. */
  readonly colours: boolean;
  /** What a warning begins with. */
  readonly danger: string;
}

/** Longest name that keeps its sentence on the same line. */
const WIDEST = 22;
const NARROWEST = 30;

const bold = (text: string, on: boolean): string => (on ? `\x1b[1m${text}\x1b[0m` : text);
const red = (text: string, on: boolean): string => (on ? `\x1b[31m${text}\x1b[0m` : text);

/** Breaks a text between words: `wrap('a bc d', 4) ⇒ ['a bc', 'd']`. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function shortened(source: string, token: Token, width: number): string {
  const text = labelOf(source, token).replaceAll(/\s+/g, ' ');
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** An explanation for a terminal: each part with its sentence beside it, in the order of the command. */
export function explanationText(source: string, tokens: readonly Token[], options: TextOptions): string {
  const { columns, colours, danger } = options;
  const said = new Set<string>();
  const rows = tokens.flatMap((token) => {
    const name = shortened(source, token, WIDEST);
    const key = `${labelOf(source, token)}\n${token.text}`;
    if (said.has(key)) return [];
    said.add(key);
    return [{ name, token }];
  });
  const indent = Math.max(...rows.map(({ name }) => name.length), 0) + 2;
  const width = Math.max(NARROWEST, columns - indent - 1);
  const lines = rows.flatMap(({ name, token }) => {
    const text = wrap(token.text.replaceAll('`', ''), width);
    const warning =
      token.danger === undefined
        ? []
        : wrap(`${danger}: ${token.danger.replaceAll('`', '')}`, width).map((line) => red(line, colours));
    return [...text, ...warning].map((line, index) =>
      index === 0
        ? `${bold(name, colours)}${' '.repeat(indent - name.length)}${line}`
        : `${' '.repeat(indent)}${line}`,
    );
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
