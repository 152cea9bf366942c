import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** echo(1): -n, -e, -E. Always exit 0. */
export function* echo(p: Process): Sys<number> {
  const words = p.argv.slice(1);
  let newline = true;
  let escapes = false;
  while (words[0] !== undefined && /^-[neE]+$/.test(words[0])) {
    for (const letter of words[0].slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
    words.shift();
  }
  const line = words.join(' ');
  const { text: shown, stop } = escapes ? backslashes(line) : { text: line, stop: false };
  yield* p.print(`${shown}${newline && !stop ? '\n' : ''}`);
  return 0;
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
};

/** Backslash escapes of echo -e and printf: `a\tb\c` ⇒ text up to `\c`, and whether `\c` ended it. */
export function backslashes(
  written: string,
  octal: 'echo' | 'printf' = 'echo',
): { text: string; stop: boolean } {
  let stop = false;
  const pattern =
    octal === 'echo'
      ? /\\(0[0-7]{0,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[\s\S])/g
      : /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[\s\S])/g;
  const end = /(?:^|[^\\])(?:\\\\)*\\c/.exec(written);
  let source = written;
  if (end !== null) {
    stop = true;
    source = written.slice(0, end.index + end[0].length - 2);
  }
  const out = source.replace(pattern, (whole, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    if (/^x[0-9a-fA-F]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (/^u[0-9a-fA-F]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return SIMPLE[code] ?? whole;
  });
  return { text: out, stop };
}
