import { Bash } from 'just-bash';
import type { Process } from '../../docker/kernel/process.ts';
import { ProcessFiles } from './process-files.ts';

/** Runs one command of just-bash on behalf of a process. */
export async function runText(
  p: Process,
  name: string,
  args: readonly string[],
  stdin: string,
): Promise<{ stdout: string; stderr: string; exit: number }> {
  const bash = new Bash({
    fs: new ProcessFiles(p),
    cwd: p.cwd,
    env: Object.fromEntries(p.env),
    defenseInDepth: false,
  });
  const result = await bash.exec(name, { args: [...args], stdin, rawScript: true });
  // just-bash puts its own name in front of what it says about itself.
  return {
    stdout: result.stdout,
    stderr: result.stderr.replace(/^bash: (?:line \d+: )?/gm, ''),
    exit: result.exitCode,
  };
}
