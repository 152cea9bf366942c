import {
  isMap,
  listOf,
  mapOf,
  sortKeys,
  type Tree,
  type TreeMap,
  textOf,
} from '../../../compose/file/tree.ts';
import { flag, labels } from '../../../compose/project/short.ts';
import { DockerError, type ServiceSpec } from '../../../engine/api.ts';
import type { FileKind, Swarm } from '../../../engine/swarm/swarm.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import { absolutePath } from '../../../kernel/fs/vfs.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, daemonText } from '../../failure.ts';
import { readHostFile } from '../../run/files.ts';
import { swarmOf } from '../../swarm.ts';
import { PLATFORMS, resolveDigest } from '../service/create.ts';
import { watchService } from '../service/progress.ts';
import { convertService, isExternal, NAMESPACE, scopedName, usedNetworks } from './convert.ts';
import { loadStack, type StackFile } from './load.ts';

const NOTICE =
  'Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n';

/** `docker stack deploy` */
export const deploy: Command = {
  flags: {
    'compose-file': 'full',
    detach: 'full',
    prune: 'full',
    quiet: 'full',
    'resolve-image': 'full',
    'with-registry-auth': 'parsed',
  },
  *run(call) {
    const { p, flags, args } = call;
    const [stack = ''] = args;
    if (stack.replace(/^['"\s]+|['"\s]+$/g, '') === '')
      throw new CliError(`invalid stack name: ${JSON.stringify(stack)}`);
    const file = yield* loadStack(
      p,
      flags.list('compose-file').flatMap((item) => item.split(',')),
    );
    if (!['always', 'changed', 'never'].includes(flags.string('resolve-image')))
      throw new CliError(`Invalid option ${flags.string('resolve-image')} for flag --resolve-image`);
    if (flags.bool('detach') && !flags.changed('detach')) yield* p.error(NOTICE);
    const swarm = yield* swarmOf(call);
    if (!swarm.active)
      throw new CliError(new DockerError('not-swarm-manager').message.replace(/^T(.*)\.$/, 't$1'));
    if (flags.bool('prune')) yield* prune(call, swarm, stack, file);
    yield* makeNetworks(call, stack, file);
    yield* makeFiles(call, swarm, 'secret', stack, file);
    yield* makeFiles(call, swarm, 'config', stack, file);
    const ids = yield* deployServices(call, swarm, stack, file);
    if (!flags.bool('detach')) for (const id of ids) yield* watchService(p, swarm, id, flags.bool('quiet'));
    return 0;
  },
};

function* prune(call: Call, swarm: Swarm, stack: string, file: StackFile): Sys<void> {
  const kept = new Set(Object.keys(file.services).map((name) => `${stack}_${name}`));
  const gone = swarm
    .services({ label: [`${NAMESPACE}=${stack}`] })
    .filter((service) => !kept.has(service.Spec.Name))
    .sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1));
  for (const service of gone) {
    yield* call.p.print(`Removing service ${service.Spec.Name}\n`);
    swarm.removeService(service.ID);
  }
}

function* makeNetworks({ p, engine }: Call, stack: string, file: StackFile): Sys<void> {
  const used = usedNetworks(file);
  const known = engine.networkList();
  for (const key of used) {
    const item = file.networks[key];
    if (!isExternal(item)) continue;
    const name = scopedName(stack, key, item);
    if (['bridge', 'host', 'none'].includes(name)) continue;
    const found = known.find((network) => network.Name === name);
    if (found === undefined)
      throw new CliError(
        `network "${name}" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed`,
      );
    if (found.Scope !== 'swarm')
      throw new CliError(
        `network "${name}" is declared as external, but it is not in the right scope: "${found.Scope}" instead of "swarm"`,
      );
  }
  for (const key of used) {
    const item = mapOf(file.networks[key]);
    const name = scopedName(stack, key, item);
    if (isExternal(item) || known.some((network) => network.Name === name)) continue;
    yield* p.print(`Creating network ${name}\n`);
    const ipam = mapOf(item['ipam']);
    const subnets = listOf(ipam['config']).flatMap((one) =>
      isMap(one) && one['subnet'] !== undefined ? [{ Subnet: textOf(one['subnet']) }] : [],
    );
    try {
      yield* engine.networkCreate({
        Name: name,
        Driver: textOf(item['driver']) || 'overlay',
        Internal: flag(item['internal']),
        Attachable: flag(item['attachable']),
        Labels: sortKeys({ ...labels(item['labels']), [NAMESPACE]: stack }),
        ...(Object.keys(mapOf(item['driver_opts'])).length > 0
          ? { Options: labels(item['driver_opts']) }
          : {}),
        ...(subnets.length > 0 ? { IPAM: { Config: subnets } } : {}),
      });
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      throw new CliError(`failed to create network ${name}: ${daemonText(error)}`);
    }
  }
}

function* makeFiles(call: Call, swarm: Swarm, kind: FileKind, stack: string, file: StackFile): Sys<void> {
  const { p } = call;
  const section: TreeMap = kind === 'secret' ? file.secrets : file.configs;
  for (const [key, item] of Object.entries(section)) {
    if (isExternal(item)) continue;
    const name = scopedName(stack, key, item);
    const data = fileData(call, item, file.directory);
    const own = sortKeys({ ...labels(mapOf(item)['labels']), [NAMESPACE]: stack });
    try {
      if (swarm.files(kind, { names: [name] }).length > 0) {
        swarm.updateFile(kind, name, { labels: own, data });
        continue;
      }
      yield* p.print(`Creating ${kind} ${name}\n`);
      swarm.createFile(kind, { name, labels: own, data, driver: '' });
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      const what = error.message.includes('only updates') ? 'update' : 'create';
      throw new CliError(`failed to ${what} ${kind} ${name}: ${daemonText(error)}`);
    }
  }
}

function fileData({ p }: Call, item: Tree | undefined, directory: string): Uint8Array {
  const path = textOf(mapOf(item)['file']);
  return path === '' ? utf8('') : readHostFile(p, absolutePath(path, directory));
}

function* deployServices(call: Call, swarm: Swarm, stack: string, file: StackFile): Sys<string[]> {
  const { p, engine, flags } = call;
  const existing = new Map(
    swarm.services({ label: [`${NAMESPACE}=${stack}`] }).map((service) => [service.Spec.Name, service]),
  );
  const resolve = flags.string('resolve-image');
  const specs = Object.keys(file.services).map((name) =>
    convertService(stack, name, file, swarm, (network) => {
      const found = engine.networkInspect(network);
      return found.Scope === 'swarm' ? found.Id : found.Name;
    }),
  );
  const ids: string[] = [];
  for (const spec of specs) {
    const before = existing.get(spec.Name);
    const image = spec.TaskTemplate.ContainerSpec.Image;
    const same = before?.Spec.Labels['com.docker.stack.image'] === image;
    const ask = resolve === 'always' || (resolve === 'changed' && !same);
    const digest = ask ? yield* resolveDigest(swarm, image) : undefined;
    const keeps = before !== undefined && !ask && same;
    const name = keeps ? before.Spec.TaskTemplate.ContainerSpec.Image : (digest?.name ?? image);
    const complete = withImage(spec, name, digest?.resolved === true || keeps);
    if (before === undefined) {
      yield* p.print(`Creating service ${spec.Name}\n`);
      try {
        ids.push(yield* swarm.createService(complete));
      } catch (error) {
        if (!(error instanceof DockerError)) throw error;
        throw new CliError(`failed to create service ${spec.Name}: ${daemonText(error)}`);
      }
    } else {
      yield* p.print(`Updating service ${spec.Name} (id: ${before.ID})\n`);
      const { ForceUpdate } = before.Spec.TaskTemplate;
      try {
        yield* swarm.updateService(before.ID, {
          ...complete,
          TaskTemplate: { ...complete.TaskTemplate, ForceUpdate },
        });
      } catch (error) {
        if (!(error instanceof DockerError)) throw error;
        throw new CliError(`failed to update service ${spec.Name}: ${daemonText(error)}`);
      }
      ids.push(before.ID);
    }
    if (digest?.warning !== undefined) yield* p.error(`${digest.warning}\n`);
  }
  return ids;
}

function withImage(spec: ServiceSpec, image: string, platforms: boolean): ServiceSpec {
  const { TaskTemplate: task } = spec;
  const placement = { ...task.Placement, ...(platforms ? { Platforms: PLATFORMS } : {}) };
  const { Placement: _placement, ...rest } = task;
  return {
    ...spec,
    TaskTemplate: {
      ...rest,
      ContainerSpec: { ...task.ContainerSpec, Image: image },
      ...(Object.keys(placement).length > 0 ? { Placement: placement } : {}),
    },
  };
}
