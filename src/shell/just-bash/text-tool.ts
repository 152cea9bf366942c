import { text, utf8 } from '../../docker/kernel/bytes.ts';
import type { Program } from '../../docker/kernel/process.ts';

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
    const names = takesFiles(name, p.argv);
    const stdin = names ? '' : text(yield* p.readAll(0));
    const { runText } = yield* p.kernel.external(import('./run-text.ts'));
    const result = yield* p.kernel.external(runText(p, name, p.argv.slice(1), stdin));
    // Through the terminal or a pipe, and only now: so a reader that has gone ends this program like any other.
    yield* p.print(utf8(result.stdout));
    yield* p.error(result.stderr);
    return result.exit;
  };
}

/** Are there file operands, so that standard input is not read? */
function takesFiles(name: string, argv: readonly string[]): boolean {
  let operands = 0;
  let program = false;
  let nullInput = false;
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
    if (!program) program = true;
    else operands++;
  }
  return nullInput || operands > 0;
}
