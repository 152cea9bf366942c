import type { Random } from '../../src/docker/kernel/random.ts';
import { allCommands, type CommandSpec, type FlagSpec, takesValue } from '../../src/docker/spec/spec.ts';
import type { Theme } from './themes.ts';
import {
  ABSURD,
  BY_TYPE,
  COMMANDS,
  COMPOSE_SERVICES,
  CONTAINERS,
  IMAGES,
  NETWORKS,
  SERVICES,
  STACKS,
  VALUES,
  VOLUMES,
} from './values.ts';

/** Names that containers and services get. */
const NAMES = ['aa', 'bb', 'cc', 'web', 'db', 'svc'];

/** Flags that are given so often that among all of them they would be too rare. */
const USUAL = new Set(
  'network publish volume mount rm name env restart detach interactive tty user workdir entrypoint label health-cmd memory link publish-all hostname ip network-alias volumes-from all quiet format filter force tag target build-arg file output no-cache replicas mode secret config image scale'.split(
    ' ',
  ),
);

function quote(random: Random, value: string): string {
  if (/^\$\(/.test(value)) return value;
  if (/^[\w./:=@,+-]+$/.test(value) && random.below(8) > 0) return value;
  return value.includes("'") || random.below(4) === 0
    ? `"${value.replace(/["$`\\]/g, '\\$&')}"`
    : `'${value}'`;
}

function value(random: Random, flag: FlagSpec): string {
  const usual = VALUES[flag.name] ?? BY_TYPE[flag.type] ?? ABSURD;
  return quote(random, usualOr(random, usual));
}

function flagText(random: Random, command: CommandSpec): string {
  if (random.below(80) === 0) return random.pick(['--nope', '-?', '-Z', '--nope=1', '---', '-', '--help']);
  const { flags } = command;
  if (flags.length === 0) return '';
  const usual = flags.filter(({ name }) => USUAL.has(name));
  const flag = random.pick(usual.length > 0 && random.below(2) === 0 ? usual : flags);
  const name = flag.short !== undefined && random.below(2) === 0 ? `-${flag.short}` : `--${flag.name}`;
  if (!takesValue(flag))
    return random.below(10) === 0 ? `${name}=${random.pick(['true', 'false', 'x', ''])}` : name;
  return `${name}${random.pick([' ', '=', name.startsWith('--') ? '=' : ''])}${value(random, flag)}`;
}

