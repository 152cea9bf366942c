import type { Engine } from '../docker/engine/engine.ts';
import { Errno } from '../docker/kernel/errno.ts';
import { type CommandSpec, findCommand } from '../docker/spec/spec.ts';
import { builtinNames } from './builtins/table.ts';
import { compareNames } from './expand/glob.ts';
import { quoteBackslash } from './expand/quote.ts';
import type { Shell } from './run/shell.ts';

export interface CompletionItem {
  readonly text: string;
  /** `command`, `flag`, `container`, `image`, `network`, `volume`, `file`, `folder`, `variable`. */
  readonly kind: string;
}

/** What may stand at the cursor instead of the characters from `from` to it. */
export interface Completion {
  readonly from: number;
  readonly items: CompletionItem[];
}

interface World {
  readonly shell: Shell;
  readonly engine: Engine;
}

/** What Tab offers: names of commands, docker's sub-commands and flags, names of objects, files. */
export function completeLine(line: string, cursor: number, world: World): Completion {
  const before = line.slice(0, cursor);
  const { words, from } = currentCommand(before);
  const word = before.slice(from);
  const items = candidates(words, word, world);
  const seen = new Set<string>();
  const wanted = items
    .filter((item) => item.text.startsWith(word) && item.text !== '')
    .filter((item) => !seen.has(item.text) && seen.add(item.text))
    .sort((a, b) => compareNames(a.text, b.text));
  return { from, items: wanted };
}

