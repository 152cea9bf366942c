import type { FlagSpec } from '../docker/spec/spec.ts';
import type { Explainer } from './explainer.ts';
import { splitOnce } from './explainer.ts';
import { sentences } from './fill.ts';
import { imageForm } from './image-name.ts';
import type { Word } from './shell/word.ts';
import { templateForm } from './template.ts';

type Say = Explainer['say'];
type Form = (value: string, say: Say) => string | undefined;

/** `8080:80`, `127.0.0.1:8080:80/udp`, `80`. */
const publish: Form = (value, say) => {
  const [ports, protocol] = splitOnce(value, /\/(?=\w+$)/);
  const parts = /^(?:(\[[^\]]*\]|[\d.]+|\$[^:]+):)?(?:([\d-]*|\$[^:]+):)?([\d-]+|\$.+)$/.exec(ports);
  if (parts === null) return undefined;
  const [, address, host = '', container = ''] = parts;
  // `8080:80` is no address.
  const isPort = address !== undefined && host === '' && /^\d+$/.test(address);
  const said = { host: isPort ? address : host, container, address: isPort ? '' : (address ?? '') };
  const main =
    said.host === ''
      ? say('publish.random', said)
      : said.address === ''
        ? say('publish.both', said)
        : say('publish.address', said);
  return sentences(
    main,
    said.address === '127.0.0.1' ? say('publish.local') : '',
    protocol === undefined ? '' : say('publish.protocol', { protocol }),
  );
};

const HOST_PATH = /^(?:[/~.]|\$|[A-Za-z]:[\\/])/;

function options(list: string | undefined, say: Say): string {
  if (list === undefined || list === '') return '';
  const known = list.split(',').map((option) => {
    if (option === 'ro' || option === 'readonly') return say('volume.readonly');
    return say('volume.option', { option });
  });
  return sentences(...known);
}

/** `name:/path:ro`, `./folder:/path`, `/path`. */
const volume: Form = (value, say) => {
  const [, source, target = '', mode] =
    /^(?:((?:\$\([^)]*\)|\$\{[^}]*\}|[^:])*):)?((?:\$\([^)]*\)|[^:])+)(?::([\w,]+))?$/.exec(value) ?? [];
  if (target === '') return undefined;
  if (source === undefined) return say('volume.anonymous', { target });
  const parts = { source, target };
  const isHost = HOST_PATH.test(source);
  const main = say(isHost ? 'volume.bind' : 'volume.named', parts);
  return sentences(main, source.endsWith('docker.sock') ? say('volume.socket') : '', options(mode, say));
};

const pairs = (value: string): Map<string, string> =>
  new Map(
    value
      .split(',')
      .map((item) => splitOnce(item, /=/))
      .map(([key, text]) => [key, text ?? 'true']),
  );

/** `type=bind,source=…,target=…,readonly`. */
const mount: Form = (value, say) => {
  const given = pairs(value);
  const get = (...names: string[]) => names.map((name) => given.get(name)).find((text) => text !== undefined);
  const type = get('type') ?? 'volume';
  const source = get('source', 'src');
  const target = get('target', 'dst', 'destination') ?? '';
  if (target === '' || !['bind', 'volume', 'tmpfs'].includes(type)) return say('mount.other', { value });
  const key =
    type === 'bind'
      ? 'volume.bind'
      : type === 'tmpfs'
        ? 'tmpfs'
        : source === undefined
          ? 'volume.anonymous'
          : 'volume.named';
  const readOnly = get('readonly', 'ro');
  return sentences(
    say(key, { source: source ?? '', target }),
    readOnly !== undefined && readOnly !== 'false' && readOnly !== '0' ? say('volume.readonly') : '',
  );
};

const tmpfs: Form = (value, say) => {
  const [target, list] = splitOnce(value, /:/);
  return sentences(
    say('tmpfs', { target }),
    list === undefined ? '' : say('tmpfs.options', { options: list }),
  );
};

const UNITS: Readonly<Record<string, string>> = { b: 'B', k: 'KiB', m: 'MiB', g: 'GiB', t: 'TiB' };

