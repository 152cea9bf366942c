import { text } from '../../kernel/bytes.ts';
import type { Vfs } from '../../kernel/fs/vfs.ts';
import { DockerError } from '../error.ts';

/** Who a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

interface Passwd {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/**
 * The account of a `--user` value (`''`, `name`, `uid`, `name:group`, `uid:gid`) by the container's passwd and group files,
 * as moby/sys/user does it. Throws no-such-user, no-such-group.
 */
export function resolveUser(fs: Vfs, written: string, groupAdd: readonly string[]): Account {
  const users = passwd(fs);
  const groups = group(fs);
  const [userPart = '', groupPart] = written.split(':');
  const entry =
    userPart === ''
      ? users.find((user) => user.uid === 0)
      : (users.find((user) => user.name === userPart) ?? users.find((user) => String(user.uid) === userPart));
  if (entry === undefined && userPart !== '' && !/^\d+$/.test(userPart))
    throw new DockerError('no-such-user', { user: userPart });
  const uid = entry?.uid ?? (userPart === '' ? 0 : Number(userPart));
  const numbers = (name: string): number => {
    const found = groups.find((g) => g.name === name) ?? groups.find((g) => String(g.gid) === name);
    if (found === undefined && !/^\d+$/.test(name)) throw new DockerError('no-such-group', { group: name });
    return found?.gid ?? Number(name);
  };
  const gid = groupPart === undefined || groupPart === '' ? (entry?.gid ?? 0) : numbers(groupPart);
  const extra =
    groupPart === undefined && entry !== undefined
      ? groups.filter((g) => g.members.includes(entry.name)).map((g) => g.gid)
      : [];
  return {
    uid,
    gid,
    groups: [...new Set([gid, ...extra, ...groupAdd.map(numbers)])],
    home: entry?.home || '/',
  };
}

function lines(fs: Vfs, path: string): string[][] {
  if (!fs.exists(path)) return [];
  return text(fs.read(path))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function passwd(fs: Vfs): Passwd[] {
  return lines(fs, '/etc/passwd').map(([name = '', , uid = '0', gid = '0', , home = '/']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
  }));
}

function group(fs: Vfs): Group[] {
  return lines(fs, '/etc/group').map(([name = '', , gid = '0', members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((member) => member !== ''),
  }));
}

/** The name of a user ID on a file system, or the number. */
export function userName(fs: Vfs, uid: number): string {
  return passwd(fs).find((user) => user.uid === uid)?.name ?? String(uid);
}
