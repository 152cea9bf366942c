import type { PortBinding, StringSet } from '../../engine/api.ts';
import { CliError } from '../failure.ts';
import { isAddress } from '../parse/validators.ts';

/** What `-p` and `--expose` ask for. */
export interface Ports {
  readonly exposed: StringSet;
  readonly bindings: Readonly<Record<string, readonly PortBinding[]>>;
}

/** Reads every `-p` and `--expose` (go-connections' nat). Throws CliError with its words. */
export function readPorts(publish: readonly string[], expose: readonly string[]): Ports {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, PortBinding[]> = {};
  for (const spec of publish.map(standardNotation)) {
    for (const { port, binding } of readPortSpec(spec)) {
      exposed[port] = {};
      bindings[port] = [...(bindings[port] ?? []), binding];
    }
  }
  for (const spec of expose) {
    if (spec.includes(':')) throw new CliError(`invalid port format for --expose: ${spec}`);
    const { proto, port } = splitProto(spec);
    const range = readRange(port);
    if (typeof range === 'string') throw new CliError(`invalid range format for --expose: ${range}`);
    for (let n = range.start; n <= range.end; n++) exposed[`${n}/${proto}`] = {};
  }
  return { exposed, bindings };
}

/** `published=8080,target=80,protocol=tcp` ⇒ `8080:80/tcp`; anything else as it is. */
function standardNotation(spec: string): string {
  if (!spec.includes('=')) return spec;
  const params: Record<string, string> = { protocol: 'tcp' };
  for (const param of spec.split(',')) {
    const [key = '', value] = param.split('=');
    if (value === undefined)
      throw new CliError(`invalid publish opts format (should be name=value but got '${param}')`);
    params[key] = value;
  }
  return `${params['published'] ?? ''}:${params['target'] ?? ''}/${params['protocol'] ?? ''}`;
}

/** `127.0.0.1:8080:80/tcp` ⇒ port `80/tcp` bound to that; a range gives several. */
function readPortSpec(spec: string): { port: string; binding: PortBinding }[] {
  const parts = spec.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  const written = parts.join(':');
  const { proto, port } = splitProto(container);
  if (!['tcp', 'udp', 'sctp'].includes(proto)) throw new CliError(`invalid proto: ${proto}`);
  const HostIp = written.replace(/^\[(.*)\]$/, '$1');
  if (HostIp !== '' && !isAddress(HostIp)) throw new CliError(`invalid IP address: ${HostIp}`);
  if (port === '') throw new CliError(`no port specified: ${spec}<empty>`);
  const inside = readRange(port);
  if (typeof inside === 'string') throw new CliError(`invalid containerPort: ${port}`);
  const outside = host === '' ? undefined : readRange(host);
  if (typeof outside === 'string') throw new CliError(`invalid hostPort: ${host}`);
  const count = inside.end - inside.start + 1;
  if (outside !== undefined && outside.end - outside.start + 1 !== count && count !== 1)
    throw new CliError(`invalid ranges specified for container and host Ports: ${port} and ${host}`);
  return Array.from({ length: count }, (_, i) => {
    // One port inside and a range outside: the engine picks a free one of the range.
    const HostPort =
      outside === undefined
        ? ''
        : count === 1 && outside.end !== outside.start
          ? `${outside.start}-${outside.end}`
          : String(outside.start + i);
    return { port: `${inside.start + i}/${proto}`, binding: { HostIp, HostPort } };
  });
}

function splitProto(spec: string): { proto: string; port: string } {
  const at = spec.indexOf('/');
  if (at < 0) return { proto: 'tcp', port: spec };
  const proto = spec.slice(at + 1).toLowerCase();
  return { proto: proto === '' ? 'tcp' : proto, port: spec.slice(0, at) };
}

/** `80` or `80-82`; what is wrong as text. */
function readRange(text: string): { start: number; end: number } | string {
  const [first = '', last] = text.split('-');
  const bad = (which: string, number: string): string | undefined => {
    if (!/^\d+$/.test(number)) return `invalid ${which} port '${number}': invalid syntax`;
    return Number(number) > 65535 ? `invalid ${which} port '${number}': value out of range` : undefined;
  };
  const wrong = bad('start', first) ?? (last === undefined ? undefined : bad('end', last));
  if (wrong !== undefined) return wrong;
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  return end < start ? `invalid port range: ${text}` : { start, end };
}
