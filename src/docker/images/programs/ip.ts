import type { NetInterface } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { BadUsage, Failure, type Flavour } from '../tool/tool.ts';

/** ip(8): address, link, route, neigh; -4 -6 -o -br -f. Changes need NET_ADMIN and are not kept. */
export function* ip(p: Process, flavour: Flavour): Sys<number> {
  const args = p.argv.slice(1);
  const flags = new Set<string>();
  while (args[0]?.startsWith('-') === true) {
    const flag = (args.shift() ?? '').replace(/^-+/, '');
    if (flag === 'f' || flag === 'family') flags.add(args.shift() === 'inet6' ? '6' : '4');
    else if (/^(4|6|o|oneline|br|brief|br4|c|color|s|j|d|details)$/.test(flag))
      flags.add(flag === 'oneline' ? 'o' : flag === 'brief' ? 'br' : flag);
    else throw new BadUsage(`Option "-${flag}" is unknown, try "ip -help".`, 255, true);
  }
  const object = args.shift();
  if (object === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.error(
      'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename\nwhere  OBJECT := { address | link | route | neigh }\n',
    );
    return 255;
  }
  const is = (name: string): boolean => name.startsWith(object);
  if (is('address') && object.startsWith('a')) return yield* addresses(p, flavour, flags, args, true);
  if (is('link')) return yield* addresses(p, flavour, flags, args, false);
  if (is('route')) return yield* routes(p, flavour, flags, args);
  if (is('neighbour') || is('neighbor')) return 0;
  throw flavour === 'gnu'
    ? new Failure(`Object "${object}" is unknown, try "ip help".`, 1)
    : new BadUsage('');
}

function* addresses(
  p: Process,
  flavour: Flavour,
  flags: ReadonlySet<string>,
  args: string[],
  withAddresses: boolean,
): Sys<number> {
  const verb = args[0];
  if (verb !== undefined && /^(add|del|delete|set|change|replace|flush)$/.test(verb))
    return yield* change(p, flavour, args);
  if (verb !== undefined && /^(s|sh|sho|show|list|ls|l|lst)$/.test(verb)) args.shift();
  if (args[0] === 'dev') args.shift();
  const wanted = args.find((arg, i) => arg !== 'up' && arg !== 'scope' && args[i - 1] !== 'scope');
  const all = p.net.interfaces();
  const shown = wanted === undefined ? all : all.filter((face) => face.name === wanted);
  if (shown.length === 0 && wanted !== undefined) {
    yield* p.error(
      flavour === 'gnu' ? `Device "${wanted}" does not exist.\n` : `ip: can't find device '${wanted}'\n`,
    );
    return 1;
  }
  const scope = args[args.indexOf('scope') + 1];
  const wants6 = !flags.has('4') && withAddresses;
  for (const face of shown) {
    if (flags.has('br')) {
      const cidr = face.ipv4 === undefined ? '' : `${face.ipv4}/${face.prefix} `;
      yield* p.print(
        `${label(face).padEnd(16)} ${(face.name === 'lo' ? 'UNKNOWN' : 'UP').padEnd(14)} ${withAddresses ? cidr : `${face.mac} <${flagsOf(face, flavour)}> `}\n`,
      );
      continue;
    }
    const inScope = (of: string): boolean => !args.includes('scope') || scope === of;
    const lines = [
      ...(withAddresses && !flags.has('6') && face.ipv4 !== undefined && inScope(scopeOf(face))
        ? [inetLine(face)]
        : []),
      ...(wants6 ? (face.ipv6 ?? []) : [])
        .filter((own) => inScope(own.scope))
        .map((own) => inet6Line(own, flavour)),
    ];
    // Only what has such an address is shown.
    if (withAddresses && lines.length === 0 && (flags.has('6') || flags.has('4') || args.includes('scope')))
      continue;
    if (flags.has('o') && withAddresses) {
      for (const line of lines)
        yield* p.print(
          `${face.index}: ${face.name}    ${line}\\       valid_lft forever preferred_lft forever\n`,
        );
      continue;
    }
    const type = face.name === 'lo' ? 'loopback' : 'ether';
    const broadcast = face.name === 'lo' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
    const peer =
      face.name.startsWith('eth') && flavour === 'gnu' && p.pids.protected ? ' link-netnsid 0' : '';
    const state =
      flavour === 'gnu'
        ? ` state ${face.name === 'lo' ? 'UNKNOWN' : 'UP'}${withAddresses ? '' : ' mode DEFAULT'} group default${face.name === 'lo' ? ' qlen 1000' : ''}`
        : face.name === 'lo'
          ? ' qlen 1000'
          : '';
    const head = `${face.index}: ${label(face)}: <${flagsOf(face, flavour)}> mtu ${face.mtu ?? 1500} qdisc noqueue${state} `;
    const first = flavour === 'busybox' && face.name === 'lo' ? head.trimEnd() : head;
    if (!((flags.has('4') || flags.has('6')) && withAddresses)) {
      yield* p.print(
        `${first}${flags.has('o') ? '\\' : '\n'}    link/${type} ${face.mac} brd ${broadcast}${peer}\n`,
      );
    } else yield* p.print(`${first}\n`);
    for (const line of lines) yield* p.print(`    ${line}\n       valid_lft forever preferred_lft forever\n`);
  }
  return 0;
}

