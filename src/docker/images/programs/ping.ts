import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, type Flavour } from '../tool/tool.ts';
import { within } from './curl.ts';

/** ping(8): iputils' and busybox's; -c -i -W -w -q -s -t -4 -n. Ctrl-C ends with the statistics. */
export function* ping(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: '46c:s:i:At:I:W:w:qp:nvfbDOR',
    code: flavour === 'gnu' ? 2 : 1,
  });
  const [host] = o.args;
  if (host === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.error('ping: usage error: Destination address required\n');
    return 1;
  }
  const refused = p.uid === 0 && !capable(p, 'NET_RAW');
  if (refused && flavour === 'gnu') {
    yield* p.error('ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n');
    return 2;
  }
  let address: string;
  try {
    const six =
      o.has('6') || p.name === 'ping6' ? yield* p.net.resolve6(p, host) : yield* p.net.resolve(p, host);
    if (six.length === 0) throw new Errno('ENOTFOUND');
    address = six[0] ?? '';
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(
      flavour === 'gnu' ? `ping: ${host}: Name or service not known\n` : `ping: bad address '${host}'\n`,
    );
    return flavour === 'gnu' ? 2 : 1;
  }
  const size = Number(o.get('s') ?? 56);
  const count = Number(o.get('c') ?? Number.POSITIVE_INFINITY);
  const interval = Number(o.get('i') ?? 1) * 1000;
  const patience = Number(o.get('W') ?? 10) * 1000;
  const deadline = o.has('w') ? p.kernel.clock.now + Number(o.get('w')) * 1000 : Number.POSITIVE_INFINITY;
  const name = p.net.reverse(address);
  const from = flavour === 'gnu' && name !== undefined && !o.has('n') ? `${name} (${address})` : address;
  const started = p.kernel.clock.now;
  let stopped = false;
  p.onSignal('INT', () => {
    stopped = true;
  });
  yield* p.print(
    flavour === 'gnu'
      ? `PING ${host} (${address}) ${address.includes(':') ? `${size} data bytes` : `${size}(${size + 28}) bytes of data.`}\n`
      : `PING ${host} (${address}): ${size} data bytes\n`,
  );
  if (refused) {
    yield* p.error('ping: permission denied (are you root?)\n');
    return 1;
  }
  const times: number[] = [];
  let sent = 0;
  let unreachable = 0;
  while (sent < count && !stopped && p.kernel.clock.now < deadline) {
    const at = p.kernel.clock.now;
    const last = sent + 1 >= count;
    sent++;
    let lost = false;
    try {
      const echo = yield* within(
        p,
        p.net.ping(p, address),
        at + (last ? patience : Math.min(interval, patience)),
      );
      if (echo === 'late') lost = true;
      else {
        const { milliseconds: ms, ttl } = echo;
        times.push(ms);
        if (!o.has('q'))
          yield* p.print(
            `${size + 8} bytes from ${from}: ${flavour === 'gnu' ? `icmp_seq=${sent}` : `seq=${sent - 1}`} ttl=${ttl} time=${shown(ms, flavour)} ms\n`,
          );
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENETUNREACH') {
        yield* p.error(
          flavour === 'gnu'
            ? 'ping: connect: Network is unreachable\n'
            : 'ping: sendto: Network is unreachable\n',
        );
        return flavour === 'gnu' ? 2 : 1;
      }
      if (error.code === 'EHOSTUNREACH' && flavour === 'gnu') {
        unreachable++;
        const own = p.net.interfaces().find((face) => face.name !== 'lo')?.ipv4 ?? '127.0.0.1';
        if (!o.has('q')) yield* p.print(`From ${own} icmp_seq=${sent} Destination Host Unreachable\n`);
      } else lost = true;
    }
    const wait = last ? (lost ? patience : 0) : interval;
    const left = at + wait - p.kernel.clock.now;
    if (left > 0 && !stopped) yield* p.sleep(Math.min(left, deadline - p.kernel.clock.now));
  }
  const received = times.length;
  const loss = sent === 0 ? 0 : Math.round(((sent - received) * 100) / sent);
  const min = Math.min(...times);
  const max = Math.max(...times);
  const mean = times.reduce((a, b) => a + b, 0) / (received || 1);
  if (flavour === 'gnu') {
    const errors = unreachable > 0 ? `, +${unreachable} errors` : '';
    yield* p.print(
      `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} received${errors}, ${loss}% packet loss, time ${Math.round(p.kernel.clock.now - started)}ms\n`,
    );
    if (received > 0) {
      const deviation = Math.sqrt(times.reduce((sum, t) => sum + (t - mean) ** 2, 0) / received);
      yield* p.print(
        `rtt min/avg/max/mdev = ${[min, mean, max, deviation].map((t) => t.toFixed(3)).join('/')} ms\n`,
      );
    } else yield* p.print('\n');
  } else {
    yield* p.print(
      `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`,
    );
    if (received > 0)
      yield* p.print(`round-trip min/avg/max = ${[min, mean, max].map((t) => t.toFixed(3)).join('/')} ms\n`);
  }
  return received > 0 ? 0 : 1;
}

function shown(ms: number, flavour: Flavour): string {
  if (flavour === 'busybox' || ms < 1) return ms.toFixed(3);
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(1);
}
