import type { Sys } from '../../docker/kernel/wait.ts';
import { expandWords } from '../expand/words.ts';
import type { ForCommand } from '../syntax/ast.ts';
import { inLoop, round } from './compound.ts';
import { tick } from './execute.ts';
import type { Shell } from './shell.ts';

/** `select name in words; do …; done`: a numbered menu on standard error, an answer from the input, again and again. */
export function* runSelect(shell: Shell, command: ForCommand): Sys<number> {
  const choices =
    command.words === undefined ? [...shell.parameters.positional] : yield* expandWords(shell, command.words);
  if (choices.length === 0) return 0;
  return yield* inLoop(shell, asking(shell, command, choices));
}

function* asking(shell: Shell, command: ForCommand, choices: readonly string[]): Sys<number> {
  const width = String(choices.length).length;
  const menu = choices.map((choice, i) => `${String(i + 1).padStart(width)}) ${choice}\n`).join('');
  let shown = false;
  for (;;) {
    yield* tick(shell);
    if (!shown) yield* shell.p.error(menu);
    shown = true;
    yield* shell.p.error(shell.variables.text('PS3') ?? '#? ');
    const answer = yield* shell.interruptible(shell.p.readLine(0));
    if (answer === undefined) {
      yield* shell.p.print('\n');
      return 1;
    }
    shell.parameters.assign('REPLY', answer);
    if (answer.trim() === '') {
      shown = false;
      continue;
    }
    const chosen = /^\s*\d+\s*$/.test(answer) ? choices[Number(answer) - 1] : undefined;
    shell.parameters.assign(command.name, chosen ?? '');
    if (yield* round(shell, command.body)) return shell.status;
  }
}
