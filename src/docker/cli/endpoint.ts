import type { EngineApi } from '../engine/api.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import { type CommandSpec, root } from '../spec/spec.ts';
import { configFolder, contextName, SOCKET } from './connection.ts';
import { hostOf, readContext } from './contexts.ts';
import { usageError } from './errors.ts';
import { CliError } from './failure.ts';
import type { Flags } from './parse/flags.ts';
import { quote } from './parse/numbers.ts';
import { CLI_VERSION } from './version.ts';

/** Where the engine's socket is seen on the machine. */
const SOCKETS = new Set([SOCKET, 'unix:///run/docker.sock']);

const failed = (reason: string): CliError => new CliError(`Failed to initialize: ${reason}`);
const unresolved = (reason: string): CliError => failed(`unable to resolve docker endpoint: ${reason}`);

/** docker/cli's opts.ParseHost: `DOCKER_HOST` or `-H` as an address, `box` ⇒ `tcp://box:2375`. */
export function parseHost(written: string, tls: boolean): string {
  const text = written.trim();
  if (text === '') return tls ? 'tcp://localhost:2376' : SOCKET;
  const at = text.indexOf('://');
  const scheme = at < 0 ? 'tcp' : text.slice(0, at);
  const rest = at < 0 ? text : text.slice(at + 3);
  if (scheme === 'tcp') return tcpAddress(rest);
  if (scheme === 'unix' || scheme === 'npipe') {
    if (rest.includes('://')) throw unresolved(`invalid proto, expected ${scheme}: ${rest}`);
    const usual = scheme === 'unix' ? '/var/run/docker.sock' : '//./pipe/docker_engine';
    return `${scheme}://${rest === '' ? usual : rest}`;
  }
  if (scheme === 'fd' || scheme === 'ssh') return text;
  throw unresolved(`invalid bind address format: ${text}`);
}

function tcpAddress(written: string): string {
  const [, host = '', port, path = ''] = /^(\[[^\]]*\]|[^:/]*)(?::([^/]*))?(.*)$/.exec(written) ?? [];
  const invalid = (reason: string): CliError => unresolved(`invalid bind address (${written}): ${reason}`);
  if (path !== '') throw invalid('should not contain a path element');
  if (port !== undefined && !/^\d*$/.test(port))
    throw unresolved(`parse ${quote(`tcp://${written}`)}: invalid port ${quote(`:${port}`)} after host`);
  return `tcp://${host === '' ? 'localhost' : host}:${port || '2375'}`;
}

