import { durationError, parseGoDuration } from '../../engine/human.ts';
import { absolutePath } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';
import type { Lookup } from '../file/interpolate.ts';
import { isList, isMap, listOf, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../file/tree.ts';
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

/** A value that its type cannot hold; whoever reads the model says where it stands. */
export class BadValue extends ComposeError {}

/** Go's way of writing a duration: `90s` ⇒ `1m30s`. */
export function duration(tree: Tree | undefined): string | undefined {
  if (tree === undefined || tree === null) return undefined;
  const text = textOf(tree);
  const ms = parseGoDuration(text);
  if (ms === undefined) throw new BadValue(durationError(text));
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
  if (typeof tree === 'number') return String(Math.trunc(tree));
  const match = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?$/i.exec(textOf(tree).trim());
  if (match === null) throw new BadValue(`invalid size: '${textOf(tree)}'`);
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

const range = (text: string, what: string): { start: number; end: number } => {
  const [first = '', last = first] = text.split('-');
  const fits = (part: string): boolean => /^\d+$/.test(part) && Number(part) <= 65535;
  if (!fits(first) || !fits(last) || Number(last) < Number(first) || text.split('-').length > 2)
    throw new ComposeError(`Invalid ${what}: ${text}`);
  return { start: Number(first), end: Number(last) };
};

/** The address before a port, without brackets. Throws ComposeError in the words of go-connections. */
function address(written: string): string {
  if (written === '') return '';
  const inside = /^\[(.*)\]$/.exec(written)?.[1];
  if (inside === undefined && written.includes(':'))
    throw new ComposeError(`Invalid ip address ${written}: address ${written}:: too many colons in address`);
  const ip = inside ?? written;
  const parts = ip.split('.');
  const known = ip.includes(':')
    ? /^[0-9a-f:.]+$/i.test(ip)
    : parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  if (!known) throw new ComposeError(`Invalid ip address: ${ip}`);
  return ip;
}

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
        ...(tree['app_protocol'] === undefined ? {} : { app_protocol: textOf(tree['app_protocol']) }),
      },
    ];
  }
  const spec = textOf(tree);
  const parts = spec.split(':');
  const last = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const [written = '', proto = ''] = last.split('/');
  const target = written;
  const ip = address(parts.join(':'));
  if (target === '') throw new ComposeError(`No port specified: ${spec}<empty>`);
  const inside = range(target, 'containerPort');
  const outside = host === '' ? undefined : range(host, 'hostPort');
  const count = inside.end - inside.start + 1;
  if (outside !== undefined && count !== 1 && outside.end - outside.start + 1 !== count)
    throw new ComposeError(`Invalid ranges specified for container and host Ports: ${target} and ${host}`);
  const protocol = (proto === '' ? 'tcp' : proto).toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw new ComposeError(`Invalid proto: ${proto}`);
  const published = (i: number): string =>
    outside === undefined || (count === 1 && outside.start !== outside.end)
      ? host
      : String(outside.start + i);
  return Array.from({ length: count }, (_, i) => ({
    mode: 'ingress',
    ...(ip === '' ? {} : { host_ip: ip }),
    target: inside.start + i,
    ...(outside === undefined ? {} : { published: published(i) }),
    protocol,
  })).sort((a, b) => (String(a.target) < String(b.target) ? -1 : 1));
}

/** `./html:/www:ro`, `data:/data`, `/cache`, or the long form. No folder leaves relative paths as they are. */
export function mount(tree: Tree, directory: string, home: string): Mount {
  const path = (source: string): string =>
    directory === ''
      ? source
      : source.startsWith('~')
        ? `${home}${source.slice(1)}`
        : source.startsWith('/')
          ? source
          : absolutePath(source, directory);
  return isMap(tree) ? longMount(tree, path) : shortMount(textOf(tree), path);
}

