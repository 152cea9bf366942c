import { DockerError, type EngineApi } from '../../engine/api.ts';
import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { LegacyError } from './sources.ts';

/** Runs a container and prints what it prints, errors in red. */
export function* execute(
  p: Process,
  engine: EngineApi,
  container: string,
  print: (text: string) => Sys<void>,
): Sys<number> {
  const stream = engine.containerAttach(container, { stdout: true, stderr: true });
  let open = 0;
  const copy = function* (file: typeof stream.stdout, red: boolean): Sys<void> {
    if (file === undefined) return;
    open++;
    for (;;) {
      const bytes = yield* file.read();
      if (bytes.length === 0) break;
      const output = text(bytes);
      yield* print(red ? `\x1b[91m${output}\x1b[0m` : output);
    }
    open--;
  };
  try {
    p.kernel.thread(p, copy(stream.stdout, false));
    p.kernel.thread(p, copy(stream.stderr, true));
    yield* engine.containerStart(container);
    const { StatusCode } = yield* engine.containerWait(container);
    while (open > 0) yield { queues: [], until: p.kernel.clock.now + 1 };
    return StatusCode;
  } catch (error) {
    if (error instanceof DockerError) throw new LegacyError(error.message);
    throw error;
  } finally {
    stream.close();
  }
}
