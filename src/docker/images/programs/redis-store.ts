import type { Process } from '../../kernel/process.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import { globPattern } from '../tool/glob.ts';
import { kernelFacts } from '../tool/machine.ts';
import { credentials } from '../tool/tool.ts';
import { moreCommands, type Room } from './redis-commands.ts';

export const REDIS_VERSION = '7.0.15';

/** What a command answers: a string, a number, nothing, a list, a status (`OK`) or an error. */
export type Reply =
  | string
  | number
  | null
  | Reply[]
  | { readonly status: string }
  | { readonly error: string };

export interface RedisSession {
  authenticated: boolean;
  db: number;
  closing: boolean;
  /** Commands between MULTI and EXEC. */
  queue?: (readonly string[])[] | undefined;
}

export type Held =
  | { readonly type: 'string'; value: string }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'set'; readonly items: Set<string> }
  | { readonly type: 'hash'; readonly items: Map<string, string> }
  | { readonly type: 'zset'; readonly items: Map<string, number> };

/** What a server that is told nothing runs with. */
const DEFAULTS: readonly (readonly [string, string])[] = [
  ['appendonly', 'no'],
  ['bind', '* -::*'],
  ['databases', '16'],
  ['maxclients', '10000'],
  ['maxmemory', '0'],
  ['maxmemory-policy', 'noeviction'],
  ['protected-mode', 'no'],
  ['requirepass', ''],
  ['save', '3600 1 300 100 60 10000'],
  ['timeout', '0'],
];

const OK: Reply = { status: 'OK' };
const WRONG: Reply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const NOT_INTEGER: Reply = { error: 'ERR value is not an integer or out of range' };

/** Fewest and most arguments of each command. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  get: [1, 1],
  set: [2, 9],
  del: [1, 99],
  exists: [1, 99],
  incr: [1, 1],
  decr: [1, 1],
  incrby: [2, 2],
  decrby: [2, 2],
  append: [2, 2],
  strlen: [1, 1],
  keys: [1, 1],
  type: [1, 1],
  ttl: [1, 1],
  expire: [2, 2],
  echo: [1, 1],
  hget: [2, 2],
  hset: [3, 99],
  hgetall: [1, 1],
  lpush: [2, 99],
  rpush: [2, 99],
  lrange: [3, 3],
  sadd: [2, 99],
  smembers: [1, 1],
  select: [1, 1],
};

/** Settings that are amounts of memory. */
const SIZES = new Set(['maxmemory', 'maxmemory-clients', 'proto-max-bulk-len', 'client-query-buffer-limit']);

const UNITS: Readonly<Record<string, number>> = {
  k: 1e3,
  kb: 1024,
  m: 1e6,
  mb: 1048576,
  g: 1e9,
  gb: 1073741824,
};

