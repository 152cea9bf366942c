import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { spawnChild } from '../../kernel/exec.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, Failure, type Flavour } from '../tool/tool.ts';
import { within } from './curl.ts';

/** nc(1): a client, or with -l a server for one connection; -z only tries, -w seconds, -v, -p PORT, -k. */
export function* nc(p: Process, flavour: Flavour): Sys<number> {
  // What stands behind -e is a command of its own.
  const at = p.argv.indexOf('-e');
  const command = at > 0 ? p.argv.slice(at + 1) : undefined;
  const o = parseOptions(
    p,
    { short: flavour === 'gnu' ? 'lp:w:zvnuki:q:e:s:N46C' : 'lp:w:i:f:e:N' },
    at > 0 ? p.argv.slice(1, at) : undefined,
  );
  const wait = o.get('w') === undefined ? Number.POSITIVE_INFINITY : Number(o.get('w')) * 1000;
  if (o.has('l')) {
    const port = Number(o.get('p') ?? o.args.at(-1));
    if (!Number.isInteger(port) || port < 1) throw new BadUsage('');
    const listener = p.net.listen(p, o.args.length > 1 ? (o.args[0] ?? '0.0.0.0') : '0.0.0.0', port);
    if (o.has('v'))
      yield* p.error(
        flavour === 'gnu' ? `Listening on 0.0.0.0 ${port}\n` : `listening on [::]:${port} ...\n`,
      );
    do {
      const connection = yield* within(p, listener.accept(), p.kernel.clock.now + wait);
      if (connection === 'late') return 1;
      if (o.has('v'))
        yield* p.error(
          flavour === 'gnu'
            ? `Connection received on ${connection.remote.address} ${connection.remote.port}\n`
            : `connect to [::ffff:${connection.local.address}]:${port} from [::ffff:${connection.remote.address}]:${connection.remote.port} ([::ffff:${connection.remote.address}]:${connection.remote.port})\n`,
        );
      if (command === undefined) yield* exchange(p, connection);
      else yield* serveWith(p, connection, command);
    } while (o.has('k'));
    listener.close();
    return 0;
  }
  const [host, ports] = o.args;
  if (host === undefined || ports === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.error(
      'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-p source_port] [-w timeout] [destination] [port]\n',
    );
    return 1;
  }
  const [from, to] = ports.split('-').map(Number);
  let code = 0;
  for (let port = from ?? 0; port <= (to ?? from ?? 0); port++) {
    let connection: Connection | 'late';
    try {
      connection = yield* within(p, p.net.connect(p, host, port), p.kernel.clock.now + wait);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      code = 1;
      if (error.code === 'ENOTFOUND')
        throw new Failure(
          flavour === 'gnu'
            ? `getaddrinfo for host "${host}" port ${port}: Name or service not known`
            : `bad address '${host}'`,
        );
      const [address = host] = yield* p.net.resolve(p, host);
      if (flavour === 'busybox') {
        if (!o.has('z') || o.has('v'))
          yield* p.error(`nc: can't connect to remote host (${address}): ${error.message}\n`);
      } else if (o.has('v') || !o.has('z')) {
        if (o.has('v'))
          yield* p.error(
            `nc: connect to ${host}${host === address ? '' : ` (${address})`} port ${port} (tcp) failed: ${error.message}\n`,
          );
      }
      continue;
    }
    if (connection === 'late') {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `nc: connect to ${host} port ${port} (tcp) timed out: Operation now in progress\n`
          : 'nc: timed out\n',
      );
      continue;
    }
    if (o.has('v'))
      yield* p.error(
        flavour === 'gnu'
          ? `Connection to ${host}${host === connection.remote.address ? '' : ` (${connection.remote.address})`} ${port} port [tcp/*] succeeded!\n`
          : `${host} (${connection.remote.address}:${port}) open\n`,
      );
    if (o.has('z')) connection.file.release();
    else yield* exchange(p, connection);
    code = 0;
  }
  return code;
}

