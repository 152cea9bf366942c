import { DockerError } from '../../../engine/api.ts';
import {
  canonical,
  familiar,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../../engine/reference.ts';
import type { Command } from '../../call.ts';
import { credentials } from '../../credentials.ts';
import { CliError } from '../../failure.ts';
import { readPlatform } from '../../platform.ts';
import { showProgress } from '../../stream/progress.ts';

/** Reads a reference; a bad one is the CLI's own error. */
export function readReference(written: string): Reference {
  try {
    return parseReference(written);
  } catch (error) {
    if (error instanceof DockerError) throw new CliError(error.message);
    throw error;
  }
}

/** `docker pull` */
export const pull: Command = {
  *lonely({ p, flags, args: [written = ''] }, reason) {
    const { tag, digest } = readReference(written);
    if (tag === undefined && digest === undefined && !flags.bool('all-tags') && !flags.bool('quiet'))
      yield* p.print('Using default tag: latest\n');
    throw new CliError(reason);
  },
  flags: { 'all-tags': 'full', platform: 'full', quiet: 'full' },
  *run({ p, engine, flags, args: [written = ''] }) {
    const reference = readReference(written);
    const all = flags.bool('all-tags');
    const quiet = flags.bool('quiet');
    if (all && (reference.tag !== undefined || reference.digest !== undefined))
      throw new CliError("tag can't be used with --all-tags/-a");
    const target = all ? reference : withDefaultTag(reference);
    if (!all && target !== reference && !quiet) yield* p.print(`Using default tag: ${target.tag ?? ''}\n`);
    const platform = yield* readPlatform(p, flags);
    const auth = credentials(p, written);
    const show = showProgress(p, 1);
    // Of a tag and a digest, the API takes the digest.
    const asked = target.digest === undefined ? target : { ...target, tag: undefined };
    yield* engine.imagePull(
      familiar(asked),
      {
        all,
        ...(platform === undefined ? {} : { platform }),
        ...(auth === undefined ? {} : { auth }),
      },
      function* (message) {
        if (!quiet) yield* show(message);
      },
    );
    yield* p.print(`${canonical(target)}\n`);
    return 0;
  },
};
