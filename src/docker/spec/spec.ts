import { COMMANDS } from './commands.ts';

/** A flag of a command, as `--help` of the real CLI lists it. */
export interface FlagSpec {
  readonly name: string;
  readonly short: string | undefined;
  /** pflag's type name: bool, string, int, list, map, bytes, duration, filter … */
  readonly type: string;
  /** As shown after `(default …)`. */
  readonly default: string | undefined;
  /** Accepted but not listed in `--help`. */
  readonly hidden: boolean;
}

export interface CommandSpec {
  /** Without `docker`: `run`, `container ls`; empty for `docker` itself. */
  readonly path: string;
  /** After `Usage:  `, with its further lines. */
  readonly usage: string;
  /** Full names without `docker`, itself among them: `container ls`, `container list`, `container ps`, `ps`. */
  readonly aliases: readonly string[];
  readonly flags: readonly FlagSpec[];
  /** Names of sub-commands in the order of the help. */
  readonly children: readonly string[];
  /** How many arguments may follow. */
  readonly args: { readonly min: number; readonly max: number };
  /** The one name for all spellings, which handlers and reference data are filed under: `ps` ⇒ `container ls`. */
  readonly id: string;
}

/** Commands that take more arguments than their usage line says. */
const MORE_ARGUMENTS = new Set(['image import']);

interface Table {
  readonly byPath: ReadonlyMap<string, CommandSpec>;
  /** `container list` ⇒ `container ls`: another name of a command under the same parent. */
  readonly aliases: ReadonlyMap<string, string>;
}

let table: Table | undefined;

function load(): Table {
  if (table !== undefined) return table;
  const rows = COMMANDS.split('\n').map((line) => {
    const [path = '', usage = '', aliases = '', flags = ''] = line.split('\t');
    return { path, usage, aliases: aliases === '' ? [] : aliases.split(','), flags };
  });
  const flagTexts = new Map(rows.map((row) => [row.path, row.flags]));
  const children = new Map<string, string[]>();
  for (const { path } of rows) {
    if (path === '') continue;
    const parent = path.split(' ').slice(0, -1).join(' ');
    children.set(parent, [...(children.get(parent) ?? []), path.split(' ').at(-1) ?? '']);
  }
  const byPath = new Map<string, CommandSpec>();
  const aliases = new Map<string, string>();
  for (const row of rows) {
    const text = row.flags.startsWith('=') ? (flagTexts.get(row.flags.slice(1)) ?? '') : row.flags;
    const usage = readUsage(row.path, row.usage);
    const id = row.aliases.find((alias) => flagTexts.has(alias)) ?? row.path;
    byPath.set(row.path, {
      path: row.path,
      usage,
      aliases: row.aliases,
      flags: text === '' ? [] : text.split(' ').map(readFlag),
      children: children.get(row.path) ?? [],
      args: countArguments(usage, id),
      id:
        usage.startsWith('docker buildx') && row.path !== 'builder'
          ? (/^docker (buildx(?: [a-z-]+)*)/.exec(usage)?.[1] ?? id)
          : id,
    });
    for (const alias of row.aliases) {
      if (alias !== row.path && parentOf(alias) === parentOf(row.path) && !flagTexts.has(alias))
        aliases.set(alias, row.path);
    }
  }
  table = { byPath, aliases };
  return table;
}

const parentOf = (path: string): string => path.split(' ').slice(0, -1).join(' ');

function readUsage(path: string, stored: string): string {
  const text = stored.replaceAll('¶', '\n').replaceAll('»', '\t');
  if (text.startsWith('!')) return text.slice(1);
  return ['docker', path, text].filter((part) => part !== '').join(' ');
}

function readFlag(text: string): FlagSpec {
  const match = /^(\.?)([\w.-]+)(?:,(\w))?(?::([\w-]+))?(?:=(.*))?$/.exec(text);
  if (match === null) throw new Error(`spec: cannot read flag ${text}`);
  return {
    name: match[2] ?? '',
    short: match[3],
    type: match[4] ?? 'bool',
    default: match[5]?.replaceAll('~', ' '),
    hidden: match[1] === '.',
  };
}

/** `docker port CONTAINER [PRIVATE_PORT[/PROTO]]` ⇒ 1 to 2; the upper-case words after the command, `[…]` optional, `...` any. */
function countArguments(usage: string, id: string): { min: number; max: number } {
  const line = (usage.split('\n')[0] ?? '').replace(/^docker(?: [a-z-]+)*/, '').replace('[OPTIONS]', '');
  const words = line
    .replace(/\[ps OPTIONS\]/, '[ARG...]')
    .replaceAll(' | ', '|')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  let min = 0;
  let max = 0;
  for (const word of words) {
    if (word.includes('...')) max = Number.POSITIVE_INFINITY;
    else if (word.startsWith('[')) max += 1;
    else if (word !== '|') {
      min += 1;
      max += 1;
    }
  }
  return { min, max: MORE_ARGUMENTS.has(id) ? Number.POSITIVE_INFINITY : max };
}

/** The command with exactly this path (without `docker`), other names included: `container list` ⇒ that of `container ls`. */
export function commandAt(path: string): CommandSpec | undefined {
  const { byPath, aliases } = load();
  return byPath.get(aliases.get(path) ?? path);
}

/**
 * The command that these words call, and how many of them name it: `container ls -a` ⇒ `container ls`, 2; words that name
 * no command ⇒ the deepest one found (`docker` itself for none).
 */
export function findCommand(words: readonly string[]): { command: CommandSpec; used: number } {
  let command = root();
  let used = 0;
  while (used < words.length) {
    const name = words[used] ?? '';
    const next = commandAt(command.path === '' ? name : `${command.path} ${name}`);
    if (name === '' || next === undefined) break;
    command = next;
    used++;
  }
  return { command, used };
}

/** `docker` itself. */
export function root(): CommandSpec {
  const command = load().byPath.get('');
  if (command === undefined) throw new Error('spec: no root command');
  return command;
}

/** Every command of the real CLI, in the order of the walk. */
export function allCommands(): readonly CommandSpec[] {
  return [...load().byPath.values()];
}

/** A flag by its long name or its single letter: `findFlag(run, 'd')`. */
export function findFlag(command: CommandSpec, name: string): FlagSpec | undefined {
  return command.flags.find((flag) => flag.name === name || flag.short === name);
}

/** Does the flag take a value from the next word? All but bool do. */
export function takesValue(flag: FlagSpec): boolean {
  return flag.type !== 'bool';
}
