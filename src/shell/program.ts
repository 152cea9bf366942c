import { text } from '../docker/kernel/bytes.ts';
import { Errno } from '../docker/kernel/errno.ts';
import { absolutePath } from '../docker/kernel/fs/vfs.ts';
import type { Process, Program } from '../docker/kernel/process.ts';
import type { Sys } from '../docker/kernel/wait.ts';
import { interact } from './interactive.ts';
import { readScript } from './read-script.ts';
import { BASH_VERSION, Parameters } from './run/parameters.ts';
import { OPTION_LETTERS, Shell } from './run/shell.ts';
import { runFile, runLines } from './run/source-file.ts';
import { newVariable } from './run/variables.ts';
import { ASH, BASH, DASH, type Dialect } from './syntax/dialect.ts';

/** The shells by the ids that images name: `sh` is what the image has, BusyBox's or Debian's. */
export const shellPrograms: Readonly<Record<string, Program>> = {
  bash: (p) => main(p, BASH),
  dash: (p) => main(p, DASH),
  ash: (p) => main(p, ASH),
  sh: (p) => main(p, p.fs.exists('/bin/busybox') ? ASH : DASH),
};

/** A new shell in a process, its variables taken from the environment. */
export function createShell(p: Process, dialect: Dialect, arg0: string): Shell {
  const parameters = new Parameters();
  const shell = new Shell(p, {
    dialect,
    parameters,
    functions: new Map(),
    aliases: new Map(),
    options: new Set(dialect.name === 'bash' ? ['braceexpand', 'hashall'] : ['hashall']),
    shopts: new Set(
      dialect.name === 'bash'
        ? [
            'checkwinsize',
            'cmdhist',
            'hostcomplete',
            'interactive_comments',
            'progcomp',
            'promptvars',
            'sourcepath',
            'extquote',
          ]
        : [],
    ),
    directories: [],
    arg0,
  });
  parameters.pid = p.pid;
  parameters.ppid = p.parent?.pid ?? 0;
  parameters.start(p.kernel.clock.now);
  const { variables } = shell;
  for (const [name, value] of p.env) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === '_') continue;
    variables.put(name, { ...newVariable(value), exported: true });
  }
  setStandardVariables(shell);
  return shell;
}

function setStandardVariables(shell: Shell): void {
  const { p, variables, dialect } = shell;
  const preset = (
    name: string,
    value: string,
    more: { exported?: boolean; readonly?: boolean } = {},
  ): void => {
    const variable = variables.make(name);
    variable.value ??= value;
    variable.exported ||= more.exported === true;
    variable.readonly ||= more.readonly === true;
  };
  const fresh = (name: string, value: string): void => {
    variables.make(name).value = value;
  };
  // PWD of the environment is believed only if it is where we are.
  const pwd = variables.text('PWD');
  if (pwd === undefined || !samePlace(p, pwd)) variables.make('PWD').value = p.cwd;
  else p.cwd = absolutePath(pwd, '/');
  variables.make('PWD').exported = true;
  fresh('IFS', ' \t\n');
  fresh('OPTIND', '1');
  preset('PS4', '+ ');
  preset('PPID', String(p.parent?.pid ?? 0));
  preset(
    'PATH',
    dialect.name === 'ash'
      ? '/sbin:/usr/sbin:/bin:/usr/bin'
      : '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // BusyBox exports the one it falls back on.
    { exported: dialect.name === 'ash' },
  );
  if (dialect.name === 'dash') return;
  const level = Number(variables.text('SHLVL') ?? 0) || 0;
  variables.make('SHLVL').value = String(level + 1);
  variables.make('SHLVL').exported = true;
  fresh('HOSTNAME', p.uts.hostname);
  if (dialect.name === 'ash') return;
  if (variables.get('OLDPWD') === undefined) variables.make('OLDPWD').exported = true;
  preset('BASH', '/bin/bash');
  preset('BASH_VERSION', BASH_VERSION);
  preset('HOSTTYPE', 'x86_64');
  preset('MACHTYPE', 'x86_64-pc-linux-gnu');
  preset('OSTYPE', 'linux-gnu');
  preset('SHELL', '/bin/bash');
  preset('TERM', 'dumb');
  preset('OPTERR', '1');
  variables.put('UID', { ...newVariable(String(p.uid)), integer: true, readonly: true });
  variables.put('EUID', { ...newVariable(String(p.uid)), integer: true, readonly: true });
  const versions = ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'];
  variables.put('BASH_VERSINFO', {
    ...newVariable(),
    list: new Map(versions.map((v, i) => [i, v])),
    readonly: true,
  });
  variables.put('GROUPS', {
    ...newVariable(),
    list: new Map(p.groups.map((group, i) => [i, String(group)])),
  });
}

function samePlace(p: Process, path: string): boolean {
  return (
    path.startsWith('/') &&
    p.fs.isDirectory(path) &&
    p.fs.resolve(path).absolute === p.fs.resolve(p.cwd).absolute
  );
}

interface Invocation {
  command: boolean;
  interactive: boolean;
  fromInput: boolean;
  rest: readonly string[];
}

