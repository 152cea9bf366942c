import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';

/** Release and version of the simulated kernel as `uname -r -v` show them, from /proc/version. */
export function kernelFacts(p: Process): { release: string; version: string } {
  const line = p.fs.exists('/proc/version') ? text(p.fs.read('/proc/version')) : '';
  return {
    release: /^Linux version (\S+)/.exec(line)?.[1] ?? '6.1.0',
    version: /(#\d.*)$/m.exec(line)?.[1] ?? '#1 SMP PREEMPT_DYNAMIC',
  };
}
