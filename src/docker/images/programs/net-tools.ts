import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, Failure, type Flavour } from '../tool/tool.ts';
import { within } from './curl.ts';
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
export function* netstat(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(
    p,
    flavour === 'busybox'
      ? { short: 'raltuwxen' }
      : {
          short: 'lntupaWecri46',
          long: { listening: 'l', numeric: 'n', tcp: 't', udp: 'u', programs: 'p', route: 'r', all: 'a' },
        },
  );
  if (o.has('r')) {
    yield* p.print(routeTable(p, flavour, o.has('n'), 'irtt'));
    return 0;
  }
  const owners = o.has('p');
  const all = o.has('l', 'a');
  yield* p.print(
    `Active Internet connections (${o.has('l') ? 'only servers' : o.has('a') ? 'servers and established' : 'w/o servers'})\nProto Recv-Q Send-Q Local Address           Foreign Address         State       ${owners ? 'PID/Program name    ' : ''}\n`,
  );
  if (!all || (o.has('u') && !o.has('t'))) return 0;
  for (const { address, port, process } of p.net.listeners()) {
    const owner = owners ? (process.pids === p.pids ? `${process.pid}/${process.name}` : '-').padEnd(20) : '';
    // BusyBox's servers listen on IPv6, which takes IPv4 as well.
    const six = flavour === 'busybox' && /^(?:httpd|nc)$/.test(process.name) && address === '0.0.0.0';
    const [local, remote] = six ? [`:::${port}`, ':::*'] : [`${address}:${port}`, '0.0.0.0:*'];
    yield* p.print(
      `tcp        0      0 ${local.padEnd(23)} ${remote.padEnd(23)} ${'LISTEN'.padEnd(11)} ${owner}\n`,
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

/** route(8): the table, -n with numbers. */
export function* route(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'neA:CFv46', long: { numeric: 'n' } });
  if (o.args.length > 0) throw new Failure('SIOCADDRT: Operation not permitted');
  yield* p.print(routeTable(p, flavour, o.has('n'), o.has('e') ? 'irtt' : 'metric'));
  return 0;
}

function routeTable(p: Process, flavour: Flavour, numeric: boolean, last: 'metric' | 'irtt'): string {
  const titles = last === 'metric' ? 'Metric Ref    Use' : '  MSS Window  irtt';
  const values = last === 'metric' ? '0      0        0' : '    0 0          0';
  const rows = p.net.routes().map(({ to, via, device }) => {
    const [network = '0.0.0.0', prefix] = to === 'default' ? ['0.0.0.0', '0'] : to.split('/');
    const shown = numeric || to !== 'default' ? network : 'default';
    const gateway = via ?? (numeric || flavour === 'gnu' ? '0.0.0.0' : '*');
    return `${shown.padEnd(15)} ${gateway.padEnd(15)} ${maskOf(Number(prefix ?? 32)).padEnd(15)} ${(via === undefined ? 'U' : 'UG').padEnd(5)} ${values} ${device}\n`;
  });
  return `Kernel IP routing table\nDestination     Gateway         Genmask         Flags ${titles} Iface\n${rows.join('')}`;
}

/** arp(8): nobody was asked for yet, so there is nothing in its table. */
export function* arp(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'avneH:i:d:s:', long: { all: 'a', numeric: 'n' } });
  const [host] = o.args;
  if (host !== undefined && flavour === 'gnu') yield* p.print(`${host} (${host}) -- no entry\n`);
  return 0;
}

/** traceroute(1): one hop to a neighbour, two through the gateway. */
export function* traceroute(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'nm:q:w:p:f:s:i:t:dFIlrvx46TU', long: { 'max-hops': 'm:' } });
  const [host] = o.args;
  if (host === undefined) throw new BadUsage('');
  let address: string;
  try {
    address = (yield* p.net.resolve(p, host))[0] ?? '';
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(
      flavour === 'gnu'
        ? `${host}: Name or service not known\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`
        : `traceroute: bad address '${host}'\n`,
    );
    return flavour === 'gnu' ? 2 : 1;
  }
  const most = Number(o.get('m') ?? 30);
  const size = flavour === 'gnu' ? '60 byte packets' : '46 byte packets';
  yield* p.print(`traceroute to ${host} (${address}), ${most} hops max, ${size}\n`);
  const label = (hop: string): string =>
    o.has('n') ? hop : `${p.net.reverse(hop) ?? (hop === address ? host : hop)} (${hop})`;
  const near = p.net.interfaces().some((face) => face.ipv4 === address) || neighbours(p, address);
  const gateway = p.net.routes().find(({ to }) => to === 'default')?.via;
  const hops = near || gateway === undefined ? [address] : [gateway, address];
  const times = (base: number): string =>
    [0, 1, 2].map((n) => `  ${(base + (2 - n) * 0.004).toFixed(3)} ms`).join('');
  for (let hop = 1; hop <= most; hop++) {
    const to = hops[hop - 1] ?? address;
    let answered = true;
    try {
      const echo = yield* within(p, p.net.ping(p, to), p.kernel.clock.now + 5000);
      answered = echo !== 'late';
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      answered = false;
    }
    yield* p.print(
      `${String(hop).padStart(2)}  ${answered ? `${label(to)}${times(0.006 * hop)}` : '*  *  *'}\n`,
    );
    if (answered && to === address) return 0;
  }
  return 0;
}

/** Is an address on one of our own networks? */
function neighbours(p: Process, address: string): boolean {
  const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return p.net
    .interfaces()
    .some(
      (face) =>
        face.ipv4 !== undefined &&
        Math.floor(number(face.ipv4) / 2 ** (32 - face.prefix)) ===
          Math.floor(number(address) / 2 ** (32 - face.prefix)),
    );
}
