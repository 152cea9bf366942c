import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';

/** Bits of capabilities(7). */
const BITS = {
  CHOWN: 0,
  SETGID: 6,
  NET_BIND_SERVICE: 10,
  NET_ADMIN: 12,
  NET_RAW: 13,
  SYS_ADMIN: 21,
  SYS_TIME: 25,
  MKNOD: 27,
  SYSLOG: 34,
} as const;

/** Docker's default set, assumed where /proc says nothing. */
const DEFAULT = 0xa80425fbn;

/** Has the process this privilege? Read from /proc/self/status, which the engine makes of --cap-add and --cap-drop. */
export function capable(p: Process, capability: keyof typeof BITS): boolean {
  if (p.uid !== 0) return false;
  const status = p.fs.exists('/proc/self/status') ? text(p.fs.read('/proc/self/status')) : '';
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1];
  const set = effective === undefined ? DEFAULT : BigInt(`0x${effective}`);
  return ((set >> BigInt(BITS[capability])) & 1n) === 1n;
}
