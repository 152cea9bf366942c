import type { Part, Word } from '../syntax/ast.ts';

type Item =
  | { readonly char: string; readonly part: Part }
  | { readonly part: Part; readonly char?: undefined };

/** Brace expansion: `a{b,c}d` ⇒ `abd acd`, `{1..3}` ⇒ `1 2 3`. Quoted braces and `${` do not count. */
export function expandBraces(word: Word): Word[] {
  if (!word.parts.some((part) => part.kind === 'text' && part.text.includes('{'))) return [word];
  const items: Item[] = word.parts.flatMap((part): Item[] =>
    part.kind === 'text' ? Array.from(part.text, (char) => ({ char, part })) : [{ part }],
  );
  return expand(items).map((list) => ({ ...word, parts: collect(list) }));
}

function collect(items: readonly Item[]): Part[] {
  const parts: Part[] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (item.char === undefined) parts.push(item.part);
    else if (last?.kind === 'text') parts[parts.length - 1] = { ...last, text: last.text + item.char };
    else parts.push({ kind: 'text', text: item.char, start: item.part.start, end: item.part.end });
  }
  return parts;
}

function expand(items: readonly Item[]): Item[][] {
  for (let open = 0; open < items.length; open++) {
    if (items[open]?.char !== '{') continue;
    const close = matching(items, open);
    if (close < 0) continue;
    const inner = items.slice(open + 1, close);
    const before = items.slice(0, open);
    const choices = sequence(inner) ?? alternatives(inner);
    if (choices === undefined) continue;
    const after = expand(items.slice(close + 1));
    return choices.flatMap((choice) => after.map((rest) => [...before, ...choice, ...rest]));
  }
  return [[...items]];
}

function matching(items: readonly Item[], open: number): number {
  let depth = 0;
  for (let i = open; i < items.length; i++) {
    const { char } = items[i] ?? {};
    if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return i;
  }
  return -1;
}

function alternatives(inner: readonly Item[]): Item[][] | undefined {
  const parts: Item[][] = [[]];
  let depth = 0;
  for (const item of inner) {
    if (item.char === '{') depth++;
    else if (item.char === '}') depth--;
    if (item.char === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts.length > 1 ? parts.flatMap((part) => expand(part)) : undefined;
}

const MAX_SEQUENCE = 100_000;

function sequence(inner: readonly Item[]): Item[][] | undefined {
  const [first] = inner;
  if (first === undefined || inner.some((item) => item.char === undefined)) return undefined;
  const text = inner.map((item) => item.char).join('');
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, from = '', to = '', by] = match;
  const letters = /^[A-Za-z]$/.test(from);
  if (letters !== /^[A-Za-z]$/.test(to)) return undefined;
  const low = letters ? from.charCodeAt(0) : Number(from);
  const high = letters ? to.charCodeAt(0) : Number(to);
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  const padded = !letters && (/^-?0\d/.test(from) || /^-?0\d/.test(to));
  const width = padded ? Math.max(from.length, to.length) : 0;
  const out: Item[][] = [];
  for (let n = low; low <= high ? n <= high : n >= high; n += low <= high ? step : -step) {
    if (out.length >= MAX_SEQUENCE) break;
    const digits = String(Math.abs(n)).padStart(width - (n < 0 ? 1 : 0), '0');
    const shown = letters ? String.fromCharCode(n) : `${n < 0 ? '-' : ''}${digits}`;
    out.push(Array.from(shown, (char) => ({ char, part: first.part })));
  }
  return out;
}
