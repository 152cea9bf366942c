import type { Shell } from './run/shell.ts';

/** Text of PS1 with its backslash sequences replaced: `\u@\h:\w\$ ` ⇒ `root@muelle:~/lab# `. */
export function expandPrompt(shell: Shell, prompt: string): string {
  if (shell.dialect.name === 'dash') return variablesIn(shell, prompt);
  const { p } = shell;
  const home = shell.variables.text('HOME');
  const path = shell.variables.text('PWD') ?? p.cwd;
  const short =
    home !== undefined && home !== '/' && (path === home || path.startsWith(`${home}/`))
      ? `~${path.slice(home.length)}`
      : path;
  const base = short === '/' ? '/' : short.replace(/^.*\//, '');
  const now = new Date(p.kernel.clock.now).toISOString();
  const replaced = prompt.replace(/\\(?:([0-7]{3})|([\s\S]))/g, (whole, octal?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    switch (letter) {
      case 'u':
        return p.uid === 0 ? 'root' : (shell.variables.text('USER') ?? 'user');
      case 'h':
        return p.uts.hostname.replace(/\..*$/, '');
      case 'H':
        return p.uts.hostname;
      case 'w':
        return short;
      case 'W':
        return base;
      case '$':
        return p.uid === 0 ? '#' : '$';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'a':
        return '\x07';
      case 'e':
        return '\x1b';
      case 's':
        return shell.arg0.replace(/^.*\//, '');
      case 't':
        return now.slice(11, 19);
      case 'A':
        return now.slice(11, 16);
      case 'j':
        return String(shell.jobs.all.length);
      case '!':
      case '#':
        return String(shell.history.length + 1);
      case '[':
      case ']':
        return '';
      case '\\':
        return '\\';
      default:
        return whole;
    }
  });
  return variablesIn(shell, replaced);
}

const variablesIn = (shell: Shell, text: string): string =>
  text.replace(
    /\$(?:\{(\w+)\}|(\w+|[?$]))/g,
    (_whole, braced?: string, plain?: string) => shell.parameters.text(braced ?? plain ?? '') ?? '',
  );