/** A word of a usage line as an argument: `CONTAINER` ⇒ the name of one. */
function argument(random: Random, word: string, command: CommandSpec): string {
  if (random.below(40) === 0) return quote(random, random.pick(ABSURD));
  if (/CONTAINER:|\|-|SRC_PATH|DEST_PATH/.test(word))
    return random.pick([
      'aa:/etc/hostname',
      'bb:/data',
      'aa:/nope/x',
      'env',
      'sub',
      '-',
      '.',
      'nope:/x',
      'aa:',
      'cc:/etc',
      '/tmp/out',
      'aa:rel',
      'sub/.',
    ]);
  if (/REPLICAS|NUM/.test(word)) return `${random.pick(SERVICES)}=${random.pick(['0', '1', '3', '-1', 'x'])}`;
  if (/SERVICE/.test(word))
    return random.pick(command.path.startsWith('compose') ? COMPOSE_SERVICES : SERVICES);
  if (/STACK/.test(word)) return random.pick(STACKS);
  if (/SECRET/.test(word)) return random.pick(['sec', 'sec', 'nope']);
  if (/CONFIG/.test(word)) return random.pick(['conf', 'conf', 'nope']);
  if (/NODE/.test(word)) return random.pick(['self', '$(docker node ls -q)', 'nope']);
  if (/CONTAINER/.test(word)) return random.pick(CONTAINERS);
  if (/NEW_NAME/.test(word)) return random.pick(['aa', 'bb', 'renamed', 'bad name', '']) || '""';
  if (/IMAGE|REPOSITORY|NAME\[|NAME:TAG/.test(word)) return random.pick(IMAGES);
  if (/NETWORK/.test(word)) return random.pick(NETWORKS);
  if (/VOLUME/.test(word)) return random.pick(VOLUMES);
  if (/COMMAND|ARG/.test(word)) return random.pick(COMMANDS);
  if (/PORT/.test(word)) return random.pick(['80', '80/tcp', '80/udp', 'x', '9999']);
  if (/PATH|URL|file/.test(word))
    return random.pick(['.', 'sub', 'nope', '-', 'env', 'http://example.com/x']);
  if (/CONTEXT/.test(word)) return random.pick(['default', 'other', 'other', 'nope']);
  if (/ID|NAME/.test(word))
    return random.pick(
      command.id === 'inspect'
        ? [...CONTAINERS, ...IMAGES, ...NETWORKS, ...VOLUMES]
        : ['aa', 'alpine', 'net1', 'vol1', 'nope'],
    );
  if (command.path.startsWith('volume')) return random.pick(VOLUMES);
  if (command.path.startsWith('network')) return random.pick(NETWORKS);
  return random.pick(['x', 'aa', 'alpine', ...ABSURD.map((text) => quote(random, text))]);
}

function args(random: Random, command: CommandSpec): string[] {
  const line = (command.usage.split('\n')[0] ?? '')
    .replace(/^docker(?: [a-z-]+)*/, '')
    .replace('[OPTIONS]', '');
  const out: string[] = [];
  for (const word of line.replaceAll(' | ', '|').trim().split(/\s+/)) {
    if (word === '') continue;
    if (word.startsWith('[') && random.below(2) === 0) continue;
    if (random.below(60) === 0) continue;
    out.push(argument(random, word, command));
    if (word.includes('...')) while (random.below(3) === 0) out.push(argument(random, word, command));
  }
  if (random.below(60) === 0) out.push('extra');
  return out;
}

function dockerCommand(random: Random, { common }: Theme): string {
  const commands = allCommands();
  let spec = random.pick(commands);
  let words = spec.path;
  if (random.below(3) > 0) {
    const [path, typed] = random.pick(common);
    spec = commands.find((command) => command.path === path || command.aliases.includes(path)) ?? spec;
    words = typed.endsWith('--name') ? `${typed} ${random.pick(NAMES)}` : typed;
  }
  const flags: string[] = [];
  while (random.below(5) < 2 && flags.length < 5) flags.push(flagText(random, spec));
  if (/prune/.test(words) && random.below(4) > 0) flags.push('-f');
  const global =
    random.below(60) === 0
      ? `${random.pick(['-D', '--debug', '-H tcp://x', '--context default', '--log-level x', '-v', '--config /tmp'])} `
      : '';
  let runArgs = args(random, spec);
  if (/^(run|create|service create)\b/.test(words))
    runArgs = [
      random.pick(random.below(3) > 0 ? ['alpine', 'busybox', 'nginx:alpine', 'redis:alpine'] : IMAGES),
      ...(random.below(3) > 0 ? [random.pick(COMMANDS)] : []),
    ];
  if (/^exec$/.test(words)) runArgs = [random.pick(CONTAINERS), random.pick(COMMANDS)];
  if (spec.path === 'compose exec') runArgs = [random.pick(COMPOSE_SERVICES), random.pick(COMMANDS)];
  if (spec.path === 'compose run')
    runArgs = [random.pick(COMPOSE_SERVICES), ...(random.below(3) > 0 ? [random.pick(COMMANDS)] : [])];
  const docker = words.startsWith('timeout ') ? '' : `docker ${global}`;
  return `${docker}${[words, ...flags, ...runArgs].filter((part) => part !== '').join(' ')}`;
}

/** Mostly one of the first, sensible half. */
function usualOr(random: Random, usual: readonly string[]): string {
  if (random.below(16) === 0) return random.pick(ABSURD);
  return random.pick(random.below(2) === 0 ? usual.slice(0, Math.ceil(usual.length / 2)) : usual);
}

/** Lines that make something to work on. */
export function setupLines(random: Random, { first, setup }: Theme): string[] {
  const left = [...setup];
  return [...first, ...Array.from({ length: 4 }, () => left.splice(random.below(left.length), 1)[0] ?? '')];
}

/** A command line: mostly one `docker …`, now and then in a pipe, redirected, in a list or a substitution. */
export function commandLine(random: Random, theme: Theme): string {
  const one = dockerCommand(random, theme);
  switch (random.below(24)) {
    case 0:
      return `${one} | ${random.pick(['head -n 2', 'wc -l', 'cat', 'grep -c a', 'sort', 'true', 'docker load', 'docker import - mine', 'tee out'])}`;
    case 1:
      return `${one} ${random.pick(['> out.tar', '2> err', '>> out 2>&1', '< env', '> /dev/null', '> /nope/x', '&> all', '2>&1 >&2'])}`;
    case 2:
      return `${one} ${random.pick(['&&', '||', ';', '&'])} ${dockerCommand(random, theme)}`;
    case 3:
      return `x=$(${one}); echo "$x" | head -c 100; docker inspect $x`;
    case 4:
      return `for i in 1 2; do ${one}; done`;
    case 5:
      return `echo hi | ${one}`;
    case 6:
      return `timeout 5 ${one}`;
    case 7:
      return `cd ${random.pick(['sub', '/tmp', '/home/student/lab', 'nope'])}; ${one}`;
    default:
      return one;
  }
}
