import { DockerError } from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import { CliError, failureText } from '../failure.ts';

/** A failure the CLI reports and goes on after. */
export const isReported = (error: unknown): boolean =>
  error instanceof DockerError || error instanceof CliError;

/**
 * Does something for every name one after the other and prints what `action` returns (nothing for undefined). Failures
 * are reported together at the end, as the real CLI does; returns the exit code.
 */
export function* eachInTurn(
  p: Process,
  names: readonly string[],
  action: (name: string) => Sys<string | undefined>,
): Sys<number> {
  const errors: string[] = [];
  for (const name of names) {
    try {
      const line = yield* action(name);
      if (line !== undefined) yield* p.print(`${line}\n`);
    } catch (error) {
      if (!isReported(error)) throw error;
      errors.push(failureText(error));
    }
  }
  return yield* report(p, errors);
}

/** As `eachInTurn`, but all at the same time (`docker stop a b` takes as long as the slower one). */
export function* eachAtOnce(
  p: Process,
  names: readonly string[],
  action: (name: string) => Sys<string | undefined>,
): Sys<number> {
  const results: ({ line: string | undefined } | { error: unknown } | undefined)[] = names.map(
    () => undefined,
  );
  const done = new WaitQueue();
  for (const [index, name] of names.entries()) {
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        try {
          results[index] = { line: yield* action(name) };
        } catch (error) {
          results[index] = { error };
        }
        done.wake();
      })(),
    );
  }
  return yield* eachInTurn(
    p,
    names.map((_, index) => String(index)),
    function* (index) {
      for (;;) {
        const result = results[Number(index)];
        if (result === undefined) {
          yield { queues: [done] };
          continue;
        }
        if ('error' in result) throw result.error;
        return result.line;
      }
    },
  );
}

function* report(p: Process, errors: readonly string[]): Sys<number> {
  if (errors.length === 0) return 0;
  yield* p.error(`${errors.join('\n')}\n`);
  return 1;
}