/** The words of the command the cursor is in, without the one it stands at, and where that one begins. */
function currentCommand(before: string): { words: string[]; from: number } {
  let words: string[] = [];
  let from = 0;
  let word = '';
  let quote = '';
  let inWord = false;
  for (let i = 0; i < before.length; i++) {
    const c = before[i] ?? '';
    if (quote !== '') {
      if (c === quote) quote = '';
      else word += c;
      continue;
    }
    if (c === '\\') {
      word += before[++i] ?? '';
      inWord = true;
    } else if (c === "'" || c === '"') {
      quote = c;
      inWord = true;
    } else if (/\s/.test(c)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      from = i + 1;
    } else if (/[;&|(`]/.test(c)) {
      words = [];
      word = '';
      inWord = false;
      from = i + 1;
    } else {
      if (!inWord) from = i;
      word += c;
      inWord = true;
    }
  }
  return { words: words.filter((w, i) => i > 0 || !/^[A-Za-z_]\w*=/.test(w)), from };
}

function candidates(words: readonly string[], word: string, world: World): CompletionItem[] {
  if (word.startsWith('$'))
    return world.shell.variables.names().map((name) => ({ text: `$${name}`, kind: 'variable' }));
  const command = words[0] === 'sudo' || words[0] === 'time' ? words.slice(1) : words;
  if (command.length === 0) return word.includes('/') ? files(word, world.shell) : commands(world.shell);
  if (command[0] === 'docker') return docker(command.slice(1), word, world);
  return files(word, world.shell);
}

function commands(shell: Shell): CompletionItem[] {
  const names = new Set([
    ...builtinNames(shell).filter((name) => /^[a-z]/.test(name)),
    ...shell.functions.keys(),
    ...shell.aliases.keys(),
  ]);
  for (const folder of (shell.variables.text('PATH') ?? '').split(':')) {
    if (shell.p.fs.isDirectory(folder))
      for (const name of shell.p.fs.list(folder)) if (/^[a-z]/.test(name)) names.add(name);
  }
  return [...names].map((text) => ({ text, kind: 'command' }));
}

/** Names of files that begin with what was typed, folders with a slash. */
function files(word: string, shell: Shell): CompletionItem[] {
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  const typed = word.slice(folder.length);
  const home = shell.variables.text('HOME') ?? '/';
  const place = folder === '' ? '.' : folder.replace(/^~(?=\/)/, home);
  try {
    return shell.p.fs
      .list(place, shell.p.cwd)
      .filter((name) => typed.startsWith('.') || !name.startsWith('.'))
      .map((name) => {
        const directory = shell.p.fs.isDirectory(`${place}/${name}`, shell.p.cwd);
        return {
          text: `${folder}${quoteBackslash(name)}${directory ? '/' : ''}`,
          kind: directory ? 'folder' : 'file',
        };
      });
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

function docker(words: readonly string[], word: string, world: World): CompletionItem[] {
  const plain = words.filter((w) => !w.startsWith('-'));
  const { command, used } = findCommand(plain);
  if (word.startsWith('-')) return flags(command);
  if (command.children.length > 0 && used === plain.length) {
    return command.children.map((text) => ({ text, kind: 'command' }));
  }
  const value = flagBefore(command, words.at(-1));
  if (value !== undefined) return valuesOf(value, word, world);
  return operands(command, plain.length - used, word, world);
}

function flags(command: CommandSpec): CompletionItem[] {
  return command.flags
    .filter((flag) => !flag.hidden)
    .flatMap((flag) => [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])])
    .map((text) => ({ text, kind: 'flag' }));
}

/** The flag that the word after `last` is the value of. */
function flagBefore(command: CommandSpec, last: string | undefined): string | undefined {
  if (last === undefined || !last.startsWith('-') || last.includes('=')) return undefined;
  const flag = command.flags.find(
    ({ name, short }) => last === `--${name}` || (short !== undefined && last === `-${short}`),
  );
  return flag === undefined || flag.type === 'bool' ? undefined : flag.name;
}

function valuesOf(flag: string, word: string, world: World): CompletionItem[] {
  switch (flag) {
    case 'network':
      return networks(world);
    case 'volumes-from':
    case 'link':
      return containers(world, false);
    case 'volume':
    case 'mount':
      return [...volumes(world), ...files(word, world.shell)];
    case 'file':
    case 'env-file':
    case 'output':
    case 'input':
    case 'cidfile':
    case 'iidfile':
      return files(word, world.shell);
    default:
      return [];
  }
}

const RUNNING = new Set(['exec', 'attach', 'stop', 'kill', 'pause', 'top', 'port']);

function operands(command: CommandSpec, position: number, word: string, world: World): CompletionItem[] {
  const parts = command.id.split(' ');
  const [group = '', name = ''] = parts;
  if (group === 'container') {
    if (name === 'run' || name === 'create') return position === 0 ? images(world) : [];
    if (name === 'exec') return position === 0 ? containers(world, true) : [];
    if (name === 'cp')
      return [
        ...containers(world, false).map((item) => ({ ...item, text: `${item.text}:` })),
        ...files(word, world.shell),
      ];
    if (name === 'ls' || name === 'prune') return [];
    return containers(world, RUNNING.has(name));
  }
  if (group === 'image')
    return name === 'build' || name === 'load' || name === 'import'
      ? files(word, world.shell)
      : images(world);
  if (group === 'network') {
    if (name === 'create' || name === 'ls') return [];
    return position === 0 || (name !== 'connect' && name !== 'disconnect')
      ? networks(world)
      : containers(world, false);
  }
  if (group === 'volume') return name === 'create' || name === 'ls' ? [] : volumes(world);
  if (command.id === 'inspect')
    return [...containers(world, false), ...images(world), ...networks(world), ...volumes(world)];
  return files(word, world.shell);
}

const containers = ({ engine }: World, running: boolean): CompletionItem[] =>
  engine
    .containerList({ all: !running })
    .flatMap((container) => container.Names.slice(0, 1))
    .map((name) => ({ text: name.replace(/^\//, ''), kind: 'container' }));

const images = ({ engine }: World): CompletionItem[] =>
  engine
    .imageList({})
    .flatMap((image) => image.RepoTags ?? [])
    .filter((tag) => !tag.startsWith('<none>'))
    .flatMap((tag) => (tag.endsWith(':latest') ? [tag.replace(/:latest$/, ''), tag] : [tag]))
    .map((text) => ({ text, kind: 'image' }));

const networks = ({ engine }: World): CompletionItem[] =>
  engine.networkList().map((network) => ({ text: network.Name, kind: 'network' }));

const volumes = ({ engine }: World): CompletionItem[] =>
  engine.volumeList().map((volume) => ({ text: volume.Name, kind: 'volume' }));
