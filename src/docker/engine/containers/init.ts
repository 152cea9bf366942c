import type { Executable } from '../../kernel/exec.ts';
import { forkChild } from '../../kernel/exec.ts';
import type { Program } from '../../kernel/process.ts';
import { SIGNALS, type Signal } from '../../kernel/signals.ts';

/** docker-init (tini): starts the command as its child, passes signals on, ends as the child does. */
export function initProgram(command: Executable): Program {
  return function* (p) {
    const child = forkChild(p, command.program, { argv: command.argv, exe: command.path });
    for (const signal of Object.keys(SIGNALS) as Signal[])
      if (signal !== 'CHLD') p.onSignal(signal, (s) => child.signal(s));
    p.memory = 600_000;
    const status = yield* child.wait();
    return status.code;
  };
}