/** How bash may be called: its forms and the names of its options. */
function* bashUsage(shell: Shell): Sys<string> {
  const { BASH_USAGE } = yield* shell.p.kernel.external(import('./bash-usage.ts'));
  return BASH_USAGE(shell.arg0);
}

/** Reads the shell's own options; returns undefined after printing what is wrong. */
function* readInvocation(shell: Shell, args: readonly string[]): Sys<Invocation | number> {
  const found: Invocation = { command: false, interactive: false, fromInput: false, rest: [] };
  const bash = shell.dialect.name === 'bash';
  let i = 1;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--')) {
      if (arg === '--version' && bash) {
        yield* shell.p.print(
          `GNU bash, version ${BASH_VERSION} (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n`,
        );
        return 0;
      }
      if (bash && ['--login', '--norc', '--noprofile', '--posix', '--noediting'].includes(arg)) continue;
      // BusyBox's shell knows --login only, and lets all others pass.
      if (shell.dialect.name === 'ash') continue;
      if (bash && (arg === '--rcfile' || arg === '--init-file')) {
        i++;
        continue;
      }
      yield* shell.p.error(
        bash
          ? `${shell.arg0}: ${arg}: invalid option\n${yield* bashUsage(shell)}`
          : `${shell.prefix().replace(/1: $/, '0: ')}${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option --\n`,
      );
      return 2;
    }
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c') found.command = true;
      else if (letter === 'i') found.interactive = true;
      else if (letter === 's') found.fromInput = true;
      else if (letter === 'l') {
        if (bash) shell.shopts.add('login_shell');
      } else if (letter === 'r') continue;
      else if (letter === 'o' || letter === 'O') {
        const name = args[++i] ?? '';
        const set = letter === 'o' ? shell.options : shell.shopts;
        if (on) set.add(name);
        else set.delete(name);
      } else {
        const name = OPTION_LETTERS[letter];
        if (name === undefined) {
          yield* shell.p.error(
            bash
              ? `${shell.arg0}: ${arg.slice(0, 1)}${letter}: invalid option\n${yield* bashUsage(shell)}`
              : `${shell.arg0}: 0: ${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option ${arg.slice(0, 1)}${letter}\n`,
          );
          return 2;
        }
        if (on) shell.options.add(name);
        else shell.options.delete(name);
      }
    }
  }
  found.rest = args.slice(i);
  return found;
}

function* main(p: Process, dialect: Dialect): Sys<number> {
  const shell = createShell(p, dialect, p.argv[0] ?? dialect.name);
  const invocation = yield* readInvocation(shell, p.argv);
  if (typeof invocation === 'number') return invocation;
  const { rest } = invocation;
  if (invocation.command) {
    const [line, name, ...more] = rest;
    if (line === undefined) {
      const { name: which } = dialect;
      yield* p.error(
        which === 'bash'
          ? `${shell.arg0}: -c: option requires an argument\n`
          : which === 'dash'
            ? `${shell.arg0}: 0: -c requires an argument\n`
            : `${shell.arg0}: -c requires an argument\n`,
      );
      return 2;
    }
    shell.command = true;
    if (name !== undefined) shell.arg0 = name;
    shell.parameters.positional = more;
    shell.watchInterrupt();
    // dash forks for all but a single command; bash and busybox let the last one have the process.
    const only = dialect.name !== 'dash' || !/[;&|\n]/.test(line.trim());
    return yield* shell.toTheEnd(
      runLines(shell, line, {
        ...(dialect.name === 'bash' ? { context: '-c' } : {}),
        last: only,
        drops: false,
      }),
    );
  }
  const [file, ...more] = rest;
  if (file !== undefined && !invocation.fromInput) return yield* runScriptFile(shell, file, more);
  shell.parameters.positional = rest;
  if (invocation.interactive || (p.isatty(0) && p.isatty(2))) return yield* interact(shell);
  shell.watchInterrupt();
  return yield* shell.toTheEnd(readScript(shell));
}

function* runScriptFile(shell: Shell, file: string, args: readonly string[]): Sys<number> {
  const { p } = shell;
  const as = { uid: p.uid, gid: p.gid, groups: p.groups };
  let source: string;
  try {
    if (p.fs.isDirectory(file, p.cwd)) throw new Errno('EISDIR');
    source = text(p.fs.read(file, p.cwd, as));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    const name = shell.dialect.name;
    if (name === 'bash')
      yield* p.error(
        error.code === 'EISDIR'
          ? `${file}: ${file}: Is a directory\n`
          : `${shell.arg0}: ${file}: ${error.message}\n`,
      );
    else if (name === 'dash')
      yield* p.error(`${shell.arg0}: 0: cannot open ${file}: ${missing ? 'No such file' : error.message}\n`);
    else yield* p.error(`${shell.arg0}: can't open '${file}': ${error.message}\n`);
    return name === 'bash' ? (missing ? 127 : 126) : 2;
  }
  shell.arg0 = file;
  shell.parameters.positional = args;
  shell.watchInterrupt();
  return yield* shell.toTheEnd(runFile(shell, file, source));
}
