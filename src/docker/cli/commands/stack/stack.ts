import { DockerError } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError, daemonText } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { swarmOf } from '../../swarm.ts';
import { serviceRows } from '../service/list.ts';
import { taskRows } from '../service/tasks.ts';
import { NAMESPACE } from './convert.ts';
import { loadStack } from './load.ts';
import { renderStack } from './render.ts';

export { deploy } from './deploy.ts';

interface Row {
  readonly name: string;
  readonly services: number;
}

/** docker/cli's formatter.stackContext. */
const STACK_ROWS: RowKind<Row> = {
  goType: '*formatter.stackContext',
  headers: { Name: 'NAME', Services: 'SERVICES' },
  columns: { Name: ({ name }) => name, Services: ({ services }) => String(services) },
};

const labelled = (stack: string): string => `${NAMESPACE}=${stack}`;

/** `docker stack ls` */
export const ls: Command = {
  flags: { format: 'full' },
  *run(call) {
    const swarm = yield* swarmOf(call);
    const counts = new Map<string, number>();
    for (const { Spec } of swarm.services({ label: [NAMESPACE] })) {
      const name = Spec.Labels[NAMESPACE] ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const rows = [...counts]
      .map(([name, services]) => ({ name, services }))
      .sort((a, b) => naturally(a.name, b.name));
    const format = readFormat(call.flags.string('format'), '{{.Name}}\t{{.Services}}');
    yield* call.p.print(formatRows(STACK_ROWS, format, rows));
    return 0;
  },
};

/** `docker stack services` */
export const services: Command = {
  flags: { filter: 'full', format: 'full', quiet: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const [stack = ''] = args;
    const swarm = yield* swarmOf(call);
    const filters = readFilters(flags);
    const found = swarm.services({ ...filters, label: [...(filters['label'] ?? []), labelled(stack)] });
    if (found.length === 0) {
      yield* p.error(`Nothing found in stack: ${stack}\n`);
      return 0;
    }
    yield* p.print(serviceRows(found, flags.string('format'), flags.bool('quiet')));
    return 0;
  },
};

/** `docker stack ps` */
export const ps: Command = {
  flags: { filter: 'full', format: 'full', 'no-resolve': 'full', 'no-trunc': 'full', quiet: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const [stack = ''] = args;
    const swarm = yield* swarmOf(call);
    const filters = readFilters(flags);
    const tasks = swarm.tasks({ ...filters, label: [...(filters['label'] ?? []), labelled(stack)] });
    if (tasks.length === 0) throw new CliError(`nothing found in stack: ${stack}`);
    yield* p.print(taskRows(call, swarm, tasks));
    return 0;
  },
};

/** `docker stack rm`: services, secrets, configs, networks; volumes stay. */
export const remove: Command = {
  flags: { detach: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const swarm = yield* swarmOf(call);
    const failures: string[] = [];
    for (const stack of args) {
      const filters = { label: [labelled(stack)] };
      const own = swarm.services(filters).sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
      const networks = engine.networkList(filters).filter((network) => network.Scope === 'swarm');
      const files = (['secret', 'config'] as const).map((kind) => ({
        kind,
        all: swarm.files(kind, filters),
      }));
      if (own.length + networks.length + files.reduce((sum, { all }) => sum + all.length, 0) === 0) {
        yield* p.error(`Nothing found in stack: ${stack}\n`);
        continue;
      }
      let failed = false;
      const attempt = (what: string, name: string, error: unknown): string => {
        if (!(error instanceof DockerError)) throw error;
        failed = true;
        return `Failed to remove ${what} ${name}: ${daemonText(error)}\n`;
      };
      for (const { ID, Spec } of own) {
        yield* p.print(`Removing service ${Spec.Name}\n`);
        swarm.removeService(ID);
      }
      for (const { kind, all } of files)
        for (const { ID, Spec } of all) {
          yield* p.print(`Removing ${kind} ${Spec.Name}\n`);
          try {
            swarm.removeFile(kind, ID);
          } catch (error) {
            yield* p.error(attempt(kind, ID, error));
          }
        }
      for (const network of networks) {
        yield* p.print(`Removing network ${network.Name}\n`);
        try {
          swarm.removeNetwork(network.Id);
        } catch (error) {
          yield* p.error(attempt('network', network.Id, error));
        }
      }
      if (failed) failures.push(`failed to remove some resources from stack: ${stack}`);
      if (!flags.bool('detach')) while (own.some(({ ID }) => swarm.lingers(ID))) yield* p.sleep(200);
    }
    if (failures.length > 0) throw new CliError(failures.join('\n'));
    return 0;
  },
};

/** `docker stack config` */
export const config: Command = {
  flags: { 'compose-file': 'full', 'skip-interpolation': 'full' },
  *run({ p, flags }) {
    const paths = flags.list('compose-file').flatMap((item) => item.split(','));
    const file = yield* loadStack(p, paths, { interpolate: !flags.bool('skip-interpolation') });
    yield* p.print(renderStack(file));
    return 0;
  },
};
