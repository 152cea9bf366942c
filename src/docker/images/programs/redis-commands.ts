import type { Held, Reply } from './redis-store.ts';

/** A database of the server, as the rarer commands see it. */
export interface Room {
  readonly now: number;
  readonly random: (below: number) => number;
  readonly settings: ReadonlyMap<string, string>;
  readonly names: () => string[];
  readonly find: (key: string) => Held | undefined;
  readonly put: (key: string, held: Held) => void;
  readonly drop: (key: string) => void;
  readonly due: (key: string) => number | undefined;
  readonly setDue: (key: string, at: number) => void;
}

const WRONG: Reply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const OK: Reply = { status: 'OK' };

/** Commands of strings, lists and sets that few people type; undefined for one that is not among them. */
export function moreCommands(room: Room, name: string, args: readonly string[]): Reply | undefined {
  const [key = '', first = '', second = ''] = args;
  const held = room.find(key);
  switch (name) {
    case 'getrange':
    case 'substr': {
      if (held !== undefined && held.type !== 'string') return WRONG;
      const value = held?.value ?? '';
      const place = (n: number): number => (n < 0 ? Math.max(0, value.length + n) : n);
      return value.slice(place(Number(first)), place(Number(second)) + 1);
    }
    case 'setrange': {
      if (held !== undefined && held.type !== 'string') return WRONG;
      const old = (held?.value ?? '').padEnd(Number(first), '\0');
      const value = old.slice(0, Number(first)) + second + old.slice(Number(first) + second.length);
      room.put(key, { type: 'string', value });
      return value.length;
    }
    case 'incrbyfloat': {
      if (held !== undefined && held.type !== 'string') return WRONG;
      const next = Number(held?.value ?? 0) + Number(first);
      if (Number.isNaN(next)) return { error: 'ERR value is not a valid float' };
      const value = String(Number(next.toPrecision(17)));
      room.put(key, { type: 'string', value });
      return value;
    }
    case 'getdel':
      if (held !== undefined && held.type !== 'string') return WRONG;
      room.drop(key);
      return held?.value ?? null;
    case 'copy':
      if (held === undefined || room.find(first) !== undefined) return 0;
      room.put(first, structuredClone(held));
      return 1;
    case 'randomkey': {
      const names = room.names();
      return names[room.random(Math.max(1, names.length))] ?? null;
    }
    case 'touch':
      return args.filter((each) => room.find(each) !== undefined).length;
    case 'pttl':
      return held === undefined ? -2 : Math.ceil((room.due(key) ?? room.now - 1) - room.now);
    case 'pexpire':
    case 'expireat':
      if (held === undefined) return 0;
      room.setDue(key, name === 'pexpire' ? room.now + Number(first) : Number(first) * 1000);
      return 1;
    case 'object':
      return first === '' ? null : encodingOf(room.find(first));
    case 'ltrim':
    case 'lset':
    case 'lrem':
    case 'linsert':
      return held !== undefined && held.type !== 'list' ? WRONG : ofList(room, name, args, held?.items ?? []);
    case 'spop':
    case 'srandmember': {
      if (held !== undefined && held.type !== 'set') return WRONG;
      const items = [...(held?.items ?? [])];
      const item = items[room.random(Math.max(1, items.length))];
      if (name === 'spop' && item !== undefined) {
        held?.items.delete(item);
        if (held?.items.size === 0) room.drop(key);
      }
      return item ?? null;
    }
    case 'sinter':
    case 'sunion':
    case 'sdiff': {
      const sets = args.map((each) => {
        const set = room.find(each);
        return set?.type === 'set' ? set.items : new Set<string>();
      });
      const [head = new Set<string>(), ...rest] = sets;
      if (name === 'sunion') return [...new Set(sets.flatMap((set) => [...set]))];
      return [...head].filter((item) =>
        name === 'sinter' ? rest.every((set) => set.has(item)) : !rest.some((set) => set.has(item)),
      );
    }
    case 'hscan':
    case 'sscan':
      return ['0', held === undefined || held.type === 'string' ? [] : [...held.items].flat().map(String)];
    case 'memory':
      return first === '' ? null : 56;
    case 'acl':
      return key.toLowerCase() === 'whoami'
        ? 'default'
        : key.toLowerCase() === 'list'
          ? ['user default on nopass ~* &* +@all']
          : OK;
    case 'slowlog':
    case 'module':
      return [];
    default:
      return undefined;
  }
}

function ofList(room: Room, name: string, args: readonly string[], items: string[]): Reply {
  const [key = '', first = '', second = '', third = ''] = args;
  const place = (n: number): number => (n < 0 ? items.length + n : n);
  if (name === 'lset') {
    if (items.length === 0) return { error: 'ERR no such key' };
    if (items[place(Number(first))] === undefined) return { error: 'ERR index out of range' };
    items[place(Number(first))] = second;
    return OK;
  }
  if (name === 'linsert') {
    const at = items.indexOf(second);
    if (at < 0) return items.length === 0 ? 0 : -1;
    items.splice(first.toLowerCase() === 'before' ? at : at + 1, 0, third);
    return items.length;
  }
  if (name === 'ltrim') {
    const kept = items.slice(Math.max(0, place(Number(first))), place(Number(second)) + 1);
    items.splice(0, items.length, ...kept);
    if (items.length === 0) room.drop(key);
    return OK;
  }
  const many = Number(first) === 0 ? items.length : Math.abs(Number(first));
  let removed = 0;
  for (let at = Number(first) < 0 ? items.length - 1 : 0; at >= 0 && at < items.length && removed < many; ) {
    if (items[at] === second) {
      items.splice(at, 1);
      removed++;
      if (Number(first) < 0) at--;
    } else at += Number(first) < 0 ? -1 : 1;
  }
  if (items.length === 0) room.drop(key);
  return removed;
}

function encodingOf(held: Held | undefined): Reply {
  if (held === undefined) return null;
  if (held.type === 'string')
    return /^-?\d{1,19}$/.test(held.value) ? 'int' : held.value.length > 44 ? 'raw' : 'embstr';
  return held.type === 'list' || held.type === 'hash'
    ? 'listpack'
    : held.type === 'set'
      ? 'hashtable'
      : 'listpack';
}
