import type { Process } from '../../kernel/process.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import { globPattern } from '../tool/glob.ts';
import { kernelFacts } from '../tool/machine.ts';

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
}

type Held =
  | { readonly type: 'string'; value: string }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'set'; readonly items: Set<string> }
  | { readonly type: 'hash'; readonly items: Map<string, string> }
  | { readonly type: 'zset'; readonly items: Map<string, number> };

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
      /^(set|del|incr|decr|incrby|decrby|append|hset|hdel|lpush|rpush|lpop|rpop|sadd|srem|zadd|mset|setex|setnx|getset|flushall|flushdb|rename|expire|persist|hincrby)$/.test(
        name,
      )
    )
      this.dirty = true;
    return (
      this.#plain(name, args, session) ??
      this.#collections(name, args, session.db) ??
      this.#server(name, args, session) ?? {
        error: `ERR unknown command '${word}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
      }
    );
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
        const taken = name === 'lpop' ? items.shift() : items.pop();
        drop(items.length);
        return taken ?? null;
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
    if (/^z(add|range|card|score)$/.test(name)) {
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
      const sorted = [...items].sort((a, b) => a[1] - b[1]).map(([member]) => member);
      const to = Number(second) < 0 ? sorted.length + Number(second) : Number(second);
      return sorted.slice(Number(first), to + 1);
    }
    return undefined;
  }

  #server(name: string, args: readonly string[], session: RedisSession): Reply | undefined {
    const now = this.#p.kernel.clock.now;
    switch (name) {
      case 'info': {
        const keys = [...this.#databases]
          .filter(([, k]) => k.size > 0)
          .map(([db, k]) => `db${db}:keys=${k.size},expires=${this.#expiry.size},avg_ttl=0\r\n`);
        return `# Server\r\nredis_version:${REDIS_VERSION}\r\nredis_mode:standalone\r\nos:Linux ${kernelFacts(this.#p).release} x86_64\r\nprocess_id:${this.#p.pid}\r\ntcp_port:${this.#settings.get('port')}\r\nuptime_in_seconds:${Math.floor((now - this.#started) / 1000)}\r\n\r\n# Clients\r\nconnected_clients:${Math.max(1, this.#clients)}\r\n\r\n# Memory\r\nused_memory_human:${(this.#p.memory / 1048576).toFixed(2)}M\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n${keys.join('')}`;
      }
      case 'config': {
        const [action = '', parameter = '', value] = args;
        if (action.toLowerCase() === 'set') {
          this.#settings.set(parameter, value ?? '');
          return OK;
        }
        const pattern = globPattern(parameter);
        return [...this.#settings].filter(([key]) => pattern.test(key)).flat();
      }
      case 'save':
      case 'bgsave':
        this.#p.fs.write(
          `${this.#settings.get('dir')}/${this.#settings.get('dbfilename')}`,
          this.dump(),
          this.#p.cwd,
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
        return args[0]?.toLowerCase() === 'getname' ? null : OK;
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
      default:
        return undefined;
    }
  }
}
