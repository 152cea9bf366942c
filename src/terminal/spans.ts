import type { StyledLine } from './line.ts';
import { classesOf } from './style.ts';

/** A piece of text and the class names that draw it (`''` when plain). */
export interface Span {
  readonly text: string;
  readonly classes: string;
}

/** The pieces of a line for HTML: `{ runs: [bold 'a', plain 'b'] } ⇒ [{ text: 'a', classes: 'ansi-bold' }, { text: 'b', classes: '' }]`. */
export function toSpans(line: StyledLine): Span[] {
  return line.runs.map(({ text, style }) => ({ text, classes: classesOf(style) }));
}
