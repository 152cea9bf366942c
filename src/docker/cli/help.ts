import type { EngineApi } from '../engine/api.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import { type CommandSpec, commandAt, type FlagSpec } from '../spec/spec.ts';
import { type Describe, descriptionsFor, NO_DESCRIPTIONS } from './descriptions.ts';

/** The commands at the top of `docker --help`. */
const COMMON = new Set([
  'run',
  'exec',
  'ps',
  'build',
  'bake',
  'pull',
  'push',
  'images',
  'login',
  'logout',
  'search',
  'version',
  'info',
]);
/** Swarm's commands; all but `swarm` itself are shown only on a manager. */
const SWARM = new Set(['config', 'node', 'secret', 'service', 'stack', 'swarm']);
/** Commands that plugins bring. */
const PLUGINS = new Set(['buildx', 'compose']);
/** Flags and commands that the CLI hides while the engine is not a swarm manager. */
const SWARM_ONLY: Readonly<Record<string, ReadonlySet<string>>> = {
  'volume create': new Set([
    'availability',
    'group',
    'limit-bytes',
    'required-bytes',
    'scope',
    'secret',
    'sharing',
    'topology-preferred',
    'topology-required',
    'type',
  ]),
  volume: new Set(['update']),
  swarm: new Set(['ca', 'join-token', 'leave', 'unlock', 'unlock-key', 'update']),
};

/** Prints `docker COMMAND --help`. pflag asks the terminal on standard input for its width, the client the engine for its swarm. */
export function* showHelp(p: Process, engine: EngineApi, fd: 1 | 2, command: CommandSpec): Sys<number> {
  const managing = engine.info().Swarm.ControlAvailable;
  const columns = p.files.get(0)?.tty?.columns ?? 80;
  const legacy = (p.env.get('DOCKER_HIDE_LEGACY_COMMANDS') ?? '') === '';
  const look = { columns, managing, legacy, aboutOf: yield* descriptionsFor(p) };
  yield* p.write(fd, helpText(command, look));
  return 0;
}

/** How help is to look; `columns` is the width of the terminal (80 without one). */
interface Look {
  readonly columns?: number;
  readonly aboutOf?: Describe;
  /** The engine manages a swarm: its commands are shown. */
  readonly managing?: boolean;
  /** Commands of before the groups, such as `docker rm`, are shown. */
  readonly legacy?: boolean;
}

/** The text of `docker COMMAND --help`. */
export function helpText(command: CommandSpec, look: Look = {}): string {
  const { columns = 80, aboutOf = NO_DESCRIPTIONS, managing = false, legacy = true } = look;
  const parts: string[] = [`Usage:  ${command.usage}`];
  const about = aboutOf(command.path);
  if (about !== undefined) parts.push(about);
  if (command.aliases.length > 0)
    parts.push(`Aliases:\n  ${command.aliases.map((alias) => `docker ${alias}`).join(', ')}`);
  const hidden = managing ? undefined : SWARM_ONLY[command.path];
  const flags = command.flags.filter((flag) => !flag.hidden && hidden?.has(flag.name) !== true);
  const options = flagUsages(command, flags, columns - 1, aboutOf);
  if (options !== '' && command.path !== '') parts.push(`Options:\n${options}`);
  parts.push(...commandLists(command, { hidden, aboutOf, managing, legacy }));
  if (command.path === '') parts.push(`Global Options:\n${options}`);
  if (command.children.length > 0)
    parts.push(
      `Run '${['docker', ownPath(command), 'COMMAND'].filter((word) => word !== '').join(' ')} --help' for more information on a command.`,
    );
  if (/^buildx( |$)/.test(ownPath(command)))
    parts.push('Experimental commands and flags are hidden. Set BUILDX_EXPERIMENTAL=1 to show them.');
  if (command.path === '')
    parts.push('For more help on how to use Docker, head to https://docs.docker.com/go/guides/');
  return `${parts.join('\n\n')}\n`;
}

/** What a command is called by itself: `builder` is buildx. */
const ownPath = ({ path, usage }: CommandSpec): string =>
  /^docker (buildx(?: [a-z-]+)*) \[OPTIONS\] COMMAND/.exec(usage)?.[1] ?? path;

