import { parseGoDuration } from '../../engine/human.ts';
import { absolutePath } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';
import type { Lookup } from '../file/interpolate.ts';
import { isList, isMap, listOf, mapOf, sortKeys, type Tree, textOf } from '../file/tree.ts';
import { splitWords } from '../file/words.ts';
import type { Dependency, Mount, Port } from './model.ts';

/** `'a=1'` or `a: 1` ⇒ `{a: '1'}`; a name without a value is null. */
export function pairs(tree: Tree | undefined): Record<string, string | null> {
  if (isMap(tree))
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [key, value === null ? null : textOf(value)]),
    );
  return Object.fromEntries(
    listOf(tree).map((item) => {
      const text = textOf(item);
      const at = text.indexOf('=');
      return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Labels: a missing value is an empty one. */
export const labels = (tree: Tree | undefined): Record<string, string> =>
  sortKeys(Object.fromEntries(Object.entries(pairs(tree)).map(([key, value]) => [key, value ?? ''])));

/** Environment: a name without a value takes the caller's, and stays null if there is none. */
export const environment = (tree: Tree | undefined, lookup: Lookup): Record<string, string | null> =>
  Object.fromEntries(Object.entries(pairs(tree)).map(([key, value]) => [key, value ?? lookup(key) ?? null]));

/** A string or a list of them. */
export const strings = (tree: Tree | undefined): string[] =>
  tree === undefined || tree === null ? [] : isList(tree) ? tree.map(textOf) : [textOf(tree)];

/** A command: a string is split into words. */
export const words = (tree: Tree | undefined): string[] | undefined =>
  tree === undefined || tree === null
    ? undefined
    : isList(tree)
      ? tree.map(textOf)
      : splitWords(textOf(tree));

/** `yes` as YAML 1.2 and Compose's casts read it. */
export const flag = (tree: Tree | undefined): boolean =>
  tree === true || /^(?:true|yes|y|on|1)$/i.test(textOf(tree));

/** Go's way of writing a duration: `90s` ⇒ `1m30s`. */
export function duration(tree: Tree | undefined): string | undefined {
  if (tree === undefined || tree === null) return undefined;
  const text = textOf(tree);
  const ms = parseGoDuration(text);
  if (ms === undefined) throw new ComposeError(`time: invalid duration ${JSON.stringify(text)}`);
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000) % 60;
  const hours = Math.floor(ms / 3_600_000);
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

/** `64m` ⇒ `67108864`; a number is bytes. */
export function bytes(tree: Tree | undefined): string | undefined {
  if (tree === undefined || tree === null) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(textOf(tree).trim());
  if (match === null) throw new ComposeError(`invalid size: '${textOf(tree)}'`);
  const power = ' kmgtp'.indexOf((match[2] ?? '').toLowerCase() || ' ');
  return String(Math.trunc(Number(match[1]) * 1024 ** power));
}

export const number = (tree: Tree | undefined): number | undefined =>
  tree === undefined || tree === null || tree === '' ? undefined : Number(tree);

/** `depends_on` in either form. */
export function dependencies(tree: Tree | undefined): Record<string, Dependency> {
  if (isList(tree))
    return Object.fromEntries(
      tree.map((name) => [textOf(name), { condition: 'service_started', required: true } as const]),
    );
  return Object.fromEntries(
    Object.entries(mapOf(tree)).map(([name, item]) => {
      const { condition, restart, required } = mapOf(item);
      return [
        name,
        {
          condition: textOf(condition) as Dependency['condition'],
          ...(flag(restart) ? { restart: true } : {}),
          required: required === undefined ? true : flag(required),
        },
      ];
    }),
  );
}

const range = (text: string, spec: string, what: string): { start: number; end: number } => {
  const [first = '', last = first] = text.split('-');
  if (!/^\d+$/.test(first) || !/^\d+$/.test(last) || Number(first) > 65535 || Number(last) > 65535)
    throw new ComposeError(`invalid ${what}: ${text}`);
  if (Number(last) < Number(first)) throw new ComposeError(`invalid port range: ${spec}`);
  return { start: Number(first), end: Number(last) };
};

/** `"127.0.0.1:8080:80/tcp"`, a number, or the long form; a range gives several. */
export function ports(tree: Tree): Port[] {
  if (isMap(tree)) {
    const published = textOf(tree['published']);
    return [
      {
        ...(tree['name'] === undefined ? {} : { name: textOf(tree['name']) }),
        mode: textOf(tree['mode']) || 'ingress',
        ...(tree['host_ip'] === undefined ? {} : { host_ip: textOf(tree['host_ip']) }),
        target: number(tree['target']) ?? 0,
        ...(published === '' ? {} : { published }),
        protocol: textOf(tree['protocol']) || 'tcp',
      },
    ];
  }
  const spec = textOf(tree);
  const [address = '', protocol = 'tcp'] = spec.split('/');
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw new ComposeError(`invalid proto: ${protocol}`);
  const parts = address.split(':');
  const target = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const ip = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  if (target === '') throw new ComposeError(`no port specified: ${spec}<empty>`);
  if (ip !== '' && !/^[\d.]+$|:/.test(ip)) throw new ComposeError(`invalid IP address: ${ip}`);
  const inside = range(target, spec, 'containerPort');
  const outside = host === '' ? undefined : range(host, spec, 'hostPort');
  const count = inside.end - inside.start + 1;
  if (outside !== undefined && count !== 1 && outside.end - outside.start + 1 !== count)
    throw new ComposeError(`invalid ranges specified for container and host Ports: ${target} and ${host}`);
  return Array.from({ length: count }, (_, i) => ({
    mode: 'ingress',
    ...(ip === '' ? {} : { host_ip: ip }),
    target: inside.start + i,
    ...(outside === undefined ? {} : { published: count === 1 ? host : String(outside.start + i) }),
    protocol,
  }));
}

/** `./html:/www:ro`, `data:/data`, `/cache`, or the long form. */
export function mount(tree: Tree, directory: string, home: string): Mount {
  const path = (source: string): string =>
    source.startsWith('~') ? `${home}${source.slice(1)}` : absolutePath(source, directory);
  if (isMap(tree)) {
    const type = textOf(tree['type']);
    const source = textOf(tree['source']);
    const bind = mapOf(tree['bind']);
    const volume = mapOf(tree['volume']);
    const tmpfs = mapOf(tree['tmpfs']);
    const size = bytes(tmpfs['size']);
    return {
      type,
      ...(source === '' ? {} : { source: type === 'bind' ? path(source) : source }),
      target: textOf(tree['target']),
      ...(flag(tree['read_only']) ? { read_only: true } : {}),
      ...(type === 'bind'
        ? {
            bind: {
              ...(bind['propagation'] === undefined ? {} : { propagation: textOf(bind['propagation']) }),
              ...(bind['create_host_path'] === undefined || flag(bind['create_host_path'])
                ? {}
                : { create_host_path: false }),
            },
          }
        : {}),
      ...(type === 'volume'
        ? {
            volume: {
              ...(flag(volume['nocopy']) ? { nocopy: true } : {}),
              ...(volume['subpath'] === undefined ? {} : { subpath: textOf(volume['subpath']) }),
            },
          }
        : {}),
      ...(type === 'tmpfs' && (size !== undefined || tmpfs['mode'] !== undefined)
        ? {
            tmpfs: {
              ...(size === undefined ? {} : { size }),
              ...(tmpfs['mode'] === undefined ? {} : { mode: Number(tmpfs['mode']) }),
            },
          }
        : {}),
    };
  }
  const spec = textOf(tree);
  const parts = spec.split(':');
  if (spec === '' || parts.some((part) => part === ''))
    throw new ComposeError(`invalid spec: ${spec}: empty section between colons`);
  if (parts.length > 3) throw new ComposeError(`invalid spec: ${spec}: too many colons`);
  const [first = '', target, options = ''] = parts;
  if (target === undefined) return { type: 'volume', target: first, volume: {} };
  const readOnly = options.split(',').includes('ro') ? { read_only: true } : {};
  if (/^[./~]/.test(first)) return { type: 'bind', source: path(first), target, ...readOnly, bind: {} };
  const nocopy = options.split(',').includes('nocopy') ? { nocopy: true } : {};
  return { type: 'volume', source: first, target, ...readOnly, volume: nocopy };
}
