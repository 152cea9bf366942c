import { parseNetwork } from './network.ts';
import {
  parseBool,
  parseBytes,
  parseCpus,
  parseDuration,
  parseInteger,
  quote,
  ValueError,
} from './numbers.ts';

/** Checks the value of a flag as the real CLI does while it reads the command line; throws `ValueError`. */
export type Validator = (value: string) => void;

const WHITE = /[\t\n\v\f\r ]/;

const GPU_KEYS = new Set(['driver', 'count', 'device', 'capabilities', 'options']);

/** By pflag's type name. Types without an entry take any text. */
export const BY_TYPE: Readonly<Record<string, Validator>> = {
  bool: (value) => void parseBool(value),
  int: (value) => void parseInteger(value),
  uint: (value) => void parseInteger(value, 'ParseUint'),
  uint16: (value) => void parseInteger(value, 'ParseUint', 16),
  uint32: (value) => void parseInteger(value, 'ParseUint', 32),
  float: float,
  duration: (value) => void parseDuration(value),
  bytes: (value) => void parseBytes(value),
  decimal: (value) => void parseCpus(value),
  filter,
  stringToString: keyValues,
  'gpu-request': (value) => {
    for (const field of splitCsv(value)) {
      const at = field.indexOf('=');
      const key = at < 0 ? field : field.slice(0, at);
      if (at < 0 && key !== 'all' && !/^[+-]?\d+$/.test(key))
        throw new ValueError(
          `invalid count (${key}): value must be either "all" or an integer: invalid syntax`,
        );
      if (at >= 0 && !GPU_KEYS.has(key)) throw new ValueError(`unexpected key '${key}' in '${field}'`);
    }
  },
  'node-addr': (value) => {
    const port = /:([^:]*)$/.exec(value)?.[1] ?? '';
    if (!/^\d*$/.test(port))
      throw new ValueError(`parse ${quote(`tcp://${value}`)}: invalid port ${quote(`:${port}`)} after host`);
  },
  ipNetSlice: (value) => {
    const bad = value.split(',').find((range) => !/^[\d.]+\/\d+$|^[\da-f:]+\/\d+$/i.test(range.trim()));
    if (bad !== undefined) throw new ValueError(`invalid string being converted to CIDR: ${bad}`);
  },
  ulimit: (value) => void parseUlimit(value),
  mount: (value) => void parseMount(value),
  network: (value) => void parseNetwork(value),
  ip: (value) => {
    if (value.trim() !== '' && !isAddress(value.trim()))
      throw new ValueError(`failed to parse IP: ${quote(value)}`);
  },
};

/** By flag, for lists whose items are checked one by one. */
export const BY_NAME: Readonly<Record<string, Validator>> = {
  env: (value) => {
    if (value === '' || value.startsWith('=')) throw new ValueError(`invalid environment variable: ${value}`);
  },
  label: (value) => {
    const key = (value.split('=')[0] ?? '').replace(/^[\t\n\v\f\r ]+/, '');
    if (key === '') throw new ValueError(`invalid label '${value}': empty name`);
    if (WHITE.test(key)) throw new ValueError(`label '${key}' contains whitespaces`);
  },
  attach: (value) => {
    if (!['stdin', 'stdout', 'stderr'].includes(value.toLowerCase()))
      throw new ValueError('valid streams are STDIN, STDOUT and STDERR');
  },
  'blkio-weight-device': deviceWeight,
  'device-read-bps': bytesRate,
  'device-read-iops': countRate,
  'device-write-bps': bytesRate,
  'device-write-iops': countRate,
  dns: address,
  'dns-search': (value) => {
    const domain = value.replace(/^ +| +$/g, '');
    if (
      domain !== '.' &&
      (!/[a-zA-Z]/.test(domain) ||
        !/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*\.?\s*$/.test(
          domain,
        ))
    )
      throw new ValueError(`${domain} is not a valid domain`);
  },
  link: (value) => {
    if (value === '') throw new ValueError('empty string specified for links');
    if (value.split(':').length > 2) throw new ValueError(`bad format for links: ${value}`);
  },
  sysctl: (value) => {
    const key = value.split('=')[0] ?? '';
    const allowed =
      /^(net\.|fs\.mqueue\.)|^kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$/;
    if (!value.includes('=') || !allowed.test(key)) throw new ValueError(`sysctl '${value}' is not allowed`);
  },
  'device-cgroup-rule': (value) => {
    if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(value))
      throw new ValueError(`invalid device cgroup format '${value}'`);
  },
  'add-host': (value) => {
    const [name, ip] = cutHost(value);
    if (ip === undefined || name === '') throw new ValueError(`bad format for add-host: ${quote(value)}`);
    if (ip !== 'host-gateway' && !isAddress(ip.replace(/^\[(.*)\]$/, '$1')))
      throw new ValueError(`invalid IP address in add-host: ${quote(ip)}`);
  },
};