/** `nc -e PROG`: the program talks to the peer. */
function* serveWith(p: Process, { file }: Connection, command: readonly string[]): Sys<void> {
  const files = new Map(p.files);
  files.set(0, file).set(1, file);
  try {
    const child = yield* spawnChild(p, command, { files });
    yield* child.wait();
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`nc: can't execute '${command[0]}': ${error.message}\n`);
  } finally {
    file.release();
  }
}

/** Copies both ways until the peer closes (or, once our input has ended, says nothing more). */
function* exchange(p: Process, connection: Connection): Sys<void> {
  const { file } = connection;
  const sender = p.kernel.thread(p, send(p, file));
  try {
    for (;;) {
      const chunk = yield* file.read();
      if (chunk.length === 0) return;
      yield* p.print(chunk);
      yield TURN;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    sender.drop();
    file.release();
  }
}

function* send(p: Process, file: OpenFile): Sys<void> {
  try {
    for (;;) {
      const chunk = yield* p.read(0);
      if (chunk.length === 0) {
        endOfInput(file);
        return;
      }
      yield* file.write(chunk);
      yield TURN;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

/** Half-closes where the network can (shutdown(2)); a peer that waits for the end then sees it. */
function endOfInput(file: OpenFile): void {
  if ('shutdown' in file && typeof file.shutdown === 'function') file.shutdown();
}

/** As `exchange`, with the keys of a terminal: lines are echoed here and sent, Ctrl-] asks for a command. */
function* watched(p: Process, connection: Connection): Sys<'left' | undefined> {
  const terminal = p.file(0).tty;
  if (terminal === undefined) return undefined;
  const { file } = connection;
  let left = false;
  let asking = false;
  const keys = p.kernel.thread(
    p,
    (function* (): Sys<void> {
      let line = '';
      for (let chunk = yield* p.read(0); chunk.length > 0; chunk = yield* p.read(0)) {
        for (const key of text(chunk)) {
          if (key === '\x1d') {
            asking = true;
            line = '';
            yield* p.print('\r\ntelnet> ');
          } else if (key === '\r' || key === '\n') {
            yield* p.print('\r\n');
            if (!asking) yield* file.write(utf8(`${line}\r\n`));
            else if (/^(q|quit|c|close)$/.test(line.trim())) {
              left = true;
              file.release();
              return;
            } else if (line.trim() !== '') yield* p.print('?Invalid command\r\n');
            asking = false;
            line = '';
          } else if (key === '\x7f') line = line.slice(0, -1);
          else {
            line += key;
            yield* p.print(key);
          }
        }
        yield TURN;
      }
    })(),
  );
  terminal.canonical = false;
  terminal.echo = false;
  try {
    while (!left) {
      const chunk = yield* file.read();
      if (chunk.length === 0) break;
      if (!asking) yield* p.print(chunk);
      yield TURN;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    terminal.canonical = true;
    terminal.echo = true;
    keys.drop();
    if (!left) file.release();
  }
  return left ? 'left' : undefined;
}

/** telnet(1): connects and copies; GNU's offers Ctrl-] with the commands quit and close. */
export function* telnet(p: Process, flavour: Flavour): Sys<number> {
  const [host, port = '23'] = p.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (host === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.print('telnet> ');
    return 0;
  }
  let connection: Connection;
  try {
    const [address = host] = yield* p.net.resolve(p, host);
    if (flavour === 'gnu') yield* p.print(`Trying ${address}...\n`);
    connection = yield* p.net.connect(p, host, Number(port));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND')
      throw new Failure(
        flavour === 'gnu'
          ? `could not resolve ${host}/${port}: Name or service not known`
          : `bad address '${host}'`,
      );
    if (flavour === 'gnu') {
      yield* p.error(`telnet: Unable to connect to remote host: ${error.message}\n`);
      return 1;
    }
    const [address = host] = yield* p.net.resolve(p, host);
    throw new Failure(`can't connect to remote host (${address}): ${error.message}`);
  }
  yield* p.print(
    flavour === 'gnu' ? `Connected to ${host}.\nEscape character is '^]'.\n` : `Connected to ${host}\n`,
  );
  const left =
    flavour === 'gnu' && p.isatty(0) ? yield* watched(p, connection) : yield* exchange(p, connection);
  if (left === 'left') {
    yield* p.print('Connection closed.\n');
    return 0;
  }
  yield* p.error('Connection closed by foreign host.\n');
  return flavour === 'gnu' ? 1 : 0;
}

/** nslookup(1) and the like: asks the resolver of /etc/resolv.conf. */
export function* nslookup(p: Process, flavour: Flavour): Sys<number> {
  const [host, given] = p.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (host === undefined) throw new BadUsage('');
  const server = given ?? nameserver(p);
  const head =
    flavour === 'busybox'
      ? `Server:\t\t${server}\nAddress:\t${server}:53\n\n`
      : `Server:\t\t${server}\nAddress:\t${server}#53\n\n`;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    const name = p.net.reverse(host);
    const asked = `${host.split('.').reverse().join('.')}.in-addr.arpa`;
    yield* p.print(
      name === undefined
        ? `${flavour === 'busybox' ? head : ''}** server can't find ${asked}: NXDOMAIN\n\n`
        : flavour === 'busybox'
          ? `${head}Non-authoritative answer:\n${asked}\tname = ${name}\n\n`
          : `${asked}\tname = ${name}.\n\n`,
    );
    return name === undefined ? 1 : 0;
  }
  let addresses: string[];
  try {
    addresses = yield* p.net.resolve(p, host);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const missing = `** server can't find ${host}: NXDOMAIN\n\n`;
    yield* p.print(`${head}${missing}${flavour === 'busybox' ? missing : ''}`);
    return 1;
  }
  if (flavour === 'busybox') {
    // It asks for IPv4 and IPv6; the second answer is empty.
    const found = addresses.map((address) => `Name:\t${host}\nAddress: ${address}\n`).join('');
    yield* p.print(`${head}Non-authoritative answer:\n\nNon-authoritative answer:\n${found}\n`);
  } else
    yield* p.print(
      `${head}Non-authoritative answer:\n${addresses.map((address) => `Name:\t${host}\nAddress: ${address}\n`).join('')}\n`,
    );
  return 0;
}

function nameserver(p: Process): string {
  const config = p.fs.exists('/etc/resolv.conf') ? text(p.fs.read('/etc/resolv.conf')) : '';
  return /^nameserver\s+(\S+)/m.exec(config)?.[1] ?? '127.0.0.1';
}

/** dig(1), host(1): the addresses of a name. */
export function* dig(p: Process): Sys<number> {
  const short = p.argv.includes('+short');
  const host = p.argv.slice(1).find((arg) => !/^[-+@]/.test(arg) && !/^(A|AAAA|ANY|IN)$/.test(arg));
  if (host === undefined) throw new BadUsage('');
  let addresses: string[] = [];
  try {
    addresses = yield* p.net.resolve(p, host);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
  if (p.name === 'host') {
    if (addresses.length === 0) {
      yield* p.print(`Host ${host} not found: 3(NXDOMAIN)\n`);
      return 1;
    }
    for (const address of addresses) yield* p.print(`${host} has address ${address}\n`);
    return 0;
  }
  if (short) {
    for (const address of addresses) yield* p.print(`${address}\n`);
    return 0;
  }
  const status = addresses.length === 0 ? 'NXDOMAIN' : 'NOERROR';
  const id = p.kernel.random.below(65536);
  yield* p.print(
    `\n; <<>> DiG 9.18.33-1~deb12u2-Debian <<>> ${p.argv.slice(1).join(' ')}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${id}\n;; flags: qr rd ra; QUERY: 1, ANSWER: ${addresses.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${host}.\t\t\tIN\tA\n\n`,
  );
  if (addresses.length > 0)
    yield* p.print(
      `;; ANSWER SECTION:\n${addresses.map((address) => `${host}.\t\t600\tIN\tA\t${address}\n`).join('')}\n`,
    );
  yield* p.print(`;; Query time: 0 msec\n;; SERVER: ${nameserver(p)}#53(${nameserver(p)}) (UDP)\n\n`);
  return 0;
}
