import { DockerError } from '../../../engine/api.ts';
import { canonical, familiar, withDefaultTag } from '../../../engine/reference.ts';
import type { Command } from '../../call.ts';
import { credentials } from '../../credentials.ts';
import { CliError } from '../../failure.ts';
import { showProgress } from '../../stream/progress.ts';
import { readReference } from './pull.ts';

/** `docker push` */
export const push: Command = {
  flags: { 'all-tags': 'full', platform: 'parsed', quiet: 'full' },
  *run({ p, engine, flags, args: [written = ''] }) {
    const reference = readReference(written);
    const all = flags.bool('all-tags');
    const quiet = flags.bool('quiet');
    if (all && (reference.tag !== undefined || reference.digest !== undefined))
      throw new CliError("tag can't be used with --all-tags/-a");
    const target = all ? reference : withDefaultTag(reference);
    if (!all && target !== reference && !quiet) yield* p.print(`Using default tag: ${target.tag ?? ''}\n`);
    const auth = credentials(p, written);
    const show = showProgress(p, 1);
    try {
      yield* engine.imagePush(
        familiar(target),
        { all, ...(auth === undefined ? {} : { auth }) },
        function* (message) {
          if (!quiet) yield* show(message);
        },
      );
    } catch (error) {
      // Refusals that come while the answer streams are shown without the daemon's name.
      if (error instanceof DockerError) throw new CliError(error.message);
      throw error;
    }
    if (quiet) yield* p.print(`${canonical(target)}\n`);
    return 0;
  },
};
