import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { Failure, type Flavour } from '../tool/tool.ts';
import { broadcastOf, maskOf } from './ip.ts';

function bytes(n: number): string {
  if (n < 1024) return `${n}.0 B`;
  return n < 1048576 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1048576).toFixed(1)} MiB`;
}

/** ifconfig(8): shows the interfaces, or one. */
export function* ifconfig(p: Process, flavour: Flavour): Sys<number> {
  const wanted = p.argv.slice(1).find((arg) => !arg.startsWith('-'));
  const shown = p.net.interfaces().filter((face) => wanted === undefined || face.name === wanted);
  if (shown.length === 0 && wanted !== undefined)
    throw new Failure(`${wanted}: error fetching interface information: Device not found`);
  for (const face of [...shown].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const lo = face.name === 'lo';
    const { received, sent } = lo ? { received: 0, sent: 0 } : p.net.traffic;
    const packets = (n: number): number => Math.ceil(n / 600);
    if (flavour === 'gnu') {
      const flags = lo
        ? 'flags=73<UP,LOOPBACK,RUNNING>  mtu 65536'
        : 'flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500';
      const inet =
        face.ipv4 === undefined
          ? ''
          : `        inet ${face.ipv4}  netmask ${maskOf(face.prefix)}${lo ? '' : `  broadcast ${broadcastOf(face)}`}\n`;
      const hardware = lo
        ? '        loop  txqueuelen 1000  (Local Loopback)\n'
        : `        ether ${face.mac}  txqueuelen 0  (Ethernet)\n`;
      const count = (name: string, n: number, tail: string): string =>
        `        ${name} packets ${packets(n)}  bytes ${n} (${bytes(n)})\n        ${name} errors 0  dropped 0 ${tail}\n`;
      yield* p.print(
        `${face.name}: ${flags}\n${inet}${hardware}${count('RX', received, 'overruns 0  frame 0')}${count('TX', sent, 'overruns 0  carrier 0  collisions 0')}\n`,
      );
      continue;
    }
    const head = lo
      ? 'Link encap:Local Loopback  '
      : `Link encap:Ethernet  HWaddr ${face.mac.toUpperCase()}  `;
    const inet =
      face.ipv4 === undefined
        ? ''
        : `          inet addr:${face.ipv4}  ${lo ? '' : `Bcast:${broadcastOf(face)}  `}Mask:${maskOf(face.prefix)}\n`;
    yield* p.print(
      `${face.name.padEnd(10)}${head}\n${inet}          UP ${lo ? 'LOOPBACK RUNNING  MTU:65536' : 'BROADCAST RUNNING MULTICAST  MTU:1500'}  Metric:1\n          RX packets:${packets(received)} errors:0 dropped:0 overruns:0 frame:0\n          TX packets:${packets(sent)} errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:${lo ? 1000 : 0} \n          RX bytes:${received} (${bytes(received)})  TX bytes:${sent} (${bytes(sent)})\n\n`,
    );
  }
  return 0;
}

/** netstat(8): listening sockets (-l -n -t -u -p -a) and, with -r, the routes. */
export function* netstat(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'lntupaWecri46',
    long: { listening: 'l', numeric: 'n', tcp: 't', programs: 'p', route: 'r', all: 'a' },
  });
  if (o.has('r')) return yield* route(p);
  const owners = o.has('p');
  const all = o.has('l', 'a');
  yield* p.print(
    `Active Internet connections (${o.has('l') ? 'only servers' : o.has('a') ? 'servers and established' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${owners ? 'PID/Program name    ' : ''}\n`,
  );
  if (!all || (o.has('u') && !o.has('t'))) return 0;
  for (const { address, port, process } of p.net.listeners()) {
    const owner = owners ? (process.pids === p.pids ? `${process.pid}/${process.name}` : '-').padEnd(20) : '';
    yield* p.print(
      `tcp        0      0 ${`${address}:${port}`.padEnd(23)} ${'0.0.0.0:*'.padEnd(23)} ${'LISTEN'.padEnd(11)} ${owner}\n`,
    );
  }
  return 0;
}

/** ss(8): -t -l -n -p -a. */
export function* ss(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'tlnpaueHx4',
    long: { listening: 'l', numeric: 'n', tcp: 't', processes: 'p' },
  });
  const rows = [['State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port', 'Process']];
  if (o.has('l', 'a')) {
    for (const { address, port, process } of p.net.listeners())
      rows.push([
        'LISTEN',
        '0',
        '511',
        `${address}:${port}`,
        '0.0.0.0:*',
        o.has('p') && process.pids === p.pids ? `users:(("${process.name}",pid=${process.pid},fd=6))` : '',
      ]);
  }
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  for (const row of rows) {
    const [state = '', received = '', sent = '', local = '', peer = '', owner = ''] = row;
    yield* p.print(
      `${state.padEnd(widths[0] ?? 6)} ${received.padEnd(6)} ${sent.padEnd(6)} ${local.padStart(widths[3] ?? 18)} ${peer.padStart(widths[4] ?? 17)}${owner}\n`,
    );
  }
  return 0;
}

/** route(8): the table. */
export function* route(p: Process): Sys<number> {
  yield* p.print(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
  );
  for (const { to, via, device } of p.net.routes()) {
    const [network = '0.0.0.0', prefix] = to === 'default' ? ['0.0.0.0', '0'] : to.split('/');
    yield* p.print(
      `${network.padEnd(15)} ${(via ?? '0.0.0.0').padEnd(15)} ${maskOf(Number(prefix ?? 32)).padEnd(15)} ${(via === undefined ? 'U' : 'UG').padEnd(5)} 0      0        0 ${device}\n`,
    );
  }
  return 0;
}