/** docker/cli's opts.ValidateThrottleBpsDevice and its like: `/dev/sda:1mb`. */
function deviceValue(value: string, isGood: (amount: string) => boolean, wrong: string): void {
  const at = value.indexOf(':');
  if (at < 1) throw new ValueError(`bad format: ${value}`);
  if (!value.startsWith('/dev/')) throw new ValueError(`bad format for device path: ${value}`);
  if (!isGood(value.slice(at + 1))) throw new ValueError(wrong.replace('%s', value));
}

const RATE = 'invalid rate for device: %s. The correct format is <device-path>:<number>';

function bytesRate(value: string): void {
  const isSize = (amount: string): boolean => {
    try {
      return parseBytes(amount) >= 0;
    } catch (error) {
      if (error instanceof ValueError) return false;
      throw error;
    }
  };
  const wrong = `${RATE}[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`;
  deviceValue(value, isSize, wrong);
}

function countRate(value: string): void {
  deviceValue(value, (amount) => /^\d+$/.test(amount), `${RATE}. Number must be a positive integer`);
}

function deviceWeight(value: string): void {
  const isWeight = (amount: string): boolean =>
    /^\d+$/.test(amount) && (Number(amount) === 0 || (Number(amount) >= 10 && Number(amount) <= 1000));
  deviceValue(value, isWeight, 'invalid weight for device: %s');
}

/** `db:10.1.2.3` or `db=10.1.2.3` ⇒ its two halves. */
export function cutHost(value: string): [string, string | undefined] {
  const at = value.includes('=') ? value.indexOf('=') : value.indexOf(':');
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
}

function address(value: string): void {
  if (!isAddress(value.trim())) throw new ValueError(`IP address is not correctly formatted: ${value}`);
}

function float(value: string): void {
  if (value === '' || Number.isNaN(Number(value)))
    throw new ValueError(`strconv.ParseFloat: parsing ${quote(value)}: invalid syntax`);
}

/** pflag's stringToString: pairs with commas between them. */
function keyValues(value: string): void {
  const fields = value.split('=').length > 2 ? splitCsv(value) : [value];
  const bad = fields.find((field) => !field.includes('='));
  if (bad !== undefined) throw new ValueError(`${bad} must be formatted as key=value`);
}

function filter(value: string): void {
  if (value !== '' && !value.includes('='))
    throw new ValueError('bad format of filter (expected name=value)');
}

/** Is this an IPv4 or IPv6 address (net.ParseIP)? */
export function isAddress(text: string): boolean {
  if (/^(\d{1,3})(\.\d{1,3}){3}$/.test(text))
    return text.split('.').every((part) => Number(part) < 256 && !/^0\d/.test(part));
  if (!/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) || text.split('::').length > 2) return false;
  const groups = text.split(':').filter((group) => group !== '');
  return (
    groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (text.includes('::') ? groups.length < 8 : groups.length === 8)
  );
}

