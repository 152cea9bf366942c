/** Signal numbers of Linux on x86-64 (signal(7)). */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type Signal = keyof typeof SIGNALS;

/** Signals that do nothing unless a program asks for them. */
export const HARMLESS: ReadonlySet<Signal> = new Set<Signal>([
  'CHLD',
  'CONT',
  'URG',
  'WINCH',
  'TSTP',
  'TTIN',
  'TTOU',
]);

/**
 * Reads a signal as people write it: `SIGTERM`, `term`, `15` ⇒ `TERM`; anything else ⇒ undefined.
 */
export function parseSignal(written: string): Signal | undefined {
  if (/^\d+$/.test(written)) {
    const entry = Object.entries(SIGNALS).find(([, n]) => n === Number(written));
    return entry?.[0] as Signal | undefined;
  }
  const name = written.toUpperCase().replace(/^SIG/, '');
  return name in SIGNALS ? (name as Signal) : undefined;
}