/** `10mb` ⇒ `10485760`, as CONFIG GET tells it. */
function inBytes(written: string): string {
  const match = /^(\d+)([kmg]b?)$/i.exec(written);
  return match === null ? written : String(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** The keys of a server and what its commands do to them. */
export class RedisStore {
  readonly #p: Process;
  readonly #settings: Map<string, string>;
  readonly #databases = new Map<number, Map<string, Held>>();
  readonly #expiry = new Map<string, number>();
  readonly changed = new WaitQueue();
  readonly #started: number;
  shutdown = false;
  dirty = false;
  #clients = 0;

  constructor(p: Process, settings: Map<string, string>) {
    this.#p = p;
    this.#settings = settings;
    this.#started = p.kernel.clock.now;
  }

  get needsPassword(): boolean {
    return (this.#settings.get('requirepass') ?? '') !== '';
  }

  /** The keys as the text that `load` reads back; what dump.rdb holds here. */
  dump(): string {
    const all = [...this.#databases].flatMap(([db, keys]) =>
      [...keys].map(([key, held]) => [
        db,
        key,
        held.type,
        held.type === 'string' ? held.value : held.type === 'list' ? held.items : [...held.items],
      ]),
    );
    this.dirty = false;
    return `REDIS0010${JSON.stringify(all)}\n`;
  }

  load(written: string): number {
    const rows = JSON.parse(written.replace(/^REDIS\d+/, '') || '[]') as [
      number,
      string,
      Held['type'],
      never,
    ][];
    for (const [db, key, type, value] of rows) {
      const held: Held =
        type === 'string'
          ? { type, value }
          : type === 'list'
            ? { type, items: value }
            : type === 'set'
              ? { type, items: new Set(value as string[]) }
              : type === 'hash'
                ? { type, items: new Map(value as [string, string][]) }
                : { type, items: new Map(value as [string, number][]) };
      this.#keys(db).set(key, held);
    }
    return rows.length;
  }

  #keys(db: number): Map<string, Held> {
    let keys = this.#databases.get(db);
    if (keys === undefined) {
      keys = new Map();
      this.#databases.set(db, keys);
    }
    return keys;
  }

  #find(db: number, key: string): Held | undefined {
    const until = this.#expiry.get(`${db} ${key}`);
    if (until !== undefined && this.#p.kernel.clock.now >= until) {
      this.#expiry.delete(`${db} ${key}`);
      this.#keys(db).delete(key);
    }
    return this.#keys(db).get(key);
  }

  #make<T extends Held['type']>(
    db: number,
    key: string,
    type: T,
    fresh: Extract<Held, { type: T }>,
  ): Extract<Held, { type: T }> | undefined {
    const held = this.#find(db, key);
    if (held === undefined) {
      this.#keys(db).set(key, fresh);
      return fresh;
    }
    return held.type === type ? (held as Extract<Held, { type: T }>) : undefined;
  }

  *run(words: readonly string[], session: RedisSession): Sys<Reply> {
    const [word = '', ...args] = words;
    const name = word.toLowerCase();
    if (name === 'auth') {
      if (!this.needsPassword)
        return {
          error:
            'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
        };
      session.authenticated = args.at(-1) === this.#settings.get('requirepass');
      return session.authenticated
        ? OK
        : { error: 'WRONGPASS invalid username-password pair or user is disabled.' };
    }
    if (!session.authenticated && name !== 'quit' && name !== 'hello')
      return { error: 'NOAUTH Authentication required.' };
    const arity = ARITY[name];
    if (arity !== undefined && (args.length < arity[0] || args.length > arity[1]))
      return { error: `ERR wrong number of arguments for '${name}' command` };
    if (
      /^(set|del|incr|decr|incrby|decrby|append|hset|hdel|lpush|rpush|lpop|rpop|sadd|srem|spop|zadd|zrem|zincrby|ltrim|lrem|lset|linsert|copy|setrange|incrbyfloat|getdel|mset|setex|setnx|getset|flushall|flushdb|rename|expire|persist|hincrby)$/.test(
        name,
      )
    )
      this.dirty = true;
    if (session.queue !== undefined && !/^(exec|discard|multi|quit)$/.test(name)) {
      session.queue.push(words);
      return { status: 'QUEUED' };
    }
    if (/^(multi|exec|discard|watch|unwatch)$/.test(name)) return yield* this.#transaction(name, session);
    for (const room of [
      () => this.#plain(name, args, session),
      () => this.#collections(name, args, session.db),
      () => this.#server(name, args, session),
      () => moreCommands(this.#rooms(session.db), name, args),
    ]) {
      const reply = room();
      // A reply may be nil, which is no missing command.
      if (reply !== undefined) return reply;
    }
    return {
      error: `ERR unknown command '${word}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
    };
  }

  *#transaction(name: string, session: RedisSession): Sys<Reply> {
    const { queue } = session;
    if (name === 'watch' || name === 'unwatch') return OK;
    if (name === 'multi') {
      if (queue !== undefined) return { error: 'ERR MULTI calls can not be nested' };
      session.queue = [];
      return OK;
    }
    if (queue === undefined) return { error: `ERR ${name.toUpperCase()} without MULTI` };
    session.queue = undefined;
    if (name === 'discard') return OK;
    const replies: Reply[] = [];
    for (const words of queue) replies.push(yield* this.run(words, session));
    return replies;
  }

  /** What the rarer commands work on. */
  #rooms(db: number): Room {
    return {
      now: this.#p.kernel.clock.now,
      random: (below) => this.#p.kernel.random.below(below),
      settings: this.#settings,
      names: () => [...this.#keys(db).keys()].filter((key) => this.#find(db, key) !== undefined),
      find: (key) => this.#find(db, key),
      put: (key, held) => this.#keys(db).set(key, held),
      drop: (key) => this.#keys(db).delete(key),
      due: (key) => this.#expiry.get(`${db} ${key}`),
      setDue: (key, at) => this.#expiry.set(`${db} ${key}`, at),
    };
  }

  #plain(name: string, args: readonly string[], session: RedisSession): Reply | undefined {
    const [key = '', value = ''] = args;
    const db = session.db;
    const keys = this.#keys(db);
    const held = key === '' ? undefined : this.#find(db, key);
    switch (name) {
      case 'ping':
        return args.length > 0 ? key : { status: 'PONG' };
      case 'echo':
        return key;
      case 'get':
        return held === undefined ? null : held.type === 'string' ? held.value : WRONG;
      case 'set': {
        const options = args.slice(2).map((option) => option.toLowerCase());
        if (options.includes('nx') && held !== undefined) return null;
        if (options.includes('xx') && held === undefined) return null;
        keys.set(key, { type: 'string', value });
        this.#expiry.delete(`${db} ${key}`);
        for (const [i, option] of options.entries()) {
          const n = Number(options[i + 1]);
          if (option === 'ex') this.#expiry.set(`${db} ${key}`, this.#p.kernel.clock.now + n * 1000);
          if (option === 'px') this.#expiry.set(`${db} ${key}`, this.#p.kernel.clock.now + n);
        }
        return OK;
      }
      case 'setex':
        keys.set(key, { type: 'string', value: args[2] ?? '' });
        this.#expiry.set(`${db} ${key}`, this.#p.kernel.clock.now + Number(value) * 1000);
        return OK;
      case 'setnx':
        if (held !== undefined) return 0;
        keys.set(key, { type: 'string', value });
        return 1;
      case 'getset':
        keys.set(key, { type: 'string', value });
        return held?.type === 'string' ? held.value : null;
      case 'mset':
        for (let i = 0; i + 1 < args.length; i += 2)
          keys.set(args[i] ?? '', { type: 'string', value: args[i + 1] ?? '' });
        return OK;
      case 'mget':
        return args.map((k) => {
          const found = this.#find(db, k);
          return found?.type === 'string' ? found.value : null;
        });
      case 'del':
      case 'unlink':
        return args.filter((k) => this.#find(db, k) !== undefined && keys.delete(k)).length;
      case 'exists':
        return args.filter((k) => this.#find(db, k) !== undefined).length;
      case 'incr':
      case 'decr':
      case 'incrby':
      case 'decrby': {
        if (held !== undefined && held.type !== 'string') return WRONG;
        const by = name.endsWith('by') ? value : '1';
        if (!/^-?\d+$/.test(held?.value ?? '0') || !/^-?\d+$/.test(by)) return NOT_INTEGER;
        const next = Number(held?.value ?? 0) + (name.startsWith('decr') ? -Number(by) : Number(by));
        keys.set(key, { type: 'string', value: String(next) });
        return next;
      }
      case 'append': {
        const string = this.#make(db, key, 'string', { type: 'string', value: '' });
        if (string === undefined) return WRONG;
        string.value += value;
        return string.value.length;
      }
      case 'strlen':
        return held === undefined ? 0 : held.type === 'string' ? held.value.length : WRONG;
      case 'keys': {
        const pattern = globPattern(key);
        return [...keys.keys()].filter((k) => this.#find(db, k) !== undefined && pattern.test(k));
      }
      case 'scan':
        return ['0', [...keys.keys()]];
      case 'type':
        return { status: held?.type ?? 'none' };
      case 'rename':
        if (held === undefined) return { error: 'ERR no such key' };
        keys.delete(key);
        keys.set(value, held);
        return OK;
      case 'expire':
        if (held === undefined) return 0;
        this.#expiry.set(`${db} ${key}`, this.#p.kernel.clock.now + Number(value) * 1000);
        return 1;
      case 'persist':
        return this.#expiry.delete(`${db} ${key}`) ? 1 : 0;
      case 'ttl': {
        if (held === undefined) return -2;
        const until = this.#expiry.get(`${db} ${key}`);
        return until === undefined ? -1 : Math.ceil((until - this.#p.kernel.clock.now) / 1000);
      }
      case 'dbsize':
        return keys.size;
      case 'flushdb':
        keys.clear();
        return OK;
      case 'flushall':
        this.#databases.clear();
        return OK;
      case 'select':
        if (!/^\d+$/.test(key)) return { error: 'ERR invalid DB index' };
        if (Number(key) > 15) return { error: 'ERR DB index is out of range' };
        session.db = Number(key);
        return OK;
      default:
        return undefined;
    }
  }

  #collections(name: string, args: readonly string[], db: number): Reply | undefined {
    const [key = '', first = '', second = ''] = args;
    const held = this.#find(db, key);
    const drop = (size: number): void => {
      if (size === 0) this.#keys(db).delete(key);
    };
    if (/^[lr](push|pop)$|^(lrange|llen|lindex)$/.test(name)) {
      if (held !== undefined && held.type !== 'list') return WRONG;
      if (name.endsWith('push')) {
        const list = this.#make(db, key, 'list', { type: 'list', items: [] });
        for (const item of args.slice(1))
          name === 'lpush' ? list?.items.unshift(item) : list?.items.push(item);
        return list?.items.length ?? 0;
      }
      const items = held?.items ?? [];
      if (name.endsWith('pop')) {
        const take = (): string | undefined => (name === 'lpop' ? items.shift() : items.pop());
        const many = args.length > 1;
        const taken = Array.from({ length: Math.min(items.length, many ? Number(first) : 1) }, take);
        drop(items.length);
        if (held === undefined) return null;
        return many ? taken.map((item) => item ?? null) : (taken[0] ?? null);
      }
      if (name === 'llen') return items.length;
      if (name === 'lindex') return items.at(Number(first)) ?? null;
      const from = Number(first) < 0 ? Math.max(0, items.length + Number(first)) : Number(first);
      const to = Number(second) < 0 ? items.length + Number(second) : Number(second);
      return items.slice(from, to + 1);
    }
    if (/^(sadd|srem|smembers|sismember|scard)$/.test(name)) {
      if (held !== undefined && held.type !== 'set') return WRONG;
      if (name === 'sadd') {
        const set = this.#make(db, key, 'set', { type: 'set', items: new Set() });
        const before = set?.items.size ?? 0;
        for (const item of args.slice(1)) set?.items.add(item);
        return (set?.items.size ?? 0) - before;
      }
      const items = held?.items ?? new Set<string>();
      if (name === 'srem') {
        const n = args.slice(1).filter((item) => items.delete(item)).length;
        drop(items.size);
        return n;
      }
      return name === 'smembers' ? [...items] : name === 'scard' ? items.size : items.has(first) ? 1 : 0;
    }
    if (/^h(set|get|getall|del|keys|vals|len|exists|mget|incrby)$/.test(name)) {
      if (held !== undefined && held.type !== 'hash') return WRONG;
      if (name === 'hset') {
        const hash = this.#make(db, key, 'hash', { type: 'hash', items: new Map() });
        const before = hash?.items.size ?? 0;
        for (let i = 1; i + 1 < args.length; i += 2) hash?.items.set(args[i] ?? '', args[i + 1] ?? '');
        return (hash?.items.size ?? 0) - before;
      }
      if (name === 'hincrby') {
        const hash = this.#make(db, key, 'hash', { type: 'hash', items: new Map() });
        const next = Number(hash?.items.get(first) ?? 0) + Number(second);
        hash?.items.set(first, String(next));
        return next;
      }
      const items = held?.items ?? new Map<string, string>();
      if (name === 'hget') return items.get(first) ?? null;
      if (name === 'hmget') return args.slice(1).map((field) => items.get(field) ?? null);
      if (name === 'hgetall') return [...items].flat();
      if (name === 'hkeys') return [...items.keys()];
      if (name === 'hvals') return [...items.values()];
      if (name === 'hlen') return items.size;
      if (name === 'hexists') return items.has(first) ? 1 : 0;
      const n = args.slice(1).filter((field) => items.delete(field)).length;
      drop(items.size);
      return n;
    }
    if (/^z(add|range|revrange|card|score|rank|rem|incrby)$/.test(name)) {
      if (held !== undefined && held.type !== 'zset') return WRONG;
      if (name === 'zadd') {
        const set = this.#make(db, key, 'zset', { type: 'zset', items: new Map() });
        const before = set?.items.size ?? 0;
        for (let i = 1; i + 1 < args.length; i += 2) set?.items.set(args[i + 1] ?? '', Number(args[i]));
        return (set?.items.size ?? 0) - before;
      }
      const items = held?.items ?? new Map<string, number>();
      if (name === 'zcard') return items.size;
      if (name === 'zscore') return items.has(first) ? String(items.get(first)) : null;
      if (name === 'zrem') {
        const n = args.slice(1).filter((member) => items.delete(member)).length;
        drop(items.size);
        return n;
      }
      if (name === 'zincrby') {
        const set = this.#make(db, key, 'zset', { type: 'zset', items: new Map() });
        const next = (set?.items.get(second) ?? 0) + Number(first);
        set?.items.set(second, next);
        return String(next);
      }
      const sorted = [...items].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
      if (name === 'zrank') {
        const at = sorted.findIndex(([member]) => member === first);
        return at < 0 ? null : at;
      }
      if (name === 'zrevrange' || args.some((arg) => arg.toLowerCase() === 'rev')) sorted.reverse();
      const place = (n: number): number => (n < 0 ? Math.max(0, sorted.length + n) : n);
      const chosen = sorted.slice(
        place(Number(first)),
        place(Number(second)) + (Number(second) < -sorted.length ? 0 : 1),
      );
      const scored = args.some((arg) => arg.toLowerCase() === 'withscores');
      return chosen.flatMap(([member, score]) => (scored ? [member, String(score)] : [member]));
    }
    return undefined;
  }

  #server(name: string, args: readonly string[], session: RedisSession): Reply | undefined {
    const now = this.#p.kernel.clock.now;
    switch (name) {
      case 'info': {
        const wanted = args[0]?.toLowerCase();
        if (wanted !== undefined && wanted !== 'all' && wanted !== 'everything' && wanted !== 'default') {
          const sections = String(this.#server('info', [], session) ?? '').split(/(?=# )/);
          return (
            sections
              .find((section) => section.toLowerCase().startsWith(`# ${wanted}\r`))
              ?.replace(/\r\n\r\n$/, '\r\n') ?? ''
          );
        }
        const keys = [...this.#databases]
          .filter(([, k]) => k.size > 0)
          .map(([db, k]) => `db${db}:keys=${k.size},expires=${this.#expiry.size},avg_ttl=0\r\n`);
        return `# Server\r\nredis_version:${REDIS_VERSION}\r\nredis_mode:standalone\r\nos:Linux ${kernelFacts(this.#p).release} x86_64\r\nprocess_id:${this.#p.pid}\r\ntcp_port:${this.#settings.get('port')}\r\nuptime_in_seconds:${Math.floor((now - this.#started) / 1000)}\r\n\r\n# Clients\r\nconnected_clients:${Math.max(1, this.#clients)}\r\n\r\n# Memory\r\nused_memory_human:${(this.#p.memory / 1048576).toFixed(2)}M\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n${keys.join('')}`;
      }
      case 'config': {
        const [action = '', parameter = '', value] = args;
        if (action.toLowerCase() === 'set') {
          this.#settings.set(parameter.toLowerCase(), value ?? '');
          return OK;
        }
        if (/^(rewrite|resetstat)$/i.test(action))
          return /^rewrite$/i.test(action)
            ? { error: 'ERR The server is running without a config file' }
            : OK;
        const pattern = globPattern(parameter.toLowerCase());
        return [...new Map([...DEFAULTS, ...this.#settings])]
          .filter(([key]) => pattern.test(key))
          .flatMap(([key, written]) => [key, SIZES.has(key) ? inBytes(written) : written]);
      }
      case 'save':
      case 'bgsave':
        this.#p.fs.write(
          `${this.#settings.get('dir')}/${this.#settings.get('dbfilename')}`,
          this.dump(),
          this.#p.cwd,
          credentials(this.#p),
        );
        return name === 'save' ? OK : { status: 'Background saving started' };
      case 'time':
        return [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))];
      case 'quit':
        session.closing = true;
        return OK;
      case 'shutdown':
        this.shutdown = true;
        session.closing = true;
        this.changed.wake();
        return OK;
      case 'client':
        if (args[0]?.toLowerCase() === 'list')
          return `id=3 addr=127.0.0.1:44122 laddr=127.0.0.1:${this.#settings.get('port')} fd=8 name= age=0 idle=0 flags=N db=${session.db} sub=0 psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22298 events=r cmd=client|list user=default redir=-1 resp=2\n`;
        return args[0]?.toLowerCase() === 'getname' ? null : args[0]?.toLowerCase() === 'id' ? 3 : OK;
      case 'command':
        return [];
      case 'hello':
        return ['server', 'redis', 'version', REDIS_VERSION, 'proto', 2];
      case 'role':
        return ['master', 0, []];
      case 'lastsave':
        return Math.floor(this.#started / 1000);
      case 'publish':
        return 0;
      case 'debug':
        return {
          error:
            'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
        };
      case 'eval':
      case 'evalsha':
      case 'subscribe':
      case 'monitor':
        return { error: `ERR muelle: the command ${name} is not simulated here` };
      default:
        return undefined;
    }
  }
}
