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
  const words = name === 'jq' ? args.map((arg) => mapsObjects(oneDeletionEach(arg))) : [...args];
  const result = await bash.exec(name, { args: words, stdin, rawScript: true });
  // just-bash puts its own name in front of what it says about itself.
  return {
    stdout: result.stdout,
    stderr: result.stderr
      .replace(/^bash: (?:line \d+: )?/gm, '')
      .replace(/^jq: parse error: (Cannot .*)$/gm, 'jq: error (at <stdin>:1): $1'),
    exit: result.exitCode,
  };
}

/**
 * just-bash's jq takes only one path in `del(…)`: `del(.a, .b)` ⇒ `(del(.a)|del(.b))`. Words that are no filter have no
 * `del(` in them, and come back as they are.
 */
export function oneDeletionEach(filter: string): string {
  const start = filter.search(/\bdel\(/);
  if (start < 0) return filter;
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = start + 'del('.length;
  for (let at = from; at < filter.length; at++) {
    const ch = filter[at];
    if (ch === '\\' && quoted) at++;
    else if (ch === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (ch === '(' || ch === '[' || ch === '{') depth++;
    else if (ch === ',' && depth === 0) {
      parts.push(filter.slice(from, at));
      from = at + 1;
    } else if (ch === ')' && depth === 0) {
      parts.push(filter.slice(from, at));
      const rest = oneDeletionEach(filter.slice(at + 1));
      return `${filter.slice(0, start)}(${parts.map((part) => `del(${part})`).join('|')})${rest}`;
    } else if (ch === ')' || ch === ']' || ch === '}') depth--;
  }
  return filter;
}

/** just-bash's jq maps lists only: `map(f)` ⇒ `[.[]|f]`, which is what jq's own `map` is, for objects, too. */
export function mapsObjects(filter: string): string {
  const start = filter.search(/(?<![\w.$"])map\(/);
  if (start < 0) return filter;
  const from = start + 'map('.length;
  let depth = 0;
  let quoted = false;
  for (let at = from; at < filter.length; at++) {
    const ch = filter[at];
    if (ch === '\\' && quoted) at++;
    else if (ch === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (ch === '(') depth++;
    else if (ch === ')' && depth-- === 0)
      return `${filter.slice(0, start)}[.[]|${mapsObjects(filter.slice(from, at))}]${mapsObjects(filter.slice(at + 1))}`;
  }
  return filter;
}