export interface Ulimit {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

const ULIMITS = new Set([
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
]);

/** `nofile=100:200` ⇒ soft 100, hard 200 (go-units' ParseUlimit). */
export function parseUlimit(value: string): Ulimit {
  const at = value.indexOf('=');
  const limits = value.slice(at + 1);
  if (at < 0 || limits === '') throw new ValueError(`invalid ulimit argument: ${value}`);
  const name = value.slice(0, at);
  if (!ULIMITS.has(name)) throw new ValueError(`invalid ulimit type: ${name}`);
  const parts = limits.split(':');
  if (parts.length > 2)
    throw new ValueError(
      `too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``,
    );
  const soft = parseInteger(parts[0] ?? '');
  const hard = parts[1] === undefined ? soft : parseInteger(parts[1]);
  if (hard !== -1 && (soft === -1 || soft > hard))
    throw new ValueError(
      soft === -1
        ? `ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: ${hard}`
        : `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`,
    );
  return { Name: name, Hard: hard, Soft: soft };
}

/** `--mount` as written: every `key=value`, keys in their short-hand-free spelling. Defaults to type volume. */
export interface MountOption {
  readonly type: string;
  readonly fields: ReadonlyMap<string, string>;
  /** `volume-label` and `volume-opt` may be repeated. */
  readonly labels: readonly string[];
  readonly options: readonly string[];
}

const MOUNT_KEYS: Readonly<Record<string, string>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  consistency: 'consistency',
  'bind-propagation': 'bind-propagation',
  'bind-nonrecursive': 'bind-nonrecursive',
  'bind-recursive': 'bind-recursive',
  'bind-create-src': 'bind-create-src',
  'volume-subpath': 'volume-subpath',
  'volume-nocopy': 'volume-nocopy',
  'volume-label': 'volume-label',
  'volume-driver': 'volume-driver',
  'volume-opt': 'volume-opt',
  'image-subpath': 'image-subpath',
  'tmpfs-size': 'tmpfs-size',
  'tmpfs-mode': 'tmpfs-mode',
};
const MOUNT_BOOLEANS = new Set(['readonly', 'volume-nocopy', 'bind-nonrecursive', 'bind-create-src']);

/** Reads `type=bind,source=/a,target=/b,readonly`. */
export function parseMount(value: string): MountOption {
  const fields = new Map<string, string>();
  const labels: string[] = [];
  const options: string[] = [];
  if (value.trim() === '') throw new ValueError('value is empty');
  for (const field of splitCsv(value.trim())) {
    const at = field.indexOf('=');
    const written = at < 0 ? field : field.slice(0, at);
    const content = at < 0 ? undefined : field.slice(at + 1);
    if (written.trim() !== written)
      throw new ValueError(
        `invalid option '${written.trim()}' in '${field}': option should not have whitespace`,
      );
    if (content?.trim() === '') throw new ValueError(`invalid value for '${written}': value is empty`);
    if (content !== undefined && content.trim() !== content)
      throw new ValueError(`invalid value for '${written}' in '${field}': value should not have whitespace`);
    const key = MOUNT_KEYS[written.toLowerCase()];
    if (content === undefined && (key === undefined || !MOUNT_BOOLEANS.has(key)))
      throw new ValueError(`invalid field '${field}' must be a key=value pair`);
    if (key === undefined) throw new ValueError(`unknown option '${written.toLowerCase()}' in '${field}'`);
    checkMountValue(key, written.toLowerCase(), content ?? 'true');
    if (key === 'volume-label') labels.push(content ?? '');
    else if (key === 'volume-opt') options.push(content ?? '');
    else fields.set(key, content ?? 'true');
  }
  const type = (fields.get('type') ?? 'volume').toLowerCase();
  // `bind-recursive=enabled` is the default and says nothing.
  if (fields.get('bind-recursive') === 'enabled') fields.delete('bind-recursive');
  for (const kind of ['bind', 'volume', 'image', 'tmpfs']) {
    const used =
      [...fields.keys()].some((key) => key.startsWith(`${kind}-`)) ||
      (kind === 'volume' && labels.length + options.length > 0);
    if (used && type !== kind)
      throw new ValueError(`cannot mix '${kind}-*' options with mount type '${type}'`);
  }
  const recursive = fields.get('bind-recursive') ?? '';
  if (['writable', 'readonly'].includes(recursive)) {
    const wants = (what: string): never => {
      throw new ValueError(
        `option 'bind-recursive=${recursive}' requires '${what}' to be specified in conjunction`,
      );
    };
    if (!['1', 'true'].includes(fields.get('readonly') ?? '')) wants('readonly');
    if (recursive === 'readonly' && fields.get('bind-propagation') !== 'rprivate')
      wants('bind-propagation=rprivate');
  }
  return { type, fields, labels, options };
}

function checkMountValue(key: string, written: string, value: string): void {
  if (MOUNT_BOOLEANS.has(key) && !['1', 'true', '0', 'false'].includes(value))
    throw new ValueError(
      `invalid value for '${written}': invalid boolean value (${quote(value)}): must be one of "true", "1", "false", or "0" (default "true")`,
    );
  if (key === 'bind-nonrecursive')
    throw new ValueError('bind-nonrecursive is deprecated, use bind-recursive=disabled instead');
  if (key === 'bind-recursive' && !['enabled', 'disabled', 'writable', 'readonly'].includes(value))
    throw new ValueError(
      `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
    );
  if (key === 'tmpfs-size') {
    try {
      parseBytes(value);
    } catch {
      throw new ValueError(`invalid value for ${key}: ${value}`);
    }
  }
  if (key === 'tmpfs-mode' && !/^[0-7]+$/.test(value))
    throw new ValueError(`invalid value for ${key}: ${value}`);
}

/** One record of comma separated values, double quotes as in Go's encoding/csv. */
export function splitCsv(text: string): string[] {
  const out: string[] = [];
  let at = 0;
  if (text === '') throw new ValueError('EOF');
  for (;;) {
    if (text[at] === '"') {
      let field = '';
      for (at++; at < text.length && !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (text[at] === '"') at++;
        field += text[at];
      }
      at++;
      out.push(field);
    } else {
      const end = text.indexOf(',', at);
      out.push(text.slice(at, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end;
    }
    if (text[at] !== ',') return out;
    at++;
  }
}