/** The files of `--tls`; the client reads them before it connects. */
function checkTls(p: Process, globals: Flags): boolean {
  const set = (name: string): boolean => (p.env.get(name) ?? '') !== '';
  const verify = globals.changed('tlsverify') || set('DOCKER_TLS_VERIFY');
  if (!verify && !(globals.changed('tls') ? globals.bool('tls') : set('DOCKER_TLS'))) return false;
  const folder = p.env.get('DOCKER_CERT_PATH') || configFolder(p);
  const file = (flag: string, name: string): string =>
    globals.string(flag).replace(/^(['"])(.*)\1$/, '$2') || `${folder}/${name}`;
  const wanted = [file('tlscacert', 'ca.pem')];
  for (const [flag, name] of [
    ['tlscert', 'cert.pem'],
    ['tlskey', 'key.pem'],
  ] as const)
    if (globals.changed(flag) || p.fs.exists(file(flag, name), p.cwd)) wanted.push(file(flag, name));
  for (const path of wanted)
    try {
      p.fs.read(path, p.cwd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw unresolved(`open ${path}: ${error.message.toLowerCase()}`);
    }
  return true;
}

/** The address of the engine that a command line means. Throws CliError where the client would not even try. */
function address(p: Process, globals: Flags): string {
  const name = contextName(p, globals);
  if (name !== 'default') {
    const context = readContext(p, name);
    if (typeof context === 'string') throw unresolved(context);
    return hostOf(context);
  }
  const written = globals.list('host').at(-1) ?? p.env.get('DOCKER_HOST') ?? '';
  const host = parseHost(written, checkTls(p, globals));
  return host;
}

/** Checks that hold before any command, e.g. `-H` and `--context` at once. Throws CliError. */
export function checkGlobals(globals: Flags): void {
  const hosts = globals.list('host');
  if (hosts.length > 1)
    throw usageError(
      root(),
      `invalid argument ${JSON.stringify(hosts.at(-1))} for "-H, --host" flag: specify only one -H`,
    );
  if (globals.string('context') !== '' && hosts.length > 0)
    throw new CliError('conflicting options: cannot specify both --host and --context');
}

/** What the client asks first for a command, as its connection errors show it. */
const PATHS: Readonly<Record<string, string>> = {
  'container ls': 'containers/json',
  'image ls': 'images/json',
  'network ls': 'networks',
  'system df': 'system/df',
  'system events': 'events',
  'system info': 'info',
  'volume ls': 'volumes',
  version: 'version',
};

/**
 * Looks for the engine where a command line says. Undefined if it is there, else why it cannot be reached; throws CliError
 * where the client would give up before trying.
 */
export function* unreachable(
  p: Process,
  engine: EngineApi,
  globals: Flags,
  command: CommandSpec,
): Sys<string | undefined> {
  const host = address(p, globals);
  if (host.startsWith('npipe://')) throw failed('protocol not available');
  if (/:\/\/$/.test(host)) throw failed(`unable to parse docker host \`${host}\``);
  const version = apiVersion(p);
  checkHeaders(p);
  const away = SOCKETS.has(host)
    ? undefined
    : yield* refusal(p, host, command, version ?? CLI_VERSION.ApiVersion);
  return away ?? (version === undefined ? undefined : versionRefusal(engine, version));
}

function* refusal(p: Process, host: string, command: CommandSpec, version: string): Sys<string> {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === 'unix' && !p.fs.exists(rest, p.cwd))
    return `failed to connect to the docker API at ${host}; check if the path is correct and if the daemon is running: dial unix ${rest}: connect: no such file or directory`;
  const during = (at: string, reason: string): string =>
    `error during connect: Get "http://${at}/v${version}/${PATHS[command.id] ?? '_ping'}": ${reason}`;
  if (scheme === 'ssh')
    return during('docker.example.com', 'exec: "ssh": executable file not found in $PATH');
  const [, name = rest, port = '80'] = /^(.*):(\d+)$/.exec(rest) ?? [];
  try {
    (yield* p.net.connect(p, name, Number(port))).file.release();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND')
      return during(rest, `dial tcp: lookup ${name} on 10.0.2.3:53: no such host`);
    if (error.code === 'ENETUNREACH' || error.code === 'EHOSTUNREACH')
      return during(rest, `dial tcp ${rest}: connect: ${error.message.toLowerCase()}`);
  }
  return `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`;
}

/** `DOCKER_API_VERSION`, or undefined. Throws CliError if it is none. */
export function apiVersion(p: Process): string | undefined {
  const written = (p.env.get('DOCKER_API_VERSION') ?? '').trim();
  const version = written.replace(/^v/, '');
  if (version === '') return undefined;
  const [major = '', minor] = version.split(/\.(.*)/s);
  const wrong =
    minor === undefined
      ? ''
      : !/^[+-]?\d+$/.test(major)
        ? 'invalid major version: '
        : !/^[+-]?\d+$/.test(minor)
          ? 'invalid minor version: '
          : undefined;
  if (wrong !== undefined)
    throw failed(`invalid API version (${written}): ${wrong}must be formatted <major>.<minor>`);
  return `${Number(major)}.${Number(minor)}`;
}

function versionRefusal(engine: EngineApi, asked: string): string | undefined {
  const { ApiVersion, MinAPIVersion } = engine.version();
  const number = (version: string): number => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return major * 1000 + minor;
  };
  const refused = 'Error response from daemon: client version';
  if (number(asked) > number(ApiVersion))
    return `${refused} ${asked} is too new. Maximum supported API version is ${ApiVersion}`;
  if (number(asked) < number(MinAPIVersion))
    return `${refused} ${asked} is too old. Minimum supported API version is ${MinAPIVersion}, please upgrade your client to a newer version`;
  return undefined;
}

/** `DOCKER_CUSTOM_HEADERS`: comma-separated `key=value`. Throws CliError. */
function checkHeaders(p: Process): void {
  const written = p.env.get('DOCKER_CUSTOM_HEADERS') ?? '';
  if (written === '') return;
  for (const field of written.split(',')) {
    const at = field.indexOf('=');
    const wrong =
      at < 0
        ? `missing "=" in key=value pair: '${field}'`
        : field.slice(0, at).trim() === ''
          ? `value contains a key=value pair with an empty key: '${field}'`
          : undefined;
    if (wrong !== undefined)
      throw failed(`failed to set custom headers from DOCKER_CUSTOM_HEADERS environment variable: ${wrong}`);
  }
}
