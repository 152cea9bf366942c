import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { PlainDisplay } from './plain.ts';
import type { Progress } from './progress.ts';
import { TtyDisplay } from './tty.ts';

export type ProgressMode = 'plain' | 'tty' | 'quiet';

/** Milliseconds between two drawings on a terminal. */
const TICK = 150;

/** Shows a progress on standard error while it goes on; call the returned function when it is over. */
export function show(p: Process, progress: Progress, mode: ProgressMode): () => Sys<void> {
  if (mode === 'quiet') return function* () {};
  const tty = p.files.get(2)?.tty;
  return mode === 'tty' && tty !== undefined ? onTerminal(p, progress, tty) : plainly(p, progress);
}

function plainly(p: Process, progress: Progress): () => Sys<void> {
  const display = new PlainDisplay(progress);
  const flush = function* (): Sys<void> {
    const text = display.take();
    if (text !== '') yield* p.error(text);
  };
  let over = false;
  p.kernel.thread(
    p,
    (function* () {
      while (!over) {
        yield* flush();
        yield { queues: [progress.changed] };
      }
    })(),
  );
  return function* () {
    over = true;
    yield* flush();
  };
}

function onTerminal(
  p: Process,
  progress: Progress,
  size: { readonly columns: number; readonly rows: number },
): () => Sys<void> {
  const display = new TtyDisplay(progress, size);
  let over = false;
  p.kernel.thread(
    p,
    (function* () {
      while (!over) {
        yield* p.error(display.draw(false));
        const until = p.kernel.clock.now + TICK;
        while (!over && p.kernel.clock.now < until) yield { queues: [], until };
      }
    })(),
  );
  return function* () {
    over = true;
    yield* p.error(display.draw(true));
  };
}