const scopeOf = (face: NetInterface): string => (face.name === 'lo' ? 'host' : 'global');

/** busybox shows flags that it has no name for, and a blank where the interface would be. */
function inet6Line(own: { address: string; prefix: number; scope: string }, flavour: Flavour): string {
  const mark = own.scope === 'global' ? (flavour === 'gnu' ? ' nodad' : ' flags 02') : '';
  return `inet6 ${own.address}/${own.prefix} scope ${own.scope}${mark} `;
}

function inetLine(face: NetInterface): string {
  const scope = face.name === 'lo' ? 'scope host' : `brd ${broadcastOf(face)} scope global`;
  return `inet ${face.ipv4}/${face.prefix} ${scope} ${face.name}`;
}

/** A container's card is one end of a pair; the other, on the host, has the next number. */
function label(face: NetInterface): string {
  return /^eth\d/.test(face.name) ? `${face.name}@if${face.index + 1}` : face.name;
}

function flagsOf(face: NetInterface, flavour: Flavour): string {
  if (face.name === 'lo') return 'LOOPBACK,UP,LOWER_UP';
  const down = flavour === 'busybox' && /^eth\d/.test(face.name) ? ',M-DOWN' : '';
  return `BROADCAST,MULTICAST,UP,LOWER_UP${down}`;
}

/** The address with all host bits set: 172.17.0.2/16 ⇒ 172.17.255.255. */
export function broadcastOf(face: NetInterface): string {
  const bits = (face.ipv4 ?? '0.0.0.0').split('.').reduce((n, part) => n * 256 + Number(part), 0);
  const host = 2 ** (32 - face.prefix) - 1;
  const all = Math.floor(bits / (host + 1)) * (host + 1) + host;
  return [24, 16, 8, 0].map((shift) => Math.floor(all / 2 ** shift) % 256).join('.');
}

/** 16 ⇒ 255.255.0.0 */
export function maskOf(prefix: number): string {
  const bits = 2 ** 32 - 2 ** (32 - prefix);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

function* change(p: Process, flavour: Flavour, args: readonly string[]): Sys<number> {
  const prefix = flavour === 'busybox' ? 'ip: ' : '';
  if (!capable(p, 'NET_ADMIN')) {
    // busybox changes a link by ioctl(2), the rest by netlink.
    const request =
      flavour === 'busybox' && args[0] === 'set'
        ? args.includes('mtu')
          ? 'SIOCSIFMTU'
          : args.includes('address')
            ? 'SIOCSIFHWADDR'
            : args.includes('up') || args.includes('down')
              ? 'SIOCSIFFLAGS'
              : undefined
        : undefined;
    yield* p.error(`${prefix}${request ?? 'RTNETLINK answers'}: Operation not permitted\n`);
    return 2;
  }
  if (args[0] === 'add') {
    // The simulated kernel, like that of the recordings, has no such device types.
    yield* p.error(`${prefix}RTNETLINK answers: Operation not supported\n`);
    return 2;
  }
  const name = args.slice(1).find((arg) => arg !== 'dev');
  if (name !== undefined && !p.net.interfaces().some((face) => face.name === name)) {
    yield* p.error(
      flavour === 'gnu' ? `Cannot find device "${name}"\n` : `ip: can't find device '${name}'\n`,
    );
    return 1;
  }
  const mtu = Number(args[args.indexOf('mtu') + 1]);
  if (args.includes('mtu') && name !== undefined && Number.isInteger(mtu)) p.net.mtus.set(name, mtu);
  return 0;
}

function* routes(p: Process, flavour: Flavour, flags: ReadonlySet<string>, args: string[]): Sys<number> {
  const verb = args[0];
  if (verb !== undefined && /^(add|del|delete|change|replace|append|flush)$/.test(verb)) {
    if (capable(p, 'NET_ADMIN')) return 0;
    yield* p.error(`${flavour === 'busybox' ? 'ip: ' : ''}RTNETLINK answers: Operation not permitted\n`);
    return 2;
  }
  if (flags.has('6')) {
    for (const { to, via, device } of p.net.routes6?.() ?? [])
      yield* p.print(
        flavour === 'gnu'
          ? `${to}${via === undefined ? '' : ` via ${via}`} dev ${device}${via === undefined ? ' proto kernel metric 256' : ' metric 1024'} pref medium\n`
          : `${to}${via === undefined ? '' : ` via ${via}`} dev ${device}  metric ${via === undefined ? 256 : 1024} \n`,
      );
    return 0;
  }
  if (verb === 'get') {
    const route = p.net.routes().find(({ to }) => to === 'default');
    yield* p.print(
      `${args[1]}${route?.via === undefined ? '' : ` via ${route.via}`} dev ${route?.device ?? 'lo'}  src ${p.net.interfaces().find((face) => face.name === route?.device)?.ipv4 ?? ''} \n`,
    );
    return 0;
  }
  for (const { to, via, device, source } of p.net.routes()) {
    const hop = via === undefined ? '' : ` via ${via}`;
    const src =
      source === undefined
        ? ''
        : flavour === 'gnu'
          ? ` proto kernel scope link src ${source}`
          : ` scope link  src ${source}`;
    yield* p.print(`${to}${hop} dev ${device}${src} \n`);
  }
  return 0;
}
