import { DockerError } from '../../../engine/api.ts';
import { parseReference } from '../../../engine/reference.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';

/** `docker commit` */
export const commit: Command = {
  flags: { author: 'full', change: 'full', message: 'full', 'no-pause': 'full' },
  *run({ p, engine, flags, args: [name = '', reference] }) {
    if (reference !== undefined) {
      try {
        parseReference(reference);
      } catch (error) {
        if (error instanceof DockerError) throw new CliError(error.message);
        throw error;
      }
    }
    const id = yield* engine.containerCommit(name, {
      ...(reference === undefined ? {} : { reference }),
      comment: flags.string('message'),
      author: flags.string('author'),
      changes: flags.list('change'),
      pause: !flags.bool('no-pause'),
    });
    yield* p.print(`${id}\n`);
    return 0;
  },
};
