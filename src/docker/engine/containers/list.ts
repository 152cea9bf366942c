import type { ListOptions } from '../api.ts';
import { DockerError } from '../error.ts';
import { checkFilters, labelsMatch, matches, wanted } from '../filters.ts';
import { byPort } from '../networks/ports.ts';
import type { Rooms } from '../rooms.ts';
import type { ContainerSummary, PortSummary } from '../types/container.ts';
import type { Filters } from '../types/system.ts';
import type { Container } from './container.ts';
import { endpoints, manifestOf, mountPoints, shownPorts, sizeOfRoot } from './inspect.ts';
import { sizeOfWritable } from './remove.ts';

const KNOWN = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
];
const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'];
const HEALTH = ['none', 'starting', 'healthy', 'unhealthy'];

/** `docker ps`: newest first; running ones unless `all`, `limit` or a filter on state says otherwise. */
export function listContainers(rooms: Rooms, options: ListOptions): ContainerSummary[] {
  const filters = options.filters ?? {};
  checkFilters(filters, KNOWN);
  const test = filterOf(rooms, filters);
  const limit = options.limit ?? 0;
  const anyState =
    options.all === true ||
    limit > 0 ||
    ['status', 'exited', 'before', 'since'].some((key) => wanted(filters, key) !== undefined);
  const found: Container[] = [];
  for (const container of [...rooms.containers.all()].reverse()) {
    if (!anyState && !container.state.running) continue;
    if (!test(container)) continue;
    found.push(container);
    if (limit > 0 && found.length === limit) break;
  }
  return found.map((container) => summary(rooms, container, options.size === true));
}

function summary(rooms: Rooms, container: Container, size: boolean): ContainerSummary {
  const { image, config, state } = container;
  return {
    Id: container.id,
    Names: rooms.containers.namesOf(container).map((name) => `/${name}`),
    Image: shownImage(rooms, container),
    ImageID: image.id,
    ImageManifestDescriptor: manifestOf(container),
    Command: container.argv.map(quoted).join(' '),
    Created: Math.floor(container.created / 1000),
    Ports: ports(container),
    ...(size ? { SizeRw: sizeOfWritable(container), SizeRootFs: sizeOfRoot(container) } : {}),
    Labels: config.Labels,
    State: state.status,
    Status: state.describe(rooms.daemon.now),
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode },
    Health: { Status: state.health?.Status ?? 'none', FailingStreak: state.health?.FailingStreak ?? 0 },
    NetworkSettings: { Networks: endpoints(container) },
    Mounts: mountPoints(rooms, container),
  };
}

/** Arguments with blanks are quoted: `sh -c 'echo one'`. */
function quoted(arg: string, index: number): string {
  return index > 0 && arg.includes(' ') ? `'${arg}'` : arg;
}

/** The name it was made from, while that name still means its image; else the image's ID. */
function shownImage(rooms: Rooms, container: Container): string {
  const written = container.config.Image;
  const found = rooms.images.store.find(written);
  return found?.id === container.image.id ? written : container.image.id;
}

function ports(container: Container): PortSummary[] {
  const out: PortSummary[] = [];
  const shown = shownPorts(container);
  for (const key of Object.keys(shown).sort(byPort)) {
    const [port = '', Type = 'tcp'] = key.split('/');
    const PrivatePort = Number(port);
    const bindings = shown[key];
    if (bindings === null || bindings === undefined) out.push({ PrivatePort, Type });
    else
      for (const { HostIp, HostPort } of bindings)
        out.push({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type });
  }
  return out;
}

// ---- filters -----------------------------------------------------------------------------------------------------

type Test = (container: Container) => boolean;

