import type {
  ConfigReference,
  FileTarget,
  NetworkAttachmentConfig,
  PortConfig,
  SecretReference,
} from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Call } from '../../call.ts';
import { usageError } from '../../errors.ts';
import { CliError } from '../../failure.ts';
import { toRecord } from '../../parse/flags.ts';
import { quote } from '../../parse/numbers.ts';
import { splitCsv } from '../../parse/validators.ts';
import { readPorts } from '../../run/ports.ts';

/** The values of flags that only services have. Failures are told as pflag does, with the usage. */

function refused(call: Call, written: string, flag: string, reason: string): CliError {
  return usageError(call.command, `invalid argument ${quote(written)} for ${quote(flag)} flag: ${reason}`);
}

/** `8080:80`, `published=8080,target=80,mode=host` (opts/swarmopts/port.go). */
export function parsePublish(call: Call, written: string, flag: string): PortConfig[] {
  const fail = (reason: string): CliError => refused(call, written, flag, reason);
  if (/^[^:]*=/.test(written)) return [longPort(written, fail)];
  const parts = written.split(':');
  if (parts.length > 2) {
    const ip = parts
      .slice(0, -2)
      .join(':')
      .replace(/^\[(.*)\]$/, '$1');
    if (!/^\d+(\.\d+){3}$/.test(ip) && !ip.includes(':')) throw fail(`invalid IP address: ${ip}`);
    throw fail('hostip is not supported');
  }
  try {
    const { bindings } = readPorts([written], []);
    return Object.entries(bindings).flatMap(([key, list]) => {
      const [port = '', Protocol = 'tcp'] = key.split('/');
      return list.flatMap(({ HostPort }) => {
        const [low = '', high = low] = HostPort.split('-');
        const numbers =
          HostPort === ''
            ? [undefined]
            : Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => Number(low) + i);
        return numbers.map(
          (published): PortConfig => ({
            Protocol,
            TargetPort: Number(port),
            ...(published === undefined || published === 0 ? {} : { PublishedPort: published }),
            PublishMode: 'ingress',
          }),
        );
      });
    });
  } catch (error) {
    if (error instanceof CliError) throw fail(error.message);
    throw error;
  }
}

function longPort(written: string, fail: (reason: string) => CliError): PortConfig {
  let Protocol = 'tcp';
  let PublishMode = 'ingress';
  let TargetPort = 0;
  let PublishedPort: number | undefined;
  for (const field of splitCsv(written)) {
    const at = field.indexOf('=');
    const key = field.slice(0, at < 0 ? undefined : at).toLowerCase();
    const value = field.slice(at + 1).toLowerCase();
    if (at < 0 || value === '') throw fail(`invalid field: ${field}`);
    if (key === 'protocol') {
      if (!['tcp', 'udp', 'sctp'].includes(value))
        throw fail(`invalid protocol value ${quote(value)}: must be one of "tcp", "udp", or "sctp"`);
      Protocol = value;
    } else if (key === 'mode') {
      if (value !== 'ingress' && value !== 'host')
        throw fail(`invalid publish mode value (${value}): must be either 'ingress' or 'host'`);
      PublishMode = value;
    } else if (key === 'target' || key === 'published') {
      if (!/^\d+$/.test(value)) {
        const name = key === 'target' ? 'target' : 'published';
        throw fail(
          `invalid ${name} port (${value}): value must be an integer: strconv.ParseUint: parsing ${quote(value)}: invalid syntax`,
        );
      }
      if (key === 'target') TargetPort = Number(value);
      else PublishedPort = Number(value);
    } else throw fail(`invalid field key: ${key}`);
  }
  if (TargetPort === 0) throw fail("missing mandatory field 'target'");
  return {
    Protocol,
    TargetPort,
    ...(PublishedPort === undefined || PublishedPort === 0 ? {} : { PublishedPort }),
    PublishMode,
  };
}

/** A secret or config as a service asks for it. */
export interface Wanted {
  readonly source: string;
  readonly file: FileTarget;
}