function longMount(tree: TreeMap, path: (source: string) => string): Mount {
  const type = textOf(tree['type']);
  const source = textOf(tree['source']);
  const bind = mapOf(tree['bind']);
  const volume = mapOf(tree['volume']);
  const tmpfs = mapOf(tree['tmpfs']);
  const size = bytes(tmpfs['size']);
  const volumeLabels = labels(volume['labels']);
  const mode = tmpfs['mode'];
  return {
    type,
    ...(source === '' ? {} : { source: type === 'bind' ? path(source) : source }),
    target: clean(textOf(tree['target'])),
    ...(flag(tree['read_only']) ? { read_only: true } : {}),
    ...(tree['consistency'] === undefined ? {} : { consistency: textOf(tree['consistency']) }),
    ...(tree['bind'] === undefined
      ? {}
      : {
          bind: {
            ...(bind['selinux'] === undefined ? {} : { selinux: textOf(bind['selinux']) }),
            ...(bind['propagation'] === undefined ? {} : { propagation: textOf(bind['propagation']) }),
            ...(flag(bind['create_host_path']) ? { create_host_path: true } : {}),
            ...(bind['recursive'] === undefined ? {} : { recursive: textOf(bind['recursive']) }),
          },
        }),
    ...(tree['volume'] === undefined
      ? {}
      : {
          volume: {
            ...(Object.keys(volumeLabels).length > 0 ? { labels: volumeLabels } : {}),
            ...(flag(volume['nocopy']) ? { nocopy: true } : {}),
            ...(volume['subpath'] === undefined ? {} : { subpath: textOf(volume['subpath']) }),
          },
        }),
    ...(tree['tmpfs'] === undefined
      ? {}
      : {
          tmpfs: {
            ...(size === undefined ? {} : { size }),
            ...(mode === undefined
              ? {}
              : { mode: typeof mode === 'string' ? Number.parseInt(mode, 10) : Number(mode) }),
          },
        }),
    ...(tree['image'] === undefined ? {} : { image: mapOf(tree['image']) as { subpath?: string } }),
  };
}

/** `/a/./b/` ⇒ `/a/b`. */
const clean = (path: string): string =>
  path.startsWith('/') ? absolutePath(path, '/') : path === '' ? '' : absolutePath(path, '/').slice(1);

const isLetter = (text: string): boolean => /^\p{L}$/u.test(text);

/** The parts between colons; a single letter before one is a Windows drive, as compose-go takes it. */
function sections(spec: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let at = 0; at < spec.length; at++) {
    const char = spec[at] ?? '';
    if (char === '$' && spec[at + 1] === '{') depth++;
    else if (char === '}' && depth > 0) depth--;
    if (char === ':' && depth === 0 && !isLetter(part)) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

function shortMount(spec: string, path: (source: string) => string): Mount {
  if (spec === '') throw new ComposeError('invalid empty volume spec');
  if (spec.length <= 2) return { type: 'volume', target: clean(spec) };
  const parts = sections(spec);
  const fail = (reason: string): never => {
    throw new ComposeError(`invalid spec: ${spec}: ${reason}`);
  };
  if (parts.some((part) => part === '')) fail('empty section between colons');
  if (parts.length > 3) fail('too many colons');
  const [first = '', second, written = ''] = parts;
  const target = clean(second ?? first);
  if (second === undefined) return { type: 'volume', target, volume: {} };
  const options = written.split(',');
  const readOnly = options.lastIndexOf('ro') > options.lastIndexOf('rw') ? { read_only: true } : {};
  if (/^[./~]/.test(first) || (isLetter(first[0] ?? '') && first[1] === ':')) {
    const selinux = options.filter((one) => one === 'z' || one === 'Z').at(-1);
    const propagation = options.filter((one) => PROPAGATIONS.includes(one)).at(-1);
    const bind = {
      ...(selinux === undefined ? {} : { selinux }),
      ...(propagation === undefined ? {} : { propagation }),
      create_host_path: true,
    };
    return { type: 'bind', source: path(first), target, ...readOnly, bind };
  }
  const volume = options.includes('nocopy') ? { nocopy: true } : {};
  return { type: 'volume', source: first, target, ...readOnly, volume };
}
