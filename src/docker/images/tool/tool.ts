import { Errno } from '../../kernel/errno.ts';
import type { Credentials } from '../../kernel/fs/vfs.ts';
import type { Process, Program } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** Whose wording and defaults a program has: GNU coreutils and friends, or busybox. */
export type Flavour = 'gnu' | 'busybox';

/** A program in both flavours. */
export type Tool = (p: Process, flavour: Flavour) => Sys<number>;

/** The version the recordings' busybox reports. */
export const BUSYBOX_BANNER = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.';

/** Arguments that make no sense: `run` words it as the flavour does and ends with `code`. */
export class BadUsage extends Error {
  readonly code: number;
  /** Without the "Try 'x --help'" line. */
  readonly bare: boolean;
  constructor(message: string, code = 1, bare = false) {
    super(message);
    this.code = code;
    this.bare = bare;
  }
}

/** Leaves a tool with `name: message` on standard error. */
export class Failure extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** Makes a tool of one flavour a program: its bad usage, failures and errnos become messages and exit codes. */
export function program(tool: Tool, flavour: Flavour): Program {
  return function* (p) {
    try {
      return yield* tool(p, flavour);
    } catch (error) {
      if (error instanceof BadUsage) {
        // Where GNU says what is missing, busybox just shows how it is used.
        const silent =
          flavour === 'busybox' && !error.bare && /^(missing|extra|only one|you must)/.test(error.message);
        if (error.message !== '' && !silent) yield* p.error(`${p.name}: ${error.message}\n`);
        if (!error.bare) yield* p.error(flavour === 'gnu' ? tryHelp(p.name) : yield* appletUsage(p));
        return flavour === 'busybox' && p.name !== 'grep' && p.name !== 'sort' ? 1 : error.code;
      }
      if (error instanceof Failure) {
        yield* p.error(`${p.name}: ${error.message}\n`);
        return error.code;
      }
      if (error instanceof Errno && error.code !== 'EPIPE') {
        yield* p.error(`${p.name}: ${error.path === undefined ? '' : `${error.path}: `}${error.message}\n`);
        return 1;
      }
      throw error;
    }
  };
}

const tryHelp = (name: string): string =>
  `${/^[ef]?grep$/.test(name) ? `Usage: ${name} [OPTION]... PATTERNS [FILE]...\n` : ''}Try '${name} --help' for more information.\n`;

/** What an applet prints when it is called wrongly. */
export function* appletUsage(p: Process): Sys<string> {
  const { APPLET_USAGE } = yield* p.kernel.external(import('./busybox-usage.ts'));
  return `${BUSYBOX_BANNER}\n\nUsage: ${`${p.name} ${APPLET_USAGE[p.name] ?? ''}`.trimEnd()}\n`;
}

/** Whom the file system asks for permissions. */
export function credentials(p: Process): Credentials {
  return { uid: p.uid, gid: p.gid, groups: p.groups };
}

/** The words of a failed call; other exceptions pass through. */
export function reason(error: unknown): string {
  if (error instanceof Errno) return error.message;
  throw error;
}

/** Runs a call; a failure is reported as `name: about: reason` and gives undefined. */
export function* tried<T>(p: Process, about: string, call: () => T): Sys<T | undefined> {
  try {
    return call();
  } catch (error) {
    yield* p.error(`${p.name}: ${about}${about === '' ? '' : ': '}${reason(error)}\n`);
    return undefined;
  }
}

/** `'x'` as GNU programs quote a name in the C locale. */
export function quoted(name: string): string {
  return name.includes("'") && !/[\n\\]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;
}
