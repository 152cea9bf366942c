import { DockerError } from '../../../engine/api.ts';
import { parseReference } from '../../../engine/reference.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';

/** `docker tag` */
export const tag: Command = {
  flags: {},
  *run({ engine, args: [source = '', target = ''] }) {
    for (const written of [source, target]) {
      try {
        const { digest } = parseReference(written);
        if (written === target && digest !== undefined)
          throw new CliError('refusing to create a tag with a digest reference');
      } catch (error) {
        if (!(error instanceof DockerError)) throw error;
        // The source may be an ID.
        if (written === source && /^(sha256:)?[0-9a-f]{6,64}$/.test(source)) continue;
        throw new CliError(
          `error parsing reference: ${JSON.stringify(written)} is not a valid repository/tag: ${error.message}`,
        );
      }
    }
    engine.imageTag(source, target);
    return 0;
  },
};
