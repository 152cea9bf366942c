import type { Shell } from '../run/shell.ts';
import * as control from './control.ts';
import { cd, dirs, popd, pushd, pwd } from './directories.ts';
import { echo, printf } from './output.ts';
import { letCommand, set, shift } from './settings.ts';
import { test } from './test.ts';
import type { Builtin } from './types.ts';
import { declare, exportNames, local, readonlyNames, unset } from './variables.ts';

/** A builtin whose code is loaded when it is first called. */
function lazily<Module>(load: () => Promise<Module>, pick: (module: Module) => Builtin): Builtin {
  let module: Module | undefined;
  return function* (shell, args, context) {
    module ??= yield* shell.p.kernel.external(load());
    return yield* pick(module)(shell, args, context);
  };
}

const ofInput = (pick: (module: typeof import('./input.ts')) => Builtin): Builtin =>
  lazily(() => import('./input.ts'), pick);
const ofJobs = (pick: (module: typeof import('./jobs.ts')) => Builtin): Builtin =>
  lazily(() => import('./jobs.ts'), pick);
const ofMisc = (pick: (module: typeof import('./misc.ts')) => Builtin): Builtin =>
  lazily(() => import('./misc.ts'), pick);
const ofNames = (pick: (module: typeof import('./names.ts')) => Builtin): Builtin =>
  lazily(() => import('./names.ts'), pick);

const help = ofNames((m) => m.help);
const history = ofMisc((m) => m.history);
const mapfile = ofInput((m) => m.mapfile);

/** Builtins of every shell here. */
const COMMON: Readonly<Record<string, Builtin>> = {
  ':': control.yes,
  '.': control.source,
  '[': test,
  alias: ofNames((m) => m.alias),
  bg: ofJobs((m) => m.bg),
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
  fg: ofJobs((m) => m.fg),
  getopts: ofMisc((m) => m.getopts),
  hash: ofNames((m) => m.hash),
  jobs: ofJobs((m) => m.jobs),
  kill: ofJobs((m) => m.kill),
  local,
  printf,
  pwd,
  read: ofInput((m) => m.read),
  readonly: readonlyNames,
  return: control.returnFrom,
  set,
  shift,
  test,
  times: ofMisc((m) => m.times),
  trap: ofMisc((m) => m.trap),
  true: control.yes,
  type: ofNames((m) => m.type),
  ulimit: ofMisc((m) => m.ulimit),
  umask: ofMisc((m) => m.umask),
  unalias: ofNames((m) => m.unalias),
  unset,
  wait: ofJobs((m) => m.wait),
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
  disown: ofJobs((m) => m.disown),
  help,
  history,
  let: letCommand,
  mapfile,
  popd,
  pushd,
  readarray: mapfile,
  shopt: ofMisc((m) => m.shopt),
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
