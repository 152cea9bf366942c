import type { Simulator } from './simulator.ts';

/** A piece of a snippet in the order of its source: a command, or the comment and blank lines between commands. */
export type Piece = { readonly kind: 'command' | 'comment'; readonly text: string };

const COMMENT_OR_BLANK = /^(?:[ \t]*(?:#[^\n]*)?\n)+/;

/**
 * Takes a snippet apart without losing a byte of its commands. Blank lines only separate, and are dropped.
 * `'# lists\ndocker ps\n' ⇒ [{ comment, '# lists' }, { command, 'docker ps' }]`.
 */
export function piecesOf(source: string, splitCommands: Simulator['splitCommands']): Piece[] {
  const pieces: Piece[] = [];
  const comments = (text: string) => {
    for (const line of text.split('\n'))
      if (line.trim() !== '') pieces.push({ kind: 'comment', text: line.trim() });
  };
  let at = 0;
  for (const command of splitCommands(source)) {
    const found = source.indexOf(command.text, at);
    if (found < 0) throw new Error(`the command "${command.text}" is not part of the snippet "${source}"`);
    comments(source.slice(at, found));
    // Comments above a command may come attached to it.
    const before = COMMENT_OR_BLANK.exec(command.text)?.[0] ?? '';
    comments(before);
    pieces.push({ kind: 'command', text: command.text.slice(before.length).replace(/\n$/, '') });
    at = found + command.text.length;
  }
  comments(source.slice(at));
  return pieces;
}

/** The commands of a snippet, each as it is run. */
export function commandsOf(source: string, splitCommands: Simulator['splitCommands']): string[] {
  return piecesOf(source, splitCommands).flatMap(({ kind, text }) => (kind === 'command' ? [text] : []));
}