/** `64m`, `1.5g`. */
const bytes: Form = (value, say) => {
  if (value === '-1') return say('bytes.none');
  const [, number, unit = 'b'] = /^([\d.]+) ?([bkmgt])?(?:i?b)?$/i.exec(value) ?? [];
  if (number === undefined) return undefined;
  return say('bytes', { size: `${number} ${UNITS[unit.toLowerCase()] ?? 'B'}` });
};

const environment: Form = (value, say) => {
  const [name, text] = splitOnce(value, /=/);
  if (text === undefined) return say('env.from', { name });
  return text === '' ? say('env.empty', { name }) : say('env', { name, value: text });
};

const network: Form = (value, say) => {
  const [kind, other = ''] = splitOnce(value, /:/);
  if (kind === 'container' && other !== '') return say('network.container', { name: other });
  if (kind === 'service') return say('network.container', { name: other });
  if (value === 'host' || value === 'none' || value === 'bridge' || value === 'default')
    return say(`network.${value}`);
  return say('network.name', { name: value.replace(/^.*?name=([^,]+).*$/, '$1') });
};

const restart: Form = (value, say) => {
  const [policy, count] = splitOnce(value, /:/);
  if (policy === 'on-failure' && count !== undefined) return say('restart.on-failure.count', { count });
  return ['no', 'always', 'unless-stopped', 'on-failure'].includes(policy)
    ? say(`restart.${policy}`)
    : undefined;
};

const user: Form = (value, say) => {
  const [name, group] = splitOnce(value, /:/);
  return group === undefined ? say('user', { name }) : say('user.group', { name, group });
};

const keyValue =
  (key: string, alone: string): Form =>
  (value, say) => {
    const [name, text] = splitOnce(value, /=/);
    return text === undefined ? say(alone, { name }) : say(key, { name, value: text });
  };

/** `10m`, `2s`, `1h30m`, `250ms`; a moment as `2026-01-01T10:00:00` stays a moment. */
const duration = (value: string, say: Say): string | undefined =>
  /^(?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+$/.test(value) ? say('duration', { value }) : undefined;

const moment: Form = (value, say) => {
  if (duration(value, say) !== undefined) return say('moment.ago', { value });
  return say('moment', { value });
};

const containerOf: Form = (value, say) =>
  value.startsWith('container:')
    ? say('namespace.container', { name: value.slice(10) })
    : value === 'host'
      ? say('namespace.host')
      : undefined;

const ulimit: Form = (value, say) => {
  const [, name = '', soft = '', hard] = /^(\w+)=(-?\d+)(?::(-?\d+))?$/.exec(value) ?? [];
  return name === '' ? undefined : say('ulimit', { name, soft, hard: hard ?? soft });
};

const ports: Form = (value, say) => say('expose', { port: value });

/** By the flag's name, for every command. */
const BY_NAME: Readonly<Record<string, Form>> = {
  publish,
  volume,
  mount,
  tmpfs,
  env: environment,
  'env-add': environment,
  network,
  net: network,
  restart,
  user,
  label: keyValue('label', 'label.name'),
  'build-arg': keyValue('build-arg', 'build-arg.name'),
  since: moment,
  until: moment,
  filter: keyValue('filter', 'filter.name'),
  format: (value, say) => templateForm(value, say),
  expose: ports,
  pid: containerOf,
  ipc: containerOf,
  uts: containerOf,
  cgroupns: containerOf,
  ulimit,
  name: (value, say) => say('name', { name: value }),
  hostname: (value, say) => say('hostname', { name: value }),
  workdir: (value, say) => say('workdir', { path: value }),
  entrypoint: (value, say) => (value === '' ? say('entrypoint.none') : say('entrypoint', { name: value })),
  cpus: (value, say) => (/^[\d.]+$/.test(value) ? say('cpus', { count: value }) : undefined),
  timeout: (value, say) => (/^\d+$/.test(value) ? say('timeout', { seconds: value }) : undefined),
  time: (value, say) => (/^\d+$/.test(value) ? say('timeout', { seconds: value }) : undefined),
  'add-host': (value, say) => {
    const [name, address = ''] = splitOnce(value, /[:=]/);
    return say('add-host', { name, address });
  },
  'volumes-from': (value, say) => {
    const [name, mode] = splitOnce(value, /:/);
    return sentences(say('volumes-from', { name }), options(mode, say));
  },
  'network-alias': (value, say) => say('network-alias', { name: value }),
  opt: keyValue('opt', 'opt.name'),
  'log-opt': keyValue('opt', 'opt.name'),
  'driver-opt': keyValue('opt', 'opt.name'),
  tail: (value, say) => (/^\d+$/.test(value) ? say('tail', { count: value }) : undefined),
  scale: keyValue('scale', 'scale.name'),
};

/** Flags that mean something else in some commands. */
const BY_COMMAND: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  'compose run': { volume },
  'container commit': {
    author: (value, say) => say('quoted', { value }),
    message: (value, say) => say('quoted', { value }),
  },
  'buildx build': {
    tag: (value, say) => imageForm(value, say),
    network: (value, say) => (value === 'host' || value === 'none' ? say(`network.${value}`) : undefined),
  },
  'compose config': { format: () => undefined },
  'image build': { tag: (value, say) => imageForm(value, say) },
  'context create': { name: () => undefined },
};

