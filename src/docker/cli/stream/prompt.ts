import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** Asks `… [y/N] ` on standard output; true only for a y, not even for a yes. An empty standard input is a no. */
export function* confirm(p: Process, message: string): Sys<boolean> {
  yield* p.print(`${message} [y/N] `);
  const answer = yield* p.readLine(0);
  return answer !== undefined && /^y$/i.test(answer);
}