/** `db_pass`, `source=db_pass,target=pass,mode=0400` (opts/swarmopts/{secret,config}.go). */
export function parseFile(call: Call, written: string, flag: string): Wanted {
  const fail = (reason: string): CliError => refused(call, written, flag, reason);
  if (written === '') throw fail('EOF');
  const fields = splitCsv(written);
  const file: FileTarget = { Name: '', UID: '0', GID: '0', Mode: 0o444 };
  let source = '';
  if (fields.length === 1 && !written.includes('=')) {
    source = written;
    file.Name = written;
  } else
    for (const field of fields) {
      const at = field.indexOf('=');
      const key = field.slice(0, at < 0 ? undefined : at).toLowerCase();
      const value = field.slice(at + 1);
      if (at < 0) throw fail(`invalid field '${field}' must be a key=value pair`);
      if (key === 'source' || key === 'src') source = value;
      else if (key === 'target') file.Name = value;
      else if (key === 'uid') file.UID = value;
      else if (key === 'gid') file.GID = value;
      else if (key === 'mode') {
        if (!/^0?[0-7]+$/.test(value))
          throw fail(`invalid mode specified: strconv.ParseUint: parsing ${quote(value)}: invalid syntax`);
        file.Mode = Number.parseInt(value, 8);
      } else throw fail(`invalid field in secret request: ${key}`);
    }
  if (source === '') throw fail('source is required');
  if (file.Name === '') file.Name = source;
  return { source, file };
}

/** Looks the wanted secrets up. Throws `secret not found: NAME`. */
export function secretReferences(swarm: Swarm, asked: readonly Wanted[]): SecretReference[] {
  if (asked.length === 0) return [];
  const all = swarm.files('secret', { names: [...new Set(asked.map((one) => one.source))] });
  return asked.map(({ source, file }) => {
    const found = all.find((one) => one.Spec.Name === source);
    if (found === undefined) throw new CliError(`secret not found: ${source}`);
    return { File: file, SecretID: found.ID, SecretName: source };
  });
}

/** Looks the wanted configs up. Throws `config not found: NAME`. */
export function configReferences(swarm: Swarm, asked: readonly Wanted[]): ConfigReference[] {
  if (asked.length === 0) return [];
  const all = swarm.files('config', { names: [...new Set(asked.map((one) => one.source))] });
  return asked.map(({ source, file }) => {
    const found = all.find((one) => one.Spec.Name === source);
    if (found === undefined) throw new CliError(`config not found: ${source}`);
    return { File: file, ConfigID: found.ID, ConfigName: source };
  });
}

/** `mynet`, `name=mynet,alias=web,driver-opt=a=b`; the target is the network's ID. Throws no-such-network. */
export function parseNetwork(call: Call, written: string, flag: string): NetworkAttachmentConfig {
  let name = '';
  const aliases: string[] = [];
  const options: string[] = [];
  if (/^\w[\w-]*=/.test(written))
    for (const field of splitCsv(written)) {
      const at = field.indexOf('=');
      const key = field.slice(0, at < 0 ? undefined : at).toLowerCase();
      const value = field.slice(at + 1);
      if (at < 0) throw refused(call, written, flag, `invalid field ${field}`);
      if (key === 'name') name = value;
      else if (key === 'alias') aliases.push(value.toLowerCase());
      else if (key === 'driver-opt') options.push(value);
      else if (!['ip', 'ip6', 'link-local-ip', 'mac-address', 'gw-priority'].includes(key))
        throw refused(call, written, flag, `invalid field key ${key}`);
    }
  else name = written;
  const network = call.engine.networkInspect(name);
  return {
    Target: network.Scope === 'swarm' ? network.Id : network.Name,
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(options.length > 0 ? { DriverOpts: toRecord(options) } : {}),
  };
}

/** Words of a `--args` or `--entrypoint`, quotes respected (google/shlex). */
export function splitWords(text: string): string[] {
  const out: string[] = [];
  let word: string | undefined;
  let quoting = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoting !== '') {
      if (char === quoting) quoting = '';
      else if (char === '\\' && quoting === '"') {
        at++;
        word = (word ?? '') + (text[at] ?? '');
      } else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quoting = char;
      word ??= '';
    } else if (char === '\\') {
      at++;
      word = (word ?? '') + (text[at] ?? '');
    } else if (/\s/.test(char)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quoting !== '') throw new CliError('EOF found when expecting closing quote');
  if (word !== undefined) out.push(word);
  return out;
}