const BY_TYPE: Readonly<Record<string, Form>> = {
  bytes,
  duration: (value, say) => duration(value, say),
  bool: (value, say) => (/^(?:1|t|true)$/i.test(value) ? say('bool.true') : say('bool.false')),
  mount,
  network,
};

/** Flags called `name` that do not name what is created. */
const NAMES = new Set([
  'container run',
  'container create',
  'service create',
  'compose run',
  'context create',
  'buildx create',
]);

/** What the form of a flag's value tells: `publish`, `8080:80` ⇒ which port leads where. Undefined where it tells nothing. */
export function valueForm(
  explainer: Explainer,
  flag: FlagSpec,
  value: string,
  id: string,
): string | undefined {
  const say: Say = (name, parts) => explainer.say(name, parts);
  const own = BY_COMMAND[id]?.[flag.name];
  if (own !== undefined) return own(value, say);
  if (flag.name === 'name' && !NAMES.has(id)) return undefined;
  if (flag.name === 'network' && flag.type === 'string') return undefined;
  const form = Object.hasOwn(BY_NAME, flag.name) ? BY_NAME[flag.name] : undefined;
  return (flag.type === 'bool' ? undefined : form?.(value, say)) ?? BY_TYPE[flag.type]?.(value, say);
}

/** Placeholders that are the name of an image. */
const IMAGES = /^(?:IMAGE|SOURCE_IMAGE|TARGET_IMAGE|REPOSITORY)$/;

/** What the form of an argument tells: an image's name, a path in a container, the standard input. */
export function argumentForm(
  explainer: Explainer,
  id: string,
  name: string | undefined,
  word: Word,
  position: number,
): string | undefined {
  const say: Say = (key, parts) => explainer.say(key, parts);
  const { text } = word;
  if (text === '-') return say('standard-stream');
  if (id === 'container cp' || id === 'compose cp') return copyForm(text, position, say);
  if (id === 'container port' && position === 1) return say('port.asked', { port: text });
  if (id === 'container top') return position > 0 ? say('top.ps') : undefined;
  if (id === 'swarm join-token') return say(`join-token.${text === 'manager' ? 'manager' : 'worker'}`);
  if (name === 'file') return say('argument.file', { name: text });
  if (id === 'buildx build') return text === '.' ? say('context.here') : say('context', { path: text });
  const isImage =
    name !== undefined && (IMAGES.test(name) || (name === 'NAME' && /^image (?:pull|push)$/.test(id)));
  return isImage ? imageForm(text, say) : undefined;
}

/** `docker cp name:/path ./here`: one side is in a container, the other here. */
function copyForm(text: string, position: number, say: Say): string {
  const side = position === 0 ? 'from' : 'to';
  const [, container, path = ''] = /^([^/.~$:][^:/]*|\$[^:]*):(.*)$/.exec(text) ?? [];
  return container === undefined
    ? say(`copy.${side}.here`, { path: text })
    : say(`copy.${side}.container`, { name: container, path });
}
