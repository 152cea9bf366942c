import { Errno } from '../../../kernel/errno.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Call } from '../../call.ts';
import { readContext, type StoredContext, tlsFolder } from '../../contexts.ts';
import { CliError } from '../../failure.ts';
import { parseBool, ValueError } from '../../parse/numbers.ts';
import { splitCsv } from '../../parse/validators.ts';

const CERTIFICATES = ['ca', 'cert', 'key'] as const;
const KEYS = new Set<string>(['from', 'host', 'skip-tls-verify', ...CERTIFICATES]);

/** What `--docker` describes: the address and the files of certificates by name. */
export interface EndpointConfig {
  readonly host: string;
  readonly skipTlsVerify: boolean;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const wrong = (reason: string): CliError =>
  new CliError(`unable to create docker endpoint config: ${reason}`);

/** `--docker host=tcp://box:2376,ca=ca.pem`; undefined without the flag. Throws CliError. */
export function readEndpoint({ p, flags }: Call): EndpointConfig | undefined {
  if (!flags.changed('docker')) return undefined;
  const config = new Map<string, string>();
  for (const item of flags.list('docker'))
    for (const field of item === '' ? [] : splitCsv(item)) {
      const at = field.indexOf('=');
      config.set(field.slice(0, at), field.slice(at + 1));
    }
  const unknown = [...config.keys()].filter((key) => !KEYS.has(key));
  if (unknown.length > 0) throw wrong(unknown.map((key) => `unrecognized config key: ${key}`).join('\n'));
  const from = config.get('from');
  if (from !== undefined) return { ...named(p, from), files: {} };
  const files = certificates(p, config);
  return { host: checkHost(config.get('host') ?? ''), skipTlsVerify: readSkip(config), files };
}

function named(p: Process, name: string): StoredContext {
  const context = readContext(p, name);
  if (typeof context === 'string') throw wrong(context);
  return context;
}

function readSkip(config: ReadonlyMap<string, string>): boolean {
  const written = config.get('skip-tls-verify');
  if (written === undefined) return false;
  try {
    return parseBool(written);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw wrong(`skip-tls-verify: ${error.message}`);
  }
}

function certificates(p: Process, config: ReadonlyMap<string, string>): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const name of CERTIFICATES) {
    const path = config.get(name) ?? '';
    if (path === '') continue;
    try {
      files[`${name}.pem`] = p.fs.read(path, p.cwd);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw wrong(`open ${path}: ${error.message.toLowerCase()}`);
    }
  }
  return files;
}

/** The client that is made for a trial must know what to do with the address. */
function checkHost(host: string): string {
  if (host !== '' && !host.includes('://'))
    throw wrong(`invalid docker endpoint options: unable to parse docker host \`${host}\``);
  return host;
}

/** Keeps the certificates of a context, instead of those that it had. */
export function storeCertificates(p: Process, name: string, files: EndpointConfig['files']): void {
  const folder = tlsFolder(p, name);
  if (p.fs.exists(folder, p.cwd)) p.fs.removeAll(folder, p.cwd);
  for (const [file, bytes] of Object.entries(files)) {
    p.fs.mkdir(`${folder}/docker`, p.cwd, { parents: true, mode: 0o700 });
    p.fs.write(`${folder}/docker/${file}`, bytes, p.cwd);
  }
}

/** The certificates that a context keeps. */
export function storedCertificates(p: Process, name: string): Record<string, Uint8Array> {
  const folder = `${tlsFolder(p, name)}/docker`;
  if (!p.fs.exists(folder, p.cwd)) return {};
  return Object.fromEntries(
    p.fs.list(folder, p.cwd).map((file) => [file, p.fs.read(`${folder}/${file}`, p.cwd)]),
  );
}
