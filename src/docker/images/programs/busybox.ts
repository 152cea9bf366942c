import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { APPLETS } from '../catalogue/applets.ts';
import { appletUsage, BUSYBOX_BANNER } from '../tool/tool.ts';

/** Applets that are the shell's programs. */
const SHELLS: Readonly<Record<string, string>> = { sh: 'ash', ash: 'ash', awk: 'awk', sed: 'sed' };

/** Those that take `--help` for an argument like any other. */
const WITHOUT_HELP = /^(?:true|false|echo|test|\[|\[\[)$/;

/** The multi-call binary: the applet is what it was called by, or its first argument (`busybox ls`). */
export function* busybox(p: Process): Sys<number> {
  let name = p.name.replace(/^-/, '');
  if (name === 'busybox') {
    const [, first] = p.argv;
    if (first === undefined || first === '--help') {
      yield* p.print(helpText());
      return 0;
    }
    if (first === '--list') {
      yield* p.print(`${APPLETS.join('\n')}\n`);
      return 0;
    }
    p.argv = p.argv.slice(1);
    name = p.name;
  }
  const known = APPLETS.includes(name);
  if (known && p.argv.length === 2 && p.argv[1] === '--help' && !WITHOUT_HELP.test(name)) {
    yield* p.error(yield* appletUsage(p));
    return 0;
  }
  const found = known
    ? (p.kernel.programs.get(`busybox:${name}`) ?? p.kernel.programs.get(SHELLS[name] ?? ''))
    : undefined;
  if (found === undefined) {
    yield* p.error(
      known ? `${name}: muelle: this applet is not simulated here\n` : `${name}: applet not found\n`,
    );
    return known ? 1 : 127;
  }
  const program = found instanceof Promise ? yield* p.kernel.external(found) : found;
  return yield* program(p);
}

function helpText(): string {
  const lines: string[] = [];
  let line = '';
  for (const name of APPLETS) {
    const next = line === '' ? `\t${name}` : `${line}, ${name}`;
    if (next.length > 66) {
      lines.push(`${line},`);
      line = `\t${name}`;
    } else line = next;
  }
  lines.push(line);
  return `${BUSYBOX_BANNER}

Usage: busybox [function [arguments]...]
   or: busybox --list
   or: function [arguments]...

	BusyBox is a multi-call binary that combines many common Unix
	utilities into a single executable.

Currently defined functions:
${lines.join('\n')}
`;
}