interface Listing {
  readonly hidden: ReadonlySet<string> | undefined;
  readonly aboutOf: Describe;
  readonly managing: boolean;
  readonly legacy: boolean;
}

function commandLists(
  command: CommandSpec,
  { hidden, aboutOf, managing: manager, legacy }: Listing,
): string[] {
  const children = command.children.filter(
    (name) =>
      hidden?.has(name) !== true && (command.path !== '' || !SWARM.has(name) || name === 'swarm' || manager),
  );
  const list = (heading: string, names: readonly string[]): string[] => {
    if (names.length === 0) return [];
    const width = Math.max(11, ...names.map((name) => name.length));
    const lines = names.map((name) => {
      const path = command.path === '' ? name : `${command.path} ${name}`;
      const shown = command.path === '' && PLUGINS.has(name) ? `${name}*` : name;
      return `  ${shown.padEnd(width)} ${aboutOf(path) ?? ''}`.trimEnd();
    });
    return [`${heading}:\n${lines.join('\n')}`];
  };
  const managing = (name: string): boolean =>
    (commandAt(`${command.path} ${name}`.trim())?.children.length ?? 0) > 0;
  if (command.path !== '')
    return [
      ...list('Management Commands', children.filter(managing)),
      ...list(
        'Commands',
        children.filter((name) => !managing(name)),
      ),
    ];
  return [
    ...list(
      'Common Commands',
      children.filter((name) => COMMON.has(name)),
    ),
    ...list(
      'Management Commands',
      children.filter((name) => !COMMON.has(name) && !SWARM.has(name) && managing(name)),
    ),
    ...list(
      'Swarm Commands',
      children.filter((name) => SWARM.has(name)),
    ),
    ...list(
      'Commands',
      legacy ? children.filter((name) => !COMMON.has(name) && !SWARM.has(name) && !managing(name)) : [],
    ),
  ];
}

/** pflag's FlagUsagesWrapped. */
function flagUsages(
  command: CommandSpec,
  flags: readonly FlagSpec[],
  columns: number,
  aboutOf: Describe,
): string {
  const lines = flags.map((flag) => {
    const name = flag.short === undefined ? `      --${flag.name}` : `  -${flag.short}, --${flag.name}`;
    const type = flag.type === 'bool' ? '' : ` ${flag.type}`;
    const quoted = flag.type === 'string' ? `"${flag.default}"` : flag.default;
    const value = flag.default === undefined ? '' : `(default ${quoted})`;
    const text = [aboutOf(command.path, flag.name), value]
      .filter((part) => part !== undefined && part !== '')
      .join(' ');
    return { head: name + type, text };
  });
  // pflag counts one mark between a flag and its text.
  const longest = Math.max(0, ...lines.map((line) => line.head.length)) + 1;
  return lines
    .map(({ head, text }) =>
      `${head} ${' '.repeat(longest - head.length)} ${wrap(longest + 2, columns, text)}`.trimEnd(),
    )
    .join('\n');
}

/** pflag's wrap: text in a column from `indent` on. */
function wrap(indent: number, width: number, text: string): string {
  let column = indent;
  let room = width - column;
  let out = '';
  if (room < 24) {
    column = 16;
    room = width - column;
    out += `\n${' '.repeat(column)}`;
  }
  if (room < 24) return text.replaceAll('\n', out);
  const slop = 5;
  room -= slop;
  const indented = (line: string): string => line.replaceAll('\n', `\n${' '.repeat(column)}`);
  let [line, rest] = cut(room, slop, text);
  out += indented(line);
  while (rest !== '') {
    [line, rest] = cut(room, slop, rest);
    out += `\n${' '.repeat(column)}${indented(line)}`;
  }
  return out;
}

function cut(room: number, slop: number, text: string): [string, string] {
  if (room + slop > text.length) return [text, ''];
  const head = text.slice(0, room);
  const blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'), head.lastIndexOf('\n'));
  if (blank <= 0) return [text, ''];
  const newline = head.lastIndexOf('\n');
  const at = newline > 0 && newline < blank ? newline : blank;
  return [text.slice(0, at), text.slice(at + 1)];
}
