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
        if (!error.bare) yield* p.error(usageHint(p.name, flavour));
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

function usageHint(name: string, flavour: Flavour): string {
  return flavour === 'gnu'
    ? `Try '${name} --help' for more information.\n`
    : `${BUSYBOX_BANNER}\n\nUsage: ${name} ${BUSYBOX_USAGE[name] ?? '[OPTIONS]'}\n`;
}

/** Usage lines of the applets people get wrong most often. */
const BUSYBOX_USAGE: Readonly<Record<string, string>> = {
  cat: '[-nbvteA] [FILE]...',
  chmod: '[-Rcvf] MODE[,MODE]... FILE...',
  chown: '[-RhLHPcvf]... USER[:[GRP]] FILE...',
  cp: '[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
  cut: '[OPTIONS] [FILE]...',
  date: '[OPTIONS] [+FMT] [[-s] TIME]',
  df: '[-PkmhT] [FILESYSTEM]...',
  grep: '[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
  head: '[OPTIONS] [FILE]...',
  kill: '[-l] [-SIG] PID...',
  ls: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  mkdir: '[-m MODE] [-p] DIRECTORY...',
  mv: '[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }',
  nc: '[-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]',
  nslookup: '[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]',
  ping: `[OPTIONS] HOST

Send ICMP ECHO_REQUESTs to HOST

	-4,-6		Force IP or IPv6 name resolution
	-c CNT		Send only CNT pings
	-s SIZE		Send SIZE data bytes in packets (default 56)
	-i SECS		Interval
	-A		Ping as soon as reply is received
	-t TTL		Set TTL
	-I IFACE/IP	Source interface or IP address
	-W SEC		Seconds to wait for the first response (default 10)
			(after all -c CNT packets are sent)
	-w SEC		Seconds until ping exits (default:infinite)
			(can exit earlier with -c CNT)
	-q		Quiet, only display output at start/finish
	-p HEXBYTE	Payload pattern`,
  ps: '[-o COL1,COL2=HEADER] [-T]',
  rm: '[-irf] FILE...',
  rmdir: '[-p] DIRECTORY...',
  sleep: '[N]...',
  sort: '[-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
  tail: '[OPTIONS] [FILE]...',
  touch: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  wget: '[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[-P DIR] [-U AGENT] [-T SEC] URL...',
};

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
