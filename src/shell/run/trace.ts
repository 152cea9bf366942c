import type { Sys } from '../../docker/kernel/wait.ts';
import { quoteForShell } from '../expand/quote.ts';
import type { Shell } from './shell.ts';

/** `set -x`: prints what is about to run after PS4 (whose first character is repeated in bash's subshells). */
export function* trace(shell: Shell, text: string): Sys<void> {
  if (!shell.option('xtrace')) return;
  const ps4 = (shell.variables.text('PS4') ?? '+ ').replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_whole, braced?: string, plain?: string) => shell.parameters.text(braced ?? plain ?? '') ?? '',
  );
  const depth = shell.dialect.name === 'bash' ? shell.traceDepth : 0;
  yield* shell.p.error(`${ps4.slice(0, 1).repeat(depth)}${ps4}${text}\n`);
}

/** Words as `set -x` shows them; dash does not quote. */
export function traced(shell: Shell, words: readonly string[]): string {
  return words.map((word) => (shell.dialect.name === 'dash' ? word : quoteForShell(word))).join(' ');
}
