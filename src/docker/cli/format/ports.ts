import type { PortSummary } from '../../engine/api.ts';

/**
 * The PORTS column: neighbouring ports that are only exposed, or published under the same number, are written as a range.
 * ⇒ `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`, `7000-7003/tcp`.
 */
export function portsText(ports: readonly PortSummary[]): string {
  const groups = new Map<string, { first: number; last: number }>();
  const out: string[] = [];
  const mappings: string[] = [];
  for (const port of [...ports].sort(comparePorts)) {
    const { IP = '', PrivatePort, PublicPort = 0, Type } = port;
    if (IP !== '' && PublicPort !== PrivatePort) {
      mappings.push(`${joinHost(IP, String(PublicPort))}->${PrivatePort}/${Type}`);
      continue;
    }
    const key = IP === '' ? Type : `${IP}/${Type}`;
    const group = groups.get(key);
    if (group !== undefined && PrivatePort === group.last + 1) {
      group.last = PrivatePort;
      continue;
    }
    if (group !== undefined) out.push(groupText(key, group));
    groups.set(key, { first: PrivatePort, last: PrivatePort });
  }
  for (const [key, group] of groups) out.push(groupText(key, group));
  return [...out, ...mappings].join(', ');
}

function comparePorts(a: PortSummary, b: PortSummary): number {
  if (a.PrivatePort !== b.PrivatePort) return a.PrivatePort - b.PrivatePort;
  if ((a.IP ?? '') !== (b.IP ?? '')) return (a.IP ?? '') < (b.IP ?? '') ? -1 : 1;
  if ((a.PublicPort ?? 0) !== (b.PublicPort ?? 0)) return (a.PublicPort ?? 0) - (b.PublicPort ?? 0);
  return a.Type < b.Type ? -1 : 1;
}

const joinHost = (host: string, port: string): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function groupText(key: string, { first, last }: { first: number; last: number }): string {
  const slash = key.lastIndexOf('/');
  const ip = slash < 0 ? '' : key.slice(0, slash);
  const range = first === last ? String(first) : `${first}-${last}`;
  return `${ip === '' ? '' : `${joinHost(ip, range)}->`}${range}/${key.slice(slash + 1)}`;
}
