import type { Shell } from '../run/shell.ts';
import * as control from './control.ts';
import { cd, dirs, popd, pushd, pwd } from './directories.ts';
import { mapfile, read } from './input.ts';
import { bg, disown, fg, jobs, kill, wait } from './jobs.ts';
import { getopts, history, shopt, times, trap, ulimit, umask } from './misc.ts';
import { alias, hash, help, type, unalias } from './names.ts';
import { echo, printf } from './output.ts';
import { letCommand, set, shift } from './settings.ts';
import { test } from './test.ts';
import type { Builtin } from './types.ts';
import { declare, exportNames, local, readonlyNames, unset } from './variables.ts';

/** Builtins of every shell here. */
const COMMON: Readonly<Record<string, Builtin>> = {
  ':': control.yes,
  '.': control.source,
  '[': test,
  alias,
  bg,
  break: control.breakLoop,
  cd,
  command: control.command,
  continue: control.continueLoop,
  echo,
  eval: control.evaluate,
  exec: control.exec,
  exit: control.exit,
  export: exportNames,
  false: control.no,
  fg,
  getopts,
  hash,
  jobs,
  kill,
  local,
  printf,
  pwd,
  read,
  readonly: readonlyNames,
  return: control.returnFrom,
  set,
  shift,
  test,
  times,
  trap,
  true: control.yes,
  type,
  ulimit,
  umask,
  unalias,
  unset,
  wait,
};

const ASH_ONLY: Readonly<Record<string, Builtin>> = {
  '[[': test,
  help,
  history,
  let: letCommand,
  source: control.source,
};

const BASH_ONLY: Readonly<Record<string, Builtin>> = {
  builtin: control.builtin,
  declare,
  dirs,
  disown,
  help,
  history,
  let: letCommand,
  mapfile,
  popd,
  pushd,
  readarray: mapfile,
  shopt,
  source: control.source,
  typeset: declare,
};

const TABLES = {
  bash: new Map(Object.entries({ ...COMMON, ...BASH_ONLY })),
  dash: new Map(Object.entries(COMMON)),
  ash: new Map(Object.entries({ ...COMMON, ...ASH_ONLY })),
};

const SPECIAL = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
]);

/** The builtin of this name in this shell. */
export const builtinOf = (shell: Shell, name: string): Builtin | undefined =>
  TABLES[shell.dialect.name].get(name);

/** Their names, sorted. */
export const builtinNames = (shell: Shell): string[] => [...TABLES[shell.dialect.name].keys()].sort();

/** POSIX's special builtins: an error in one ends a shell that is not interactive. */
export const isSpecial = (_shell: Shell, name: string): boolean => SPECIAL.has(name);
