import { text, utf8 } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import type { Process, Program } from '../../docker/kernel/process.ts';

/**
 * Text tools that are not ours (`awk`, `jq`) run in just-bash, which is loaded when one is first used. Limits: all input is
 * read before the first line of output (an endless producer shows nothing until it ends); files are read and written through
 * the process' file system with its rights; what the program would start (`system()` in awk) does not run.
 *
 * Why only these: just-bash has no streaming pipes, no signals, no `trap` and `&`, and weighs more than the whole simulator
 * may, so the shell itself is our own and this is the only place that knows just-bash.
 */
export function textTool(name: string): Program {
  return function* (p) {
    let stdin = '';
    if (readsInput(name, p.argv)) {
      try {
        stdin = text(yield* p.readAll(0));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* p.error(inputError(p, name, error));
        return 2;
      }
    }
    const { runText } = yield* p.kernel.external(import('./run-text.ts'));
    const result = yield* p.kernel.external(runText(p, name, p.argv.slice(1), stdin));
    // Through the terminal or a pipe, and only now: so a reader that has gone ends this program like any other.
    try {
      yield* p.print(utf8(result.stdout));
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error;
      yield* p.error(outputError(p, name, error));
      return 2;
    }
    yield* p.error(result.stderr);
    return result.exit;
  };
}

/** What mawk, BusyBox's awk and jq say of an input that cannot be read (jq: nothing). */
function inputError(p: Process, name: string, error: Errno): string {
  if (name === 'jq') return '';
  return p.fs.exists('/bin/busybox')
    ? `awk: cmd. line:1: ${error.message}\n`
    : `awk: read error (${error.message})\n`;
}

function outputError(p: Process, name: string, error: Errno): string {
  if (name === 'jq') return `jq: error: writing output failed: ${error.message}\n`;
  return p.fs.exists('/bin/busybox')
    ? `awk: write error: ${error.message}\n`
    : `awk: write failure (${error.message})\nawk: close failure on file /dev/stdout\n`;
}

/** Is standard input read: no file operands, and not an awk program that is done after its BEGIN? */
function readsInput(name: string, argv: readonly string[]): boolean {
  let operands = 0;
  let program = false;
  let nullInput = false;
  let onlyBegin = false;
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '-n' && name === 'jq') nullInput = true;
    if (name === 'jq' && /^--(?:arg|argjson|slurpfile|rawfile)$/.test(arg)) {
      i += 2;
      continue;
    }
    if (arg === '-f' || arg === '--from-file') {
      program = true;
      i++;
      continue;
    }
    if (name === 'awk' && /^-[vF]$/.test(arg)) {
      i++;
      continue;
    }
    if (/^-./.test(arg)) continue;
    if (name === 'awk' && program && /^[A-Za-z_]\w*=/.test(arg)) continue;
    if (program) operands++;
    else {
      program = true;
      onlyBegin = name === 'awk' && isOnlyBegin(arg);
    }
  }
  return !nullInput && !onlyBegin && operands === 0;
}

/** `BEGIN { … }` with nothing after it, and nothing in it that reads. */
function isOnlyBegin(program: string): boolean {
  const bare = program.replace(/"(?:[^"\\]|\\.)*"/g, '""').trim();
  if (!/^BEGIN\s*\{/.test(bare) || bare.includes('getline')) return false;
  let depth = 0;
  for (const [at, ch] of [...bare].entries()) {
    if (ch === '{') depth++;
    else if (ch === '}' && --depth === 0) return at === bare.length - 1;
  }
  return false;
}
