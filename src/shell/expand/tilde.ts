import { text } from '../../docker/kernel/bytes.ts';
import type { Shell } from '../run/shell.ts';
import type { Part } from '../syntax/ast.ts';

/** Replaces `~`, `~user`, `~+`, `~-` at the beginning of a word; in an assignment also after each `:`. */
export function tilde(shell: Shell, parts: readonly Part[], assignment: boolean): readonly Part[] {
  const [first] = parts;
  if (!parts.some((part) => part.kind === 'text' && part.text.includes('~'))) return parts;
  return parts.map((part, i) => {
    if (part.kind !== 'text') return part;
    let out = part.text;
    if (part === first) out = replaceFirst(shell, out, i === parts.length - 1, assignment);
    // bash also looks behind the `=` of arguments that look like assignments.
    if (part === first && !assignment && shell.dialect.extended) {
      out = out.replace(/^([A-Za-z_]\w*=)(~[^/:]*)/, (whole, start: string, prefix: string) => {
        const home = homeOf(shell, prefix);
        return home === undefined ? whole : start + home;
      });
    }
    if (assignment) {
      out = out.replace(/:(~[^/:]*)/g, (whole, prefix: string) => {
        const home = homeOf(shell, prefix);
        return home === undefined ? whole : `:${home}`;
      });
    }
    return out === part.text ? part : { ...part, text: out };
  });
}

function replaceFirst(shell: Shell, value: string, alone: boolean, assignment: boolean): string {
  const prefix = (assignment ? /^~[^/:]*/ : /^~[^/]*/).exec(value)?.[0];
  if (prefix === undefined || (!alone && prefix.length === value.length)) return value;
  const home = homeOf(shell, prefix);
  return home === undefined ? value : home + value.slice(prefix.length);
}

function homeOf(shell: Shell, prefix: string): string | undefined {
  const user = prefix.slice(1);
  if (user === '')
    return shell.variables.text('HOME') ?? passwdHome(shell, (fields) => fields[2] === String(shell.p.uid));
  if (user === '+') return shell.variables.text('PWD') ?? shell.p.cwd;
  if (user === '-') return shell.variables.text('OLDPWD');
  return passwdHome(shell, (fields) => fields[0] === user);
}

function passwdHome(shell: Shell, wanted: (fields: string[]) => boolean): string | undefined {
  if (!shell.p.fs.exists('/etc/passwd')) return undefined;
  const lines = text(shell.p.fs.read('/etc/passwd')).split('\n');
  return lines.map((line) => line.split(':')).find(wanted)?.[5];
}
