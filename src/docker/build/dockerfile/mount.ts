import type { MountOption } from './instructions.ts';
import { didYouMean } from './words.ts';

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const SHARING = ['shared', 'private', 'locked'];
const SYNONYMS: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};
const KEYS = [
  ...[
    'type',
    'from',
    'source',
    'target',
    'readonly',
    'id',
    'sharing',
    'required',
    'size',
    'mode',
    'uid',
    'gid',
  ],
  ...['src', 'dst', 'destination', 'ro', 'rw', 'readwrite', 'env'],
];

/** The stage or image of `--mount=…,from=X`, which must be known before any variable is. */
export function mountSource(written: string): string | undefined {
  for (const field of written.split(',')) {
    const at = field.indexOf('=');
    if (field.slice(0, at).toLowerCase() === 'from') return field.slice(at + 1);
  }
  return undefined;
}

/**
 * Reads a `--mount` (frontend/dockerfile/instructions/commands_runmount.go); `expand` replaces variables in values. Throws an
 * Error with its words: `unexpected key 'x' in 'x=1'`.
 */
export function readMount(written: string, expand: (word: string) => string): MountOption {
  const options = new Map<string, string>();
  let type: MountOption['type'] = 'bind';
  let readOnly: boolean | undefined;
  for (const field of written.split(',')) {
    const at = field.indexOf('=');
    const key = (at < 0 ? field : field.slice(0, at)).toLowerCase();
    const name = SYNONYMS[key] ?? key;
    if (at < 0 && !['readonly', 'readwrite', 'required'].includes(name))
      throw new Error(`invalid field '${field}' must be a key=value pair`);
    const value = at < 0 ? 'true' : expand(field.slice(at + 1));
    switch (name) {
      case 'type': {
        const found = TYPES.find((known) => known === value.toLowerCase());
        if (found === undefined)
          throw new Error(`unsupported mount type ${JSON.stringify(value)}${didYouMean(value, TYPES)}`);
        type = found;
        break;
      }
      case 'readonly':
        readOnly = isTrue(key, value);
        break;
      case 'readwrite':
        readOnly = !isTrue(key, value);
        break;
      case 'required':
        if (type !== 'secret' && type !== 'ssh')
          throw new Error(`unexpected key '${key}' for mount type '${type}'`);
        options.set(name, String(isTrue(key, value)));
        break;
      case 'size':
        if (type !== 'tmpfs') throw new Error(`unexpected key '${key}' for mount type '${type}'`);
        options.set(name, value);
        break;
      case 'sharing':
        if (!SHARING.includes(value.toLowerCase()))
          throw new Error(`unsupported sharing value ${JSON.stringify(value)}${didYouMean(value, SHARING)}`);
        options.set(name, value.toLowerCase());
        break;
      case 'mode':
        if (!/^[0-7]+$/.test(value)) throw new Error(`invalid value ${value} for mode`);
        options.set(name, value);
        break;
      case 'uid':
      case 'gid':
        if (!/^\d+$/.test(value)) throw new Error(`invalid value ${value} for ${name}`);
        options.set(name, value);
        break;
      default:
        if (!KEYS.includes(name))
          throw new Error(`unexpected key '${key}' in '${field}'${didYouMean(key, KEYS)}`);
        options.set(name, value);
    }
  }
  validate(type, options);
  return {
    type,
    options,
    readOnly: readOnly ?? (type !== 'cache' && type !== 'tmpfs'),
    required: options.get('required') === 'true',
  };
}

function isTrue(key: string, value: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw new Error(`invalid value for ${key}: ${value}`);
}

function validate(type: MountOption['type'], options: ReadonlyMap<string, string>): void {
  if (type === 'bind' || type === 'tmpfs')
    for (const key of ['mode', 'uid', 'gid'])
      if (options.has(key)) throw new Error(`${key} not allowed for "${type}" type mounts`);
  if (type === 'secret') {
    if (options.has('from')) throw new Error('secret mount should not have a from');
    if (options.has('sharing')) throw new Error('secret mount should not define sharing');
    if (!['source', 'target', 'id'].some((key) => options.has(key)))
      throw new Error('invalid secret mount. one of source, target required');
    if (options.has('source') && options.has('id')) throw new Error("both source and id can't be set");
  }
  if (options.has('sharing') && type !== 'cache')
    throw new Error(`invalid cache sharing set for ${type} mount`);
}
