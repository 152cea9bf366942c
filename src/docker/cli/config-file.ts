import { text } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import { configFolder } from './connection.ts';
import { firstJson } from './go-json.ts';

const STRINGS = 'map[string]string';
/** docker/cli's configfile.ConfigFile: its fields that are no plain texts, with Go's names of their types. */
const TYPES: Readonly<Record<string, string>> = {
  auths: 'map[string]types.AuthConfig',
  HttpHeaders: STRINGS,
  credHelpers: STRINGS,
  pruneFilters: '[]string',
  proxies: 'map[string]configfile.ProxyConfig',
  cliPluginsExtraDirs: '[]string',
  plugins: 'map[string]map[string]string',
  aliases: STRINGS,
  features: STRINGS,
};
const TEXTS = new Set(
  'psFormat imagesFormat networksFormat pluginsFormat volumesFormat statsFormat detachKeys credsStore serviceInspectFormat servicesFormat tasksFormat secretFormat configFormat nodesFormat currentContext experimental'.split(
    ' ',
  ),
);

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : (typeof value as string);

/** Go's refusal of a value of the wrong type. */
function typeError(config: unknown): string | undefined {
  if (kindOf(config) === 'null') return undefined;
  if (kindOf(config) !== 'object')
    return `json: cannot unmarshal ${kindOf(config)} into Go value of type configfile.ConfigFile`;
  for (const [key, value] of Object.entries(config as Record<string, unknown>)) {
    const type = TEXTS.has(key) ? 'string' : TYPES[key];
    if (type === undefined || value === null) continue;
    const wanted = type === 'string' ? 'string' : type.startsWith('[]') ? 'array' : 'object';
    if (kindOf(value) !== wanted)
      return `json: cannot unmarshal ${kindOf(value)} into Go struct field ConfigFile.${key} of type ${type}`;
    if (type !== STRINGS) continue;
    for (const inner of Object.values(value as Record<string, unknown>))
      if (inner !== null && typeof inner !== 'string')
        return `json: cannot unmarshal ${kindOf(inner)} into Go struct field ConfigFile.${key} of type string`;
  }
  return undefined;
}

/** A saved login that is no base64 of `user:password`. */
function loginError(config: unknown): string | undefined {
  const { auths } = (config ?? {}) as { auths?: Record<string, { auth?: unknown } | null> };
  for (const login of Object.values(auths ?? {})) {
    const saved = login?.auth;
    if (typeof saved !== 'string' || saved === '') continue;
    const wrong = /[^A-Za-z0-9+/]/.exec(saved.replace(/={1,2}$/, ''));
    if (wrong !== null || saved.length % 4 !== 0)
      return `illegal base64 data at input byte ${wrong?.index ?? saved.length - (saved.length % 4)}`;
    if (!/^[^:]+:/.test(atob(saved))) return 'Invalid auth configuration file';
  }
  return undefined;
}

/** What the client says of a `config.json` that it cannot read, before it does what it was asked; undefined if all is well. */
export function configWarning(p: Process): string | undefined {
  const path = `${configFolder(p)}/config.json`;
  let content: string;
  try {
    content = text(p.fs.read(path, p.cwd));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return error.code === 'ENOENT'
      ? undefined
      : `WARNING: Error parsing config file (${path}): read ${path}: ${error.message.toLowerCase()}`;
  }
  const { value, error } = firstJson(content);
  const wrong = error ?? typeError(value) ?? loginError(value);
  return wrong === undefined ? undefined : `WARNING: Error parsing config file (${path}): ${wrong}`;
}