function filterOf(rooms: Rooms, filters: Filters): Test {
  const tests: Test[] = [(container) => labelsMatch(filters, container.config.Labels)];
  const on = (key: string, test: (values: readonly string[]) => Test): void => {
    const values = wanted(filters, key);
    if (values !== undefined) tests.push(test(values));
  };
  on('status', (values) => {
    check('status', values, STATES, 'state');
    return (c) => values.includes(c.state.status);
  });
  on('health', (values) => {
    check('health', values, HEALTH, 'health');
    return (c) => values.includes(c.state.health?.Status ?? 'none');
  });
  on('exited', (values) => {
    for (const value of values)
      if (!/^-?\d+$/.test(value))
        throw new DockerError('bad-parameter', {
          reason: `invalid filter 'exited=${value}': strconv.Atoi: parsing "${value}": invalid syntax`,
        });
    return (c) =>
      !c.state.running && c.state.startedAt !== undefined && values.map(Number).includes(c.state.exitCode);
  });
  on('id', (values) => (c) => values.some((value) => c.id.startsWith(value)));
  on('name', (values) => (c) => matches(values, c.name) || matches(values, `/${c.name}`));
  on(
    'volume',
    (values) => (c) => c.mounts.some((m) => values.includes(m.source) || values.includes(m.target)),
  );
  on(
    'network',
    (values) => (c) => [...c.seats].some(([name, seat]) => isNetwork(values, name, seat.network?.id)),
  );
  on('ancestor', (values) => ancestors(rooms, values));
  // `publish` looks at ports of the host, `expose` at those of a container that has its network.
  for (const key of ['publish', 'expose'] as const)
    on(key, (values) => {
      const ranges = values.map((value) => portRange(key, value));
      return (c) => {
        const ports =
          key === 'expose'
            ? Object.keys(c.running === undefined ? {} : { ...c.config.ExposedPorts, ...c.ports })
            : Object.entries(c.ports).flatMap(([port, bindings]) =>
                (bindings ?? []).map(({ HostPort }) => `${HostPort}/${port.split('/')[1] ?? 'tcp'}`),
              );
        return ports.some((port) => ranges.some((range) => isInside(port, range)));
      };
    });
  for (const [key, sign] of [
    ['before', -1],
    ['since', 1],
  ] as const)
    on(key, (values) => {
      const order = [...rooms.containers.all()];
      const marks = values.map((value) => order.indexOf(rooms.containers.get(value)));
      const place = new Map(order.map((container, i) => [container, i]));
      return (c) => marks.every((mark) => Math.sign((place.get(c) ?? 0) - mark) === sign);
    });
  on('is-task', (values) => () => !values.includes('true'));
  return (container) => tests.every((test) => test(container));
}

function isNetwork(values: readonly string[], name: string, id: string | undefined): boolean {
  return values.some(
    (value) => value === name || (id !== undefined && value.length > 2 && id.startsWith(value)),
  );
}

function check(name: string, values: readonly string[], known: readonly string[], what: string): void {
  for (const value of values)
    if (!known.includes(value))
      throw new DockerError('invalid-filter-value', {
        name,
        value,
        reason: `invalid value for ${what} (${value}): must be one of ${known.join(', ')}`,
      });
}

/** Containers of an image, or of one built on it. */
function ancestors(rooms: Rooms, values: readonly string[]): Test {
  const { store } = rooms.images;
  const bases = values.flatMap((value) => store.find(value) ?? []);
  const diffs = bases.map((base) => base.layers.map((layer) => layer.diffId));
  return (container) =>
    bases.some((base, i) => {
      if (base.id === container.image.id) return true;
      const own = container.image.layers;
      const below = diffs[i] ?? [];
      return (
        below.length > 0 && own.length > below.length && below.every((diff, n) => own[n]?.diffId === diff)
      );
    });
}

interface PortRange {
  readonly low: number;
  readonly high: number;
  readonly protocol: string;
}

/** `8080`, `80/udp`, `8080-8090`; what is no port is refused with the words of Go's ParseUint. */
function portRange(key: string, value: string): PortRange {
  const [range = '', protocol = 'tcp'] = value.split('/');
  const [low = '', high = low] = range.split('-');
  for (const port of [low, high])
    if (!/^\d+$/.test(port))
      throw new DockerError('bad-parameter', {
        reason: `error while looking up for ${key} ${value}: strconv.ParseUint: parsing "${port}": invalid syntax`,
      });
  return { low: Number(low), high: Number(high), protocol };
}

function isInside(port: string, { low, high, protocol }: PortRange): boolean {
  const [number = '', type = 'tcp'] = port.split('/');
  return Number(number) >= low && Number(number) <= high && type === protocol;
}
