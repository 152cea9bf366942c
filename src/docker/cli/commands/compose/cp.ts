import { containersOf, numberOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import { cp as containerCp } from '../container/cp.ts';
import { type ComposeCommand, projectOrName } from './context.ts';

/** `docker compose cp`: the service's container takes the service's place, then it is `docker cp`. */
export const cp: ComposeCommand = {
  args: [2, 2],
  flags: { archive: 'partial', 'follow-link': 'full', index: 'full' },
  *run(call) {
    const { name } = yield* projectOrName(call);
    const index = call.flags.int('index');
    const args = call.args.map((written) => {
      const [, service = '', path = ''] = /^([\w.-]+):(.*)$/s.exec(written) ?? [];
      if (service === '' || service.startsWith('.')) return written;
      const [container] = containersOf(call.engine, name, { services: [service] }).filter(
        (one) => index === 0 || numberOf(one) === index,
      );
      if (container === undefined)
        throw new ComposeError(`no container found for service ${JSON.stringify(service)}`);
      return `${container.Id}:${path}`;
    });
    return yield* containerCp.run({ ...call, args });
  },
};
