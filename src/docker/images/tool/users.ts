import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';

/** A line of /etc/passwd. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A line of /etc/group. */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function table(p: Process, path: string): string[][] {
  if (!p.fs.exists(path)) return [];
  return text(p.fs.read(path))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}

/** The accounts of the machine or container. */
export function users(p: Process): User[] {
  return table(p, '/etc/passwd').map(([name = '', , uid = '', gid = '', , home = '', shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
  }));
}

export function groups(p: Process): Group[] {
  return table(p, '/etc/group').map(([name = '', , gid = '', members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((member) => member !== ''),
  }));
}

/** The name of a user, or its number if it has none. */
export function userName(p: Process, uid: number): string {
  return users(p).find((user) => user.uid === uid)?.name ?? String(uid);
}

export function groupName(p: Process, gid: number): string {
  return groups(p).find((group) => group.gid === gid)?.name ?? String(gid);
}

/** `name`, `12` ⇒ a uid; undefined if there is no such user. */
export function uidOf(p: Process, written: string): number | undefined {
  const known = users(p).find((user) => user.name === written);
  return known?.uid ?? (/^\d+$/.test(written) ? Number(written) : undefined);
}

export function gidOf(p: Process, written: string): number | undefined {
  const known = groups(p).find((group) => group.name === written);
  return known?.gid ?? (/^\d+$/.test(written) ? Number(written) : undefined);
}
