import {
  type Definition,
  type Plan,
  planBake,
  planText,
  readDefinition,
} from '../../build/bake/definition.ts';
import { BakeError, type BakeMap, type BakeValue, textOf } from '../../build/bake/hcl.ts';
import { failureExcerpt, build as runBuild } from '../../build/build.ts';
import { errorBoxes, NamedProgress } from '../../build/progress/progress.ts';
import { show } from '../../build/progress/show.ts';
import { substitute } from '../../compose/file/interpolate.ts';
import { readYaml } from '../../compose/file/read.ts';
import { isMap, type Tree } from '../../compose/file/tree.ts';
import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { commandAt } from '../../spec/spec.ts';
import type { Call, Command } from '../call.ts';
import { CliError, notSimulated } from '../failure.ts';
import type { Flags } from '../parse/flags.ts';
import { parseFlags } from '../parse/flags.ts';
import { readHostFile } from '../run/files.ts';
import { progressMode, readRequest, untilInterrupted } from './image/build.ts';
import { exporter, readOutput } from './image/build-options.ts';

/** Files that bake reads if they are there, in this order. */
const FILES = [
  ...['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
  ...['docker-bake.json', 'docker-bake.hcl', 'docker-bake.override.json', 'docker-bake.override.hcl'],
];

/** `docker buildx bake` */
export const bake: Command = {
  flags: {
    builder: 'parsed',
    debug: 'parsed',
    file: 'full',
    load: 'parsed',
    'no-cache': 'full',
    print: 'full',
    progress: 'partial',
    provenance: 'parsed',
    pull: 'full',
    sbom: 'parsed',
    set: 'partial',
  },
  *run(call) {
    const { p, flags, args } = call;
    const mode = progressMode(p, flags.string('progress'), false);
    const progress = new NamedProgress(() => p.kernel.clock.now);
    if (!flags.bool('print') && mode === 'plain')
      yield* p.error('#0 building with "default" instance using docker driver\n');
    const end = show(p, progress, mode);
    const files = filesOf(p, flags);
    const vertex = progress.start('[internal] load local bake definitions');
    for (const { name, content } of files)
      progress.status(vertex, `reading ${name}`, `${content.length}B / ${content.length}B`)();
    progress.complete(vertex);
    let plan: Plan;
    try {
      if (files.length === 0) throw new BakeError("couldn't find a bake definition");
      plan = planBake(definitionOf(p, files), args, overrides(flags));
    } catch (error) {
      if (!(error instanceof BakeError)) throw error;
      yield* end();
      if (flags.bool('print') && mode === 'plain') yield* p.error('');
      throw new CliError(error.message.startsWith('muelle:') ? error.message : `ERROR: ${error.message}`);
    }
    if (flags.bool('print')) {
      yield* end();
      yield* p.print(planText(plan));
      return 0;
    }
    return yield* buildAll(call, plan, progress, end);
  },
};

interface NamedFile {
  readonly name: string;
  readonly content: string;
}

function filesOf(p: Process, flags: Flags): NamedFile[] {
  const names = flags.changed('file') ? flags.list('file') : FILES.filter((name) => p.fs.exists(name, p.cwd));
  return names.map((name) => ({ name, content: text(readHostFile(p, name)) }));
}

/** `--no-cache` and the like hold for all targets. */
const overrides = (flags: Flags): string[] => [
  ...flags.list('set'),
  ...(flags.bool('no-cache') ? ['*.no-cache=true'] : []),
  ...(flags.bool('pull') ? ['*.pull=true'] : []),
];

function definitionOf(p: Process, files: readonly NamedFile[]): Definition {
  const groups = new Map<string, readonly string[]>();
  const targets = new Map<string, BakeMap>();
  for (const { name, content } of files) {
    const read = /\.ya?ml$/.test(name) ? fromCompose(p, content, name) : readDefinition(content, name, p.env);
    for (const [key, value] of read.groups) groups.set(key, value);
    for (const [key, value] of read.targets) targets.set(key, { ...targets.get(key), ...value });
  }
  return { groups, targets };
}

/** Services that are built are targets, and all of them are the default group. */
function fromCompose(p: Process, content: string, name: string): Definition {
  const { services } = readYaml(content, name);
  const targets = new Map<string, BakeMap>();
  const known = isMap(services) ? Object.entries(services) : [];
  const value = (tree: Tree): BakeValue => {
    if (typeof tree === 'string') return substitute(tree, (variable) => p.env.get(variable));
    if (Array.isArray(tree)) return tree.map(value);
    if (isMap(tree)) return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, value(item)]));
    return typeof tree === 'number' || typeof tree === 'boolean' ? tree : null;
  };
  for (const [service, tree] of known) {
    if (!isMap(tree) || tree['build'] === undefined) continue;
    const spec = value(isMap(tree['build']) ? tree['build'] : { context: tree['build'] });
    const fields: BakeMap =
      typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? (spec as BakeMap) : {};
    const image = typeof tree['image'] === 'string' ? [value(tree['image'])] : [];
    const tags = fields['tags'];
    const all = [...image, ...(Array.isArray(tags) ? tags : [])];
    const { tags: _, args, labels, ...rest } = fields;
    targets.set(service, {
      ...rest,
      ...(args === undefined ? {} : { args: pairs(args) }),
      ...(labels === undefined ? {} : { labels: pairs(labels) }),
      ...(all.length === 0 ? {} : { tags: all }),
    });
  }
  return { groups: new Map([['default', [...targets.keys()].sort()]]), targets };
}

