import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import { parseOptions } from '../tool/options.ts';
import { REDIS_VERSION, type Reply } from './redis-store.ts';

/** redis-cli(1): -h, -p, -a, -n, -u, --raw, --no-auth-warning; a command, a script on standard input, or a prompt. */
export function* redisCli(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'h:p:a:n:u:r:i:xv',
    long: {
      raw: 'raw',
      'no-raw': 'noraw',
      'no-auth-warning': 'nowarn',
      pass: 'a:',
      user: 'user:',
      version: 'v',
      scan: 'scan',
    },
    stop: true,
  });
  if (o.has('v')) {
    yield* p.print(`redis-cli ${REDIS_VERSION}\n`);
    return 0;
  }
  const url = /^redis:\/\/(?:[^@]*@)?([^:/]+)(?::(\d+))?/.exec(o.get('u') ?? '');
  const host = url?.[1] ?? o.get('h') ?? '127.0.0.1';
  const port = Number(url?.[2] ?? o.get('p') ?? 6379);
  const where = `${host}:${port}`;
  const terminal = p.isatty(1) && p.isatty(0) && o.args.length === 0;
  const pretty = (p.isatty(1) && !o.has('raw')) || o.has('noraw');
  let connection: Connection;
  try {
    connection = yield* p.net.connect(p, host, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`Could not connect to Redis at ${where}: ${error.message}\n`);
    return 1;
  }
  const reader = new ByteReader(connection.file);
  const ask = function* (words: readonly string[]): Sys<Reply | undefined> {
    yield* connection.file.write(
      utf8(`*${words.length}\r\n${words.map((word) => `$${utf8(word).length}\r\n${word}\r\n`).join('')}`),
    );
    return yield* decode(reader);
  };
  const password = o.get('a') ?? p.env.get('REDISCLI_AUTH');
  if (o.has('a') && !o.has('nowarn'))
    yield* p.error(
      "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n",
    );
  if (password !== undefined) {
    const answer = yield* ask(['AUTH', password]);
    if (answer !== undefined && answer !== null && typeof answer === 'object' && 'error' in answer)
      yield* p.error(`AUTH failed: ${answer.error}\n`);
  }
  const database = o.get('n');
  if (database !== undefined) yield* ask(['SELECT', database]);
  try {
    if (o.args.length > 0) {
      const words = o.has('x') ? [...o.args, text(yield* p.readAll(0))] : o.args;
      for (let times = Number(o.get('r') ?? 1); times > 0; times--) {
        const reply = yield* ask(words);
        if (reply === undefined) {
          if (words[0]?.toLowerCase() === 'shutdown') return 0;
          yield* p.error('Error: Server closed the connection\n');
          return 1;
        }
        yield* p.print(shown(words, reply, pretty));
        if (times > 1) yield* p.sleep(Number(o.get('i') ?? 0) * 1000);
      }
      return 0;
    }
    for (;;) {
      if (terminal) yield* p.print(`${where}> `);
      const line = yield* p.readLine(0);
      if (line === undefined) {
        if (terminal) yield* p.print('\n');
        return 0;
      }
      const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
        (m) => m[1] ?? m[2] ?? m[3] ?? '',
      );
      if (words.length === 0) continue;
      if (/^(exit|quit)$/i.test(words[0] ?? '')) return 0;
      const reply = yield* ask(words);
      if (reply === undefined) {
        yield* p.error('Error: Server closed the connection\n');
        return 1;
      }
      yield* p.print(shown(words, reply, pretty));
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`Error: ${error.message}\n`);
    return 1;
  } finally {
    connection.file.release();
  }
}

/** Reads one answer; undefined at the end of the connection. */
export function* decode(reader: ByteReader): Sys<Reply | undefined> {
  const line = yield* reader.line();
  if (line === undefined) return undefined;
  const rest = line.slice(1);
  if (line.startsWith('+')) return { status: rest };
  if (line.startsWith('-')) return { error: rest };
  if (line.startsWith(':')) return Number(rest);
  if (line.startsWith('$')) {
    if (rest === '-1') return null;
    const value = text(yield* reader.take(Number(rest)));
    yield* reader.line();
    return value;
  }
  const items: Reply[] = [];
  for (let n = Number(rest); n > 0; n--) items.push((yield* decode(reader)) ?? null);
  return items;
}

/** A reply as it is written; reports (`INFO`, `CLIENT LIST`) are lines of their own and stay as they are. */
function shown(words: readonly string[], reply: Reply, pretty: boolean): string {
  const report = /^(?:info\b|client list$|cluster (?:info|nodes)$|lolwut\b)/i.test(
    words.slice(0, 2).join(' '),
  );
  if (report && typeof reply === 'string') return reply;
  return `${pretty ? formatted(reply) : raw(reply)}\n`;
}

/** As shown on a terminal: `"v"`, `(integer) 1`, `(nil)`, numbered lists. */
function formatted(reply: Reply, indent = ''): string {
  if (reply === null) return '(nil)';
  if (typeof reply === 'number') return `(integer) ${reply}`;
  if (typeof reply === 'string') return reply.includes('\r\n') ? reply : JSON.stringify(reply);
  if (Array.isArray(reply)) {
    if (reply.length === 0) return '(empty array)';
    const width = String(reply.length).length;
    return reply
      .map(
        (item, i) =>
          `${i === 0 ? '' : indent}${String(i + 1).padStart(width)}) ${formatted(item, `${indent}${' '.repeat(width + 2)}`)}`,
      )
      .join('\n');
  }
  return 'error' in reply ? `(error) ${reply.error}` : reply.status;
}

function raw(reply: Reply): string {
  if (reply === null) return '';
  if (Array.isArray(reply)) return reply.map(raw).join('\n');
  if (typeof reply === 'object') return 'error' in reply ? `${reply.error}\n` : reply.status;
  return String(reply);
}
