import { text } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import type { CommandSpec } from '../spec/spec.ts';
import { BROKEN } from './builder.ts';
import { configFolder, SOCKET } from './connection.ts';
import { readConfig } from './credentials.ts';
import { CliError } from './failure.ts';
import { firstJson } from './go-json.ts';
import type { Flags } from './parse/flags.ts';
import { hasPlugin } from './plugins.ts';

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

/** Formats of lists that `config.json` keeps, by command. */
const FORMATS: Readonly<Record<string, string>> = {
  'config ls': 'configFormat',
  'container ls': 'psFormat',
  'container stats': 'statsFormat',
  'image ls': 'imagesFormat',
  'network ls': 'networksFormat',
  'node ls': 'nodesFormat',
  'node ps': 'tasksFormat',
  'plugin ls': 'pluginsFormat',
  'secret ls': 'secretFormat',
  'service inspect': 'serviceInspectFormat',
  'service ls': 'servicesFormat',
  'service ps': 'tasksFormat',
  'stack ps': 'tasksFormat',
  'stack services': 'servicesFormat',
  'volume ls': 'volumesFormat',
};

/** Variables of proxies by the field of `proxies` that they come from. */
const PROXIES: Readonly<Record<string, string>> = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
};

interface Config {
  readonly proxies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly aliases?: Readonly<Record<string, unknown>>;
  readonly pruneFilters?: readonly string[];
  readonly [key: string]: unknown;
}

/** Gives a command what `config.json` says and its line does not: formats, detach keys, proxies, filters of prune. */
export function applyConfig(p: Process, { id, path, flags: known }: CommandSpec, flags: Flags): void {
  const config = readConfig(p) as Config;
  const builder = config.aliases?.['builder'];
  if (id.startsWith('buildx ') && !path.startsWith('buildx') && typeof builder === 'string')
    if (!hasPlugin(p, builder)) throw new CliError(BROKEN);
  const has = (name: string): boolean => known.some((flag) => flag.name === name);
  const give = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value !== '' && has(name) && !flags.changed(name))
      flags.set(name, value);
  };
  const format = FORMATS[id];
  if (format !== undefined && !flags.changed('quiet') && !flags.changed('pretty'))
    give('format', config[format]);
  give('detach-keys', config['detachKeys']);
  const variables = id === 'container run' || id === 'container create' ? 'env' : 'build-arg';
  if (has(variables)) giveProxies(p, config, flags, variables);
  if (/ prune$/.test(id) && has('filter'))
    for (const filter of config.pruneFilters ?? []) flags.set('filter', filter);
}

/** The settings of the engine in use, else of `default`, in both cases of letters. */
function giveProxies(p: Process, { proxies }: Config, flags: Flags, name: string): void {
  const chosen = proxies?.[p.env.get('DOCKER_HOST') || SOCKET] ?? proxies?.['default'];
  const written = new Set(flags.list(name).map((item) => item.split('=')[0]));
  for (const [field, variable] of Object.entries(PROXIES)) {
    const value = chosen?.[field];
    if (typeof value !== 'string' || value === '') continue;
    for (const key of [variable, variable.toLowerCase()])
      if (!written.has(key)) flags.set(name, `${key}=${value}`);
  }
}
