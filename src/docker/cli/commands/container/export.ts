import type { Command } from '../../call.ts';
import { writeOutput } from '../../stream/output.ts';

/** `docker export` */
export const exportContainer: Command = {
  flags: { output: 'full' },
  *run({ p, engine, flags, args: [name = ''] }) {
    yield* writeOutput(p, flags.string('output'), 'export', () => engine.containerExport(name));
    return 0;
  },
};
