import { parseSignal, SIGNALS, type Signal } from '../../docker/kernel/signals.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { quoteForReading } from '../expand/quote.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import type { Condition } from '../run/traps.ts';
import { readOptions } from './types.ts';

/** `umask [-S] [mode]` */
export function* umask(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest } = readOptions(args, 'Sp');
  const { p } = shell;
  const [mode] = rest;
  if (mode === undefined) {
    const letters = (bits: number): string =>
      `${(bits & 4) === 0 ? '' : 'r'}${(bits & 2) === 0 ? '' : 'w'}${(bits & 1) === 0 ? '' : 'x'}`;
    const allowed = ~p.umask & 0o777;
    yield* p.print(
      options.has('S')
        ? `u=${letters(allowed >> 6)},g=${letters(allowed >> 3)},o=${letters(allowed)}\n`
        : `${p.umask.toString(8).padStart(4, '0')}\n`,
    );
    return 0;
  }
  if (/^[0-7]+$/.test(mode)) {
    p.umask = Number.parseInt(mode, 8) & 0o777;
    return 0;
  }
  for (const clause of mode.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (match === null)
      throw new Complaint(
        shell.dialect.name === 'bash'
          ? `\`${mode.slice(0, 1)}': invalid symbolic mode operator`
          : `Illegal mode: ${mode}`,
        shell.dialect.name === 'bash' ? 1 : 2,
      );
    const [, who = '', operator, what = ''] = match;
    const bits = (what.includes('r') ? 4 : 0) | (what.includes('w') ? 2 : 0) | (what.includes('x') ? 1 : 0);
    for (const [letter, by] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who !== '' && !who.includes('a') && !who.includes(letter)) continue;
      const allowed = (~p.umask >> by) & 7;
      const next = operator === '=' ? bits : operator === '+' ? allowed | bits : allowed & ~bits;
      p.umask = (p.umask & ~(7 << by)) | ((~next & 7) << by);
    }
  }
  return 0;
}

/** Name in limits.conf, words of `ulimit -a`, unit, and what a machine without settings has. */
const LIMITS: Readonly<Record<string, readonly [string, string, string, number]>> = {
  c: ['core', 'core file size', 'blocks, ', 0],
  d: ['data', 'data seg size', 'kbytes, ', Number.POSITIVE_INFINITY],
  f: ['fsize', 'file size', 'blocks, ', Number.POSITIVE_INFINITY],
  i: ['sigpending', 'pending signals', '', 15410],
  l: ['memlock', 'max locked memory', 'kbytes, ', 8192],
  m: ['rss', 'max memory size', 'kbytes, ', Number.POSITIVE_INFINITY],
  n: ['nofile', 'open files', '', 1048576],
  s: ['stack', 'stack size', 'kbytes, ', 8192],
  t: ['cpu', 'cpu time', 'seconds, ', Number.POSITIVE_INFINITY],
  u: ['nproc', 'max user processes', '', 15410],
  v: ['as', 'virtual memory', 'kbytes, ', Number.POSITIVE_INFINITY],
};

/** `ulimit [-HS] [-a | -letter] [value]`: shows the limits the container was given. */
export function* ulimit(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest, bad } = readOptions(args, `HSa${Object.keys(LIMITS).join('')}`);
  if (bad !== undefined && shell.dialect.name === 'ash') {
    // busybox reads these by getopt(3), which speaks for itself.
    yield* shell.p.error(`ulimit: invalid option -- '${bad}'\n`);
    return 1;
  }
  if (bad !== undefined)
    throw new Complaint(
      shell.dialect.name === 'bash'
        ? `-${bad}: invalid option\nulimit: usage: ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]`
        : `bad option -${bad}`,
      2,
    );
  const value = (letter: string): string => {
    const [name = '', , , standard = 0] = LIMITS[letter] ?? [];
    const given = shell.p.cgroup.ulimits?.[name];
    const n = given === undefined ? standard : options.has('H') ? given.hard : given.soft;
    return n === Number.POSITIVE_INFINITY || n < 0 ? 'unlimited' : String(n);
  };
  if (options.has('a')) {
    for (const [letter, [, words, unit]] of Object.entries(LIMITS)) {
      yield* shell.p.print(`${words.padEnd(28)}(${unit}-${letter}) ${value(letter)}\n`);
    }
    return 0;
  }
  const letters = [...options].filter((letter) => letter !== 'H' && letter !== 'S');
  if (rest.length > 0) throw new Complaint('limits cannot be changed in the simulation', 1);
  for (const letter of letters.length === 0 ? ['f'] : letters) yield* shell.p.print(`${value(letter)}\n`);
  return 0;
}

