import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { CREATE_FLAGS, checkPull, createContainer, withHelp } from '../../run/create.ts';
import { readOptions } from '../../run/options.ts';

/** `docker create` */
export const create: Command = {
  interspersed: false,
  flags: CREATE_FLAGS,
  *run(call) {
    const { p, flags, args } = call;
    const [image = '', ...command] = args;
    let request: ReturnType<typeof readOptions>;
    try {
      checkPull(flags.string('pull'));
      request = readOptions(p, flags, image, command);
    } catch (error) {
      if (error instanceof CliError) throw withHelp(error.message, 'create');
      throw error;
    }
    yield* p.print(`${yield* createContainer(call, request)}\n`);
    return 0;
  },
};
