import { ComposeError } from '../error.ts';
import { BadCast, castFor } from './cast.ts';
import { below } from './path.ts';
import { isList, isMap, type Tree } from './tree.ts';

/** Where a variable's value comes from; undefined is unset. */
export type Lookup = (name: string) => string | undefined;

/** A `$` that is no variable; the caller says where. */
class BadTemplate extends Error {}

/** `${X:?message}` without a value. */
class Missing extends Error {}

/** Who is told what while variables are replaced. */
export interface Notes {
  /** A variable that has neither a value nor a default. */
  readonly unset: (name: string) => void;
  /** Other oddities; with it, strings are cast to what the model wants at their place. */
  readonly warn?: (message: string) => void;
}

/**
 * Replaces `$X ${X} ${X:-y} ${X-y} ${X:+y} ${X+y} ${X:?err} ${X?err} $$` in every string of a tree. Throws ComposeError
 * naming the place.
 */
export function interpolate(tree: Tree, lookup: Lookup, notes: Notes, path = ''): Tree {
  if (typeof tree === 'string') {
    try {
      const text = substitute(tree, lookup, notes.unset);
      return notes.warn === undefined ? text : (castFor(path)?.(text, notes.warn) ?? text);
    } catch (error) {
      if (error instanceof BadTemplate)
        throw new ComposeError(
          `invalid interpolation format for ${path}.\nYou may need to escape any $ with another $.\n${tree}`,
        );
      if (error instanceof Missing)
        throw new ComposeError(`error while interpolating ${path}: ${error.message}`);
      if (error instanceof BadCast)
        throw new ComposeError(
          `error while interpolating ${path}: failed to cast to expected type: ${error.message}`,
        );
      throw error;
    }
  }
  if (isList(tree)) return tree.map((item) => interpolate(item, lookup, notes, below(path, '[]')));
  if (isMap(tree))
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [key, interpolate(value, lookup, notes, below(path, key))]),
    );
  return tree;
}

/** One string: `substitute('a${X:-b}', …)` ⇒ `ab`. */
export function substitute(text: string, lookup: Lookup, unset: (name: string) => void = () => {}): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return out + text.slice(at);
    out += text.slice(at, dollar);
    const rest = text.slice(dollar + 1);
    if (rest.startsWith('$')) {
      out += '$';
      at = dollar + 2;
      continue;
    }
    const bare = /^[_a-zA-Z][_a-zA-Z0-9]*/.exec(rest)?.[0];
    if (bare !== undefined) {
      const value = lookup(bare);
      if (value === undefined) unset(bare);
      out += value ?? '';
      at = dollar + 1 + bare.length;
      continue;
    }
    if (!rest.startsWith('{')) {
      // A dollar before anything else is just that.
      out += '$';
      at = dollar + 1;
      continue;
    }
    const end = closing(rest);
    if (end === undefined) throw new BadTemplate();
    out += braced(rest.slice(1, end), lookup, unset);
    at = dollar + 1 + end + 1;
  }
  return out;
}

/** Where the brace that opens `{…` closes; braces of variables inside count. */
function closing(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && (at === 0 || text[at - 1] === '$')) depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}

function braced(body: string, lookup: Lookup, unset: (name: string) => void): string {
  const match = /^([_a-zA-Z][_a-zA-Z0-9]*)(?:(:?[-+?])(.*))?$/s.exec(body);
  if (match === null) throw new BadTemplate();
  const [, name = '', operator, word = ''] = match;
  const value = lookup(name);
  if (operator === undefined) {
    if (value === undefined) unset(name);
    return value ?? '';
  }
  const given = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const other = (): string => substitute(word, lookup, unset);
  if (operator.endsWith('-')) return given ? value : other();
  if (operator.endsWith('+')) return given ? other() : '';
  if (given) return value;
  const reason = other();
  throw new Missing(`required variable ${name} is missing a value${reason === '' ? '' : `: ${reason}`}`);
}