const minutes = (ms: number, digits: number): string =>
  `${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(digits)}s`;

/** `times`: computing time of the shell and of its children. */
export function* times(shell: Shell): Sys<number> {
  const digits = shell.dialect.name === 'dash' ? 6 : 3;
  const row = (ms: number): string => `${minutes(ms * 0.6, digits)} ${minutes(ms * 0.4, digits)}\n`;
  yield* shell.p.print(row(shell.p.cpuTime) + row(shell.childComputing));
  return 0;
}

/** `history [-c] [n]` */
export function* history(shell: Shell, args: readonly string[]): Sys<number> {
  if (args[1] === '-c') {
    shell.history.length = 0;
    return 0;
  }
  const n = args[1] === undefined ? shell.history.length : Number(args[1]);
  if (Number.isNaN(n)) throw new Complaint(`${args[1]}: numeric argument required`, 1);
  const from = Math.max(0, shell.history.length - n);
  yield* shell.p.print(
    shell.history
      .slice(from)
      .map((line, i) => `${String(from + i + 1).padStart(5)}  ${line}\n`)
      .join(''),
  );
  return 0;
}

/** `getopts options name [arguments]` */
export function* getopts(shell: Shell, args: readonly string[]): Sys<number> {
  const [, spec, name, ...given] = args;
  if (spec === undefined || name === undefined) {
    if (shell.dialect.name === 'bash') {
      yield* shell.p.error('getopts: usage: getopts optstring name [arg ...]\n');
      return 2;
    }
    throw new Complaint(
      shell.dialect.name === 'dash'
        ? 'Usage: getopts optstring var [arg...]'
        : 'usage: getopts optstring var [arg]',
      2,
    );
  }
  const words = given.length > 0 ? given : shell.parameters.positional;
  const put = (variable: string, value: string | undefined): void => {
    if (value === undefined) shell.parameters.unset(variable);
    else shell.parameters.assign(variable, value);
  };
  let index = Number(shell.variables.text('OPTIND') ?? 1) || 1;
  if (index !== shell.optionIndex) shell.optionAt = 1;
  const end = (): number => {
    put(name, '?');
    put('OPTARG', undefined);
    put('OPTIND', String(index));
    shell.optionIndex = index;
    shell.optionAt = 1;
    return 1;
  };
  const word = words[index - 1];
  if (word === undefined || !/^-./.test(word)) return end();
  if (word === '--') {
    index++;
    return end();
  }
  const letter = word[shell.optionAt] ?? '';
  shell.optionAt++;
  const silent = spec.startsWith(':');
  const position = letter === ':' ? -1 : spec.indexOf(letter);
  const next = (): void => {
    index++;
    shell.optionAt = 1;
  };
  let argument: string | undefined;
  let result = letter;
  let complaint: string | undefined;
  if (position < 0) {
    result = '?';
    if (silent) argument = letter;
    else
      complaint =
        shell.dialect.name === 'bash'
          ? `${shell.arg0}: illegal option -- ${letter}`
          : `Illegal option -${letter}`;
    if (shell.optionAt >= word.length) next();
  } else if (spec[position + 1] === ':') {
    argument = word.slice(shell.optionAt);
    next();
    if (argument === '') {
      argument = words[index - 1];
      if (argument === undefined) {
        result = silent ? ':' : '?';
        if (silent) argument = letter;
        else
          complaint =
            shell.dialect.name === 'bash'
              ? `${shell.arg0}: option requires an argument -- ${letter}`
              : `No arg for -${letter} option`;
      } else index++;
    }
  } else if (shell.optionAt >= word.length) next();
  if (complaint !== undefined && shell.variables.text('OPTERR') !== '0')
    yield* shell.p.error(`${complaint}\n`);
  put(name, result);
  put('OPTARG', argument);
  put('OPTIND', String(index));
  shell.optionIndex = index;
  return 0;
}

