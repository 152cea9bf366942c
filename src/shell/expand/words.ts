import type { Sys } from '../../docker/kernel/wait.ts';
import { DropLine } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import type { Part, Word } from '../syntax/ast.ts';
import { expandBraces } from './braces.ts';
import { compute } from './compute.ts';
import { glob } from './glob.ts';
import { expandParameter } from './parameter.ts';
import { isPattern, literalPattern } from './pattern.ts';
import { substituteCommand, substituteProcess } from './substitution.ts';
import { tilde } from './tilde.ts';

/**
 * A piece of an expanded word. `quoted` text is final; `literal` text stood unquoted in the source (it may match paths, but
 * is not split); `split` text came from an unquoted expansion. A `break` ends a field: between the words of `"$@"`.
 */
export type Atom = { readonly text: string; readonly mode: 'quoted' | 'literal' | 'split' } | 'break';

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
}

/** All expansions, to the arguments of a command: `a{1,2} $x "$y" *.c` ⇒ fields. */
export function* expandWords(shell: Shell, words: readonly Word[]): Sys<string[]> {
  const out: string[] = [];
  for (const word of words) out.push(...(yield* expandFields(shell, word)));
  return out;
}

/** The fields one word becomes. */
export function* expandFields(shell: Shell, word: Word): Sys<string[]> {
  const simple = word.parts.length === 1 ? word.parts[0] : undefined;
  if (simple?.kind === 'quoted') return [simple.text];
  if (simple?.kind === 'text' && !/[{~*?[\\(]/.test(simple.text)) return [simple.text];
  const out: string[] = [];
  const words = shell.dialect.extended && shell.option('braceexpand') ? expandBraces(word) : [word];
  for (const one of words) {
    const atoms = yield* expandParts(shell, tilde(shell, one.parts, false), false);
    for (const field of split(atoms, shell.variables.text('IFS'))) out.push(...paths(shell, field));
  }
  return out;
}

/** Expansion without splitting or paths: the word after `case`, a here-string, a value in an assignment. */
export function* expandText(shell: Shell, word: Word, options: { assignment?: boolean } = {}): Sys<string> {
  const atoms = yield* expandParts(shell, tilde(shell, word.parts, options.assignment === true), false);
  return atoms.map((atom) => (atom === 'break' ? ' ' : atom.text)).join('');
}

/** Expansion to a pattern, in which what was quoted is literal. */
export function* expandPattern(shell: Shell, word: Word): Sys<string> {
  const atoms = yield* expandParts(shell, tilde(shell, word.parts, false), false);
  return atoms
    .map((atom) => (atom === 'break' ? ' ' : atom.mode === 'quoted' ? literalPattern(atom.text) : atom.text))
    .join('');
}

/** Expands parts as inside double quotes: here-documents, arithmetic. */
export function* expandQuoted(shell: Shell, parts: readonly Part[]): Sys<string> {
  const atoms = yield* expandParts(shell, parts, true);
  return atoms.map((atom) => (atom === 'break' ? ' ' : atom.text)).join('');
}

/** The atoms of a list of parts, without tilde expansion. */
export function* expandParts(shell: Shell, parts: readonly Part[], quoted: boolean): Sys<Atom[]> {
  const out: Atom[] = [];
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        out.push({ text: part.text, mode: quoted ? 'quoted' : 'literal' });
        break;
      case 'quoted':
        out.push({ text: part.text, mode: 'quoted' });
        break;
      case 'double': {
        const inner = yield* expandParts(shell, part.parts, true);
        // `""` is an empty field, but `"$@"` without parameters is none at all.
        const onlyAll = inner.length === 0 && part.parts.some((p) => p.kind === 'param');
        if (inner.length === 0 && !onlyAll) out.push({ text: '', mode: 'quoted' });
        out.push(...inner);
        break;
      }
      case 'param':
        out.push(...(yield* expandParameter(shell, part, quoted)));
        break;
      case 'command': {
        const text = yield* substituteCommand(shell, part.script);
        out.push({ text, mode: quoted ? 'quoted' : 'split' });
        break;
      }
      case 'arith': {
        const value = yield* compute(shell, part.parts);
        out.push({ text: String(value), mode: quoted ? 'quoted' : 'split' });
        break;
      }
      case 'process':
        out.push({ text: yield* substituteProcess(shell, part), mode: 'quoted' });
        break;
    }
  }
  return out;
}

/** Splits unquoted results at the characters of IFS (POSIX 2.6.5). */
function split(atoms: readonly Atom[], ifs = ' \t\n'): Piece[][] {
  const fields: Piece[][] = [];
  let field: Piece[] | undefined;
  /** The last field was ended by blanks, so that a delimiter after them does not make another one. */
  let blankEnded = false;
  const end = (): void => {
    if (field !== undefined) fields.push(field);
    field = undefined;
  };
  for (const atom of atoms) {
    if (atom === 'break') {
      end();
      blankEnded = false;
      continue;
    }
    if (atom.mode !== 'split') {
      field ??= [];
      field.push({ text: atom.text, quoted: atom.mode === 'quoted' });
      blankEnded = false;
      continue;
    }
    let run = '';
    const flush = (): void => {
      if (run === '') return;
      field ??= [];
      field.push({ text: run, quoted: false });
      run = '';
    };
    for (const c of atom.text) {
      if (!ifs.includes(c)) {
        run += c;
        blankEnded = false;
        continue;
      }
      flush();
      if (c === ' ' || c === '\t' || c === '\n') {
        if (field !== undefined) blankEnded = true;
        end();
      } else {
        if (field === undefined && !blankEnded) fields.push([]);
        end();
        blankEnded = false;
      }
    }
    flush();
  }
  end();
  return fields;
}

/** Pathname expansion of a field; without a match the field itself. */
function paths(shell: Shell, field: readonly Piece[]): string[] {
  const text = field.map((piece) => piece.text).join('');
  if (shell.option('noglob')) return [text];
  const extglob = shell.shopts.has('extglob');
  if (!field.some((piece) => !piece.quoted && /[*?[(]/.test(piece.text))) return [text];
  const pattern = field.map((piece) => (piece.quoted ? literalPattern(piece.text) : piece.text)).join('');
  if (!isPattern(pattern, extglob)) return [text];
  const found = glob(shell.p, pattern, {
    extglob,
    dotglob: shell.shopts.has('dotglob'),
    nocaseglob: shell.shopts.has('nocaseglob'),
    globstar: shell.shopts.has('globstar'),
    dots: shell.dialect.name !== 'bash',
  });
  if (found.length > 0) return found;
  if (shell.shopts.has('failglob')) throw new DropLine(1);
  return shell.shopts.has('nullglob') ? [] : [text];
}
