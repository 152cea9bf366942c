import type { Block, Sys } from '../../docker/kernel/wait.ts';

/**
 * A request to run a computation on a stack of its own. Generators that delegate to each other use the engine's stack as
 * deep as they are nested, so a function of the shell that calls itself some hundred times would overflow it.
 */
class Call implements Block {
  readonly queues = [];
  readonly body: Sys<unknown>;
  outcome: { readonly value: unknown } | { readonly error: unknown } | undefined;

  constructor(body: Sys<unknown>) {
    this.body = body;
  }
}

/** Runs `body` as if by `yield*`, but from the trampoline; only below `trampoline`. */
export function* bounce<T>(body: Sys<T>): Sys<T> {
  const call = new Call(body);
  yield call;
  const { outcome } = call;
  if (outcome === undefined) throw new Error('no trampoline');
  if ('error' in outcome) throw outcome.error;
  return outcome.value as T;
}

/** Runs a computation and those it bounces, one above the other without nesting. */
export function* trampoline<T>(body: Sys<T>): Sys<T> {
  const stack: { readonly body: Sys<unknown>; readonly call: Call | undefined }[] = [
    { body, call: undefined },
  ];
  try {
    for (;;) {
      const top = stack.at(-1);
      if (top === undefined) throw new Error('empty trampoline');
      let result: IteratorResult<Block, unknown>;
      try {
        result = top.body.next();
      } catch (error) {
        stack.pop();
        if (top.call === undefined) throw error;
        top.call.outcome = { error };
        continue;
      }
      if (result.done === true) {
        stack.pop();
        if (top.call === undefined) return result.value as T;
        top.call.outcome = { value: result.value };
      } else if (result.value instanceof Call) stack.push({ body: result.value.body, call: result.value });
      else yield result.value;
    }
  } finally {
    // Stopped from outside: what is suspended cleans up, the innermost first.
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) top.body.return(undefined);
  }
}