const PSEUDO = ['EXIT', 'ERR', 'DEBUG', 'RETURN'] as const;

function conditionOf(written: string): Condition | undefined {
  if (written === '0') return 'EXIT';
  const name = written.toUpperCase().replace(/^SIG/, '');
  return PSEUDO.find((pseudo) => pseudo === name) ?? parseSignal(written);
}

/** `trap [action] conditions`, `trap -p`, `trap -l` */
export function* trap(shell: Shell, args: readonly string[]): Sys<number> {
  let rest = args.slice(1);
  const bash = shell.dialect.name === 'bash';
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest[0] === '-l') {
    yield* shell.p.print(
      `${Object.entries(SIGNALS)
        .map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`)
        .join('\n')}\n`,
    );
    return 0;
  }
  if (rest.length === 0 || rest[0] === '-p') {
    const wanted = rest.slice(1).map(conditionOf);
    const order = (condition: Condition): number =>
      condition === 'EXIT' ? 0 : condition in SIGNALS ? SIGNALS[condition as Signal] : 99;
    for (const [condition, action] of [...shell.traps.all].sort(([a], [b]) => order(a) - order(b))) {
      if (wanted.length > 0 && !wanted.includes(condition)) continue;
      const name = bash && condition in SIGNALS ? `SIG${condition}` : condition;
      yield* shell.p.print(`trap -- ${quoteForReading(action)} ${name}\n`);
    }
    return 0;
  }
  // A single word, or a number first, means: back to the default.
  const [first = ''] = rest;
  const resets =
    first === '-' || /^\d+$/.test(first) || (rest.length === 1 && conditionOf(first) !== undefined);
  const action = resets ? undefined : first;
  const conditions = resets && first !== '-' ? rest : rest.slice(1);
  if (conditions.length === 0) {
    if (bash && !resets) {
      yield* shell.p.error('trap: usage: trap [-lp] [[arg] signal_spec ...]\n');
      return 2;
    }
    return 0;
  }
  let status = 0;
  for (const written of conditions) {
    const condition = conditionOf(written);
    if (condition !== undefined) {
      shell.traps.set(condition, action);
      continue;
    }
    if (shell.dialect.name === 'dash') yield* shell.p.error(`trap: ${written}: bad trap\n`);
    else
      yield* shell.complain(
        bash ? `trap: ${written}: invalid signal specification` : `${written}: invalid signal specification`,
        bash ? undefined : 'trap',
      );
    status = 1;
  }
  return status;
}

const SHOPTS = [
  'autocd',
  'cdspell',
  'checkwinsize',
  'cmdhist',
  'dotglob',
  'expand_aliases',
  'extglob',
  'failglob',
  'globstar',
  'histappend',
  'hostcomplete',
  'inherit_errexit',
  'interactive_comments',
  'lastpipe',
  'login_shell',
  'nocaseglob',
  'nocasematch',
  'nullglob',
  'progcomp',
  'promptvars',
  'sourcepath',
  'xpg_echo',
];

/** `shopt [-suqp] [names]` */
export function* shopt(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest, bad } = readOptions(args, 'suqpo');
  if (bad !== undefined)
    throw new Complaint(`-${bad}: invalid option\nshopt: usage: shopt [-pqsu] [-o] [optname ...]`, 2);
  let status = 0;
  const own = options.has('o');
  const names = own ? shell.options : shell.shopts;
  for (const name of rest.length > 0 ? rest : SHOPTS) {
    if (!own && !SHOPTS.includes(name)) {
      yield* shell.complain(`shopt: ${name}: invalid shell option name`);
      status = 1;
      continue;
    }
    if (options.has('s') && rest.length > 0) names.add(name);
    else if (options.has('u') && rest.length > 0) names.delete(name);
    else {
      const on = names.has(name);
      if ((options.has('s') && !on) || (options.has('u') && on)) continue;
      if (rest.length > 0 && !on) status = 1;
      if (options.has('q')) continue;
      yield* shell.p.print(
        options.has('p')
          ? `shopt ${on ? '-s' : '-u'} ${name}\n`
          : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`,
      );
    }
  }
  return status;
}
