import { ComposeError } from '../error.ts';
import { isList, isMap, listOf, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { splitWords } from '../file/words.ts';
import type {
  Deploy,
  Device,
  FileUse,
  HealthTest,
  Hook,
  Limits,
  ServiceNetwork,
  Ulimits,
  UpdateOptions,
  Watch,
} from './model.ts';
import { BadValue, bytes, duration, flag, labels, number, pairs, strings, words } from './short.ts';

/** Leaves out what is undefined, as `omitempty` does. */
export function given<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export const filled = <T>(items: readonly T[]): readonly T[] | undefined =>
  items.length === 0 ? undefined : items;

export const full = <T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> | undefined =>
  Object.keys(map).length === 0 ? undefined : sortKeys(map);

export const text = (tree: Tree | undefined): string | undefined =>
  tree === undefined || tree === null || tree === '' ? undefined : textOf(tree);

export const yes = (tree: Tree | undefined): true | undefined => (flag(tree) ? true : undefined);

/** A number that is left out where it is zero. */
export const count = (tree: Tree | undefined): number | undefined => number(tree) || undefined;

/** Reads a value whose failure names its key. */
export type At = <T>(key: string, read: () => T) => T;

/** `a=1.2.3.4` for each address, in order. */
export function extraHosts(tree: Tree | undefined): string[] {
  const entries: [string, string][] = isMap(tree)
    ? Object.entries(tree).flatMap(([host, value]) =>
        (isList(value) ? value : [value]).map((ip): [string, string] => [host, textOf(ip)]),
      )
    : strings(tree).flatMap((item) => {
        const at = item.includes('=') ? item.indexOf('=') : item.indexOf(':');
        if (at < 0) throw new BadValue(`invalid additional host, missing IP: ${item}`);
        return item
          .slice(at + 1)
          .split(',')
          .map((ip): [string, string] => [item.slice(0, at), ip]);
      });
  for (const [host] of entries)
    if (host === '' || /[:=]/.test(host)) throw new BadValue(`bad host name '${host}'`);
  return entries.map(([host, ip]) => `${host}=${ip.replace(/^\[(.+)\]$/, '$1')}`);
}

/** `secrets` or `configs` of a service. */
export const fileUses = (tree: Tree | undefined): FileUse[] =>
  listOf(tree).map((item) =>
    isMap(item)
      ? given<FileUse>({
          source: textOf(item['source']),
          target: text(item['target']),
          uid: text(item['uid']),
          gid: text(item['gid']),
          mode: fileMode(item['mode']),
        })
      : { source: textOf(item) },
  );

function fileMode(tree: Tree | undefined): string | undefined {
  if (tree === undefined || tree === null) return undefined;
  const bits = typeof tree === 'number' ? tree : Number.parseInt(textOf(tree), 8);
  if (Number.isNaN(bits))
    throw new BadValue(`strconv.ParseInt: parsing ${JSON.stringify(textOf(tree))}: invalid syntax`);
  return `0${bits.toString(8)}`;
}

export function readHealth(tree: Tree | undefined, at: At): HealthTest | undefined {
  if (!isMap(tree)) return undefined;
  const test = tree['test'];
  const span = (key: string): string | undefined => at(`healthcheck.${key}`, () => duration(tree[key]));
  return given<HealthTest>({
    test:
      test === undefined || test === null
        ? undefined
        : typeof test === 'string'
          ? ['CMD-SHELL', test]
          : strings(test),
    timeout: span('timeout'),
    interval: span('interval'),
    retries: number(tree['retries']),
    start_period: span('start_period'),
    start_interval: span('start_interval'),
    disable: yes(tree['disable']),
  });
}

export function readNetworks(tree: Tree | undefined): Record<string, ServiceNetwork | null> {
  if (tree === undefined || tree === null) return { default: null };
  if (!isMap(tree)) {
    const names = strings(tree);
    return names.length === 0
      ? { default: null }
      : Object.fromEntries(names.sort().map((name) => [name, null]));
  }
  if (Object.keys(tree).length === 0) return { default: null };
  return sortKeys(
    Object.fromEntries(
      Object.entries(tree).map(([name, item]) => [
        name,
        isMap(item)
          ? given<ServiceNetwork>({
              aliases: filled(strings(item['aliases'])),
              driver_opts: full(labels(item['driver_opts'])),
              gw_priority: count(item['gw_priority']),
              interface_name: text(item['interface_name']),
              ipv4_address: text(item['ipv4_address']),
              ipv6_address: text(item['ipv6_address']),
              link_local_ips: filled(strings(item['link_local_ips'])),
              mac_address: text(item['mac_address']),
              priority: count(item['priority']),
            })
          : null,
      ]),
    ),
  );
}

function readLimits(tree: Tree | undefined, key: string, at: At): Limits | undefined {
  if (!isMap(tree)) return undefined;
  return given<Limits>({
    cpus: at(`${key}.cpus`, () => cpus(tree['cpus'])),
    memory: at(`${key}.memory`, () => bytes(tree['memory'])),
    pids: count(tree['pids']),
    devices: tree['devices'],
    generic_resources: tree['generic_resources'],
  });
}

function cpus(tree: Tree | undefined): number | undefined {
  const value = number(tree);
  if (value !== undefined && Number.isNaN(value))
    throw new BadValue(`strconv.ParseFloat: parsing ${JSON.stringify(textOf(tree))}: invalid syntax`);
  return value;
}

function readUpdate(tree: Tree | undefined, key: string, at: At): UpdateOptions | undefined {
  if (!isMap(tree)) return undefined;
  const span = (name: string): string | undefined => at(`${key}.${name}`, () => duration(tree[name]));
  return given<UpdateOptions>({
    parallelism: number(tree['parallelism']),
    delay: span('delay'),
    failure_action: text(tree['failure_action']),
    monitor: span('monitor'),
    max_failure_ratio: count(tree['max_failure_ratio']),
    order: text(tree['order']),
  });
}

export function readDeploy(tree: Tree | undefined, at: At): Deploy | undefined {
  if (!isMap(tree)) return undefined;
  const resources = mapOf(tree['resources']);
  const policy = tree['restart_policy'];
  const placement = mapOf(tree['placement']);
  return given<Deploy>({
    mode: text(tree['mode']),
    replicas: number(tree['replicas']),
    labels: full(labels(tree['labels'])),
    update_config: readUpdate(tree['update_config'], 'deploy.update_config', at),
    rollback_config: readUpdate(tree['rollback_config'], 'deploy.rollback_config', at),
    resources:
      tree['resources'] === undefined
        ? undefined
        : given<NonNullable<Deploy['resources']>>({
            limits: readLimits(resources['limits'], 'deploy.resources.limits', at),
            reservations: readLimits(resources['reservations'], 'deploy.resources.reservations', at),
          }),
    restart_policy: isMap(policy)
      ? given<NonNullable<Deploy['restart_policy']>>({
          condition: text(policy['condition']),
          delay: at('deploy.restart_policy.delay', () => duration(policy['delay'])),
          max_attempts: number(policy['max_attempts']),
          window: at('deploy.restart_policy.window', () => duration(policy['window'])),
        })
      : undefined,
    placement: Object.keys(placement).length === 0 ? undefined : placement,
    endpoint_mode: text(tree['endpoint_mode']),
  });
}

export const readUlimits = (tree: Tree | undefined): Ulimits | undefined =>
  full(
    Object.fromEntries(
      Object.entries(mapOf(tree)).map(([name, item]) => [
        name,
        isMap(item)
          ? { soft: number(item['soft']) ?? 0, hard: number(item['hard']) ?? 0 }
          : (number(item) ?? 0),
      ]),
    ),
  );

export const readDevices = (tree: Tree | undefined): readonly Device[] | undefined =>
  filled(
    listOf(tree).map((item) => {
      if (isMap(item))
        return given<Device>({
          source: textOf(item['source']),
          target: textOf(item['target']),
          permissions: text(item['permissions']),
        });
      const [source = '', target = source, permissions = 'rwm'] = textOf(item).split(':');
      return { source, target, permissions };
    }),
  );

export const readHooks = (tree: Tree | undefined): readonly Hook[] | undefined =>
  filled(
    listOf(tree).map((item) => {
      const map = mapOf(item);
      return given<Hook>({
        command: words(map['command']) ?? [],
        user: text(map['user']),
        privileged: yes(map['privileged']),
        working_dir: text(map['working_dir']),
        environment: full(pairs(map['environment'])),
      });
    }),
  );

export const readWatches = (tree: Tree | undefined): readonly Watch[] | undefined =>
  filled(
    listOf(tree).map((item) => {
      const map = mapOf(item);
      return given<Watch>({
        path: textOf(map['path']),
        action: textOf(map['action']),
        target: text(map['target']),
        include: filled(strings(map['include'])),
        ignore: filled(strings(map['ignore'])),
      });
    }),
  );

/** Words of a command string; quotes that never close are its reader's error. */
export function commandWords(tree: Tree | undefined): readonly string[] | undefined {
  if (typeof tree !== 'string') return words(tree);
  try {
    return splitWords(tree);
  } catch (error) {
    if (error instanceof ComposeError) throw new BadValue(error.message);
    throw error;
  }
}

/** `x-…` of a mapping. */
export const extensionsOf = (tree: TreeMap): Record<`x-${string}`, Tree> =>
  Object.fromEntries(Object.entries(tree).filter(([key]) => key.startsWith('x-'))) as Record<
    `x-${string}`,
    Tree
  >;