/** `[A=1]` or `{A: 1}` */
function pairs(value: BakeValue): BakeValue {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map((item) => {
      const [key = '', ...rest] = textOf(item).split('=');
      return [key, rest.join('=')];
    }),
  );
}

const items = (value: BakeValue | undefined): string[] => (Array.isArray(value) ? value.map(textOf) : []);

const entries = (value: BakeValue | undefined): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, item]) => `${key}=${textOf(item)}`)
    : [];

/** What `docker build` would be called with to build a target. */
function wordsOf(target: BakeMap): { words: string[]; context: string } {
  const words: string[] = [];
  const add = (flag: string, values: readonly string[]): void => {
    for (const value of values) words.push(`--${flag}=${value}`);
  };
  const one = (key: string): string[] => (target[key] === undefined ? [] : [textOf(target[key] ?? '')]);
  const context = textOf(target['context'] ?? '.');
  if (target['dockerfile-inline'] !== undefined) throw notSimulated('buildx bake with dockerfile-inline');
  const file = textOf(target['dockerfile'] ?? 'Dockerfile');
  add('file', [file.startsWith('/') ? file : `${context}/${file}`]);
  add('build-arg', entries(target['args']));
  add('label', entries(target['labels']));
  add('build-context', entries(target['contexts']));
  add('tag', items(target['tags']));
  add('secret', items(target['secret']));
  add('platform', items(target['platforms']));
  add('target', one('target'));
  add('network', one('network'));
  add('no-cache', one('no-cache'));
  add('pull', one('pull'));
  add('no-cache-filter', items(target['no-cache-filter']));
  add('add-host', entries(target['extra-hosts']));
  add('ulimit', items(target['ulimits']));
  return { words, context };
}

function* buildAll(call: Call, plan: Plan, progress: NamedProgress, end: () => Sys<void>): Sys<number> {
  const { p, engine } = call;
  const command = commandAt('buildx build');
  const targets = Object.entries(plan.target);
  if (command === undefined) throw notSimulated('buildx bake');
  const contexts = targets.flatMap(([, { contexts }]) => entries(contexts));
  if (contexts.some((item) => item.includes('=target:')))
    throw notSimulated('buildx bake with target: contexts');
  for (const [name, target] of targets) {
    progress.prefix = targets.length > 1 ? name : '';
    const { words, context } = wordsOf(target);
    const { flags } = parseFlags(command, words, true);
    const sent = yield* readRequest({ ...call, flags }, context, {
      method: 'build',
      json: false,
      ignoreStatus: false,
    });
    const output = readOutput(items(target['output']).at(-1), p.cwd);
    const request = {
      ...sent,
      output: output === undefined ? undefined : exporter(p, output, () => {}),
    };
    const outcome = yield* untilInterrupted(p, runBuild(p, engine, request, progress));
    if (outcome === undefined) {
      progress.cancel();
      yield* end();
      throw new CliError('ERROR: failed to solve: Canceled: context canceled', 130);
    }
    if (outcome.error === undefined) continue;
    yield* end();
    yield* p.error(errorBoxes(progress) + failureExcerpt(request, outcome.error));
    const where = targets.length > 1 ? `target ${name}: ` : '';
    throw new CliError(`ERROR: ${where}failed to solve: ${outcome.error.message}`);
  }
  yield* end();
  return 0;
}
