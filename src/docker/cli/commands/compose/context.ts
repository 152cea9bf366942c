import type { EnsureOptions } from '../../../compose/engine/images.ts';
import { Progress } from '../../../compose/engine/progress.ts';
import { containersOf, numberOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import type { TreeMap } from '../../../compose/file/tree.ts';
import type { Choice } from '../../../compose/project/find.ts';
import { enable } from '../../../compose/project/graph.ts';
import { type LoadOptions, loadProject, loadRaw } from '../../../compose/project/load.ts';
import type { Project } from '../../../compose/project/model.ts';
import type { ContainerSummary } from '../../../engine/api.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Support } from '../../call.ts';
import { credentials } from '../../credentials.ts';
import type { Flags } from '../../parse/flags.ts';

/** A command line of `docker compose`: `group` are the flags before the command. */
export interface ComposeCall extends Call {
  readonly group: Flags;
  /** `--dry-run`: the engine only seems to do what it is told. */
  readonly dry: boolean;
}

export interface ComposeCommand {
  readonly run: (call: ComposeCall) => Sys<number>;
  readonly flags: Readonly<Record<string, Support>>;
  /** Least and most arguments, as cobra counts them. */
  readonly args?: readonly [number, number];
  /** The wrong number is told in the words of the docker CLI, not in cobra's. */
  readonly docker?: true;
  readonly interspersed?: boolean;
}

const choiceOf = ({ group }: ComposeCall): Choice => ({
  files: group.list('file'),
  projectName: group.string('project-name'),
  projectDirectory: group.string('project-directory'),
  profiles: group.list('profile'),
  envFiles: group.list('env-file'),
});

/** `time="2026-11-21T03:45:18Z" level=warning msg="…"`, as logrus writes it; on a terminal `WARN[0000] …`. */
export function* warning({ p }: ComposeCall, message: string): Sys<void> {
  if (p.isatty(2)) {
    yield* p.error(`\x1b[33mWARN\x1b[0m[0000] ${message} \n`);
    return;
  }
  const seconds = Math.floor(p.kernel.clock.now / 1000) * 1000;
  const time = `${new Date(seconds).toISOString().slice(0, 19)}Z`;
  yield* p.error(`time="${time}" level=warning msg=${JSON.stringify(message)}\n`);
}

/** The project of this folder, or that of `-f`. */
export function* project(call: ComposeCall, options: LoadOptions = {}): Sys<Project> {
  return yield* loadProject(call.p, choiceOf(call), (message) => warning(call, message), options);
}

/** The merged files with their variables as written. */
export function* rawModel(call: ComposeCall): Sys<TreeMap> {
  return yield* loadRaw(call.p, choiceOf(call), (message) => warning(call, message));
}

/**
 * The project's name, and the project unless only a name is given (`-p` without `-f`). Where the files cannot be read,
 * COMPOSE_PROJECT_NAME is enough. Names of services switch their profiles on. Throws ComposeError.
 */
export function* projectOrName(
  call: ComposeCall,
  services: readonly string[] = [],
): Sys<{ name: string; project: Project | undefined }> {
  const name = call.group.string('project-name');
  if (name !== '' && call.group.list('file').length === 0) return { name, project: undefined };
  try {
    const loaded = enable(yield* project(call), services);
    checkServices(loaded, services);
    return { name: loaded.name, project: loaded };
  } catch (error) {
    const variable = call.p.env.get('COMPOSE_PROJECT_NAME') ?? '';
    if (!(error instanceof ComposeError) || variable === '') throw error;
    return { name: variable, project: undefined };
  }
}

/** The project's name alone: no file is read where the command line or the environment tells it. */
export function* projectName(call: ComposeCall): Sys<string> {
  const given = call.group.string('project-name') || (call.p.env.get('COMPOSE_PROJECT_NAME') ?? '');
  return given !== '' ? given : (yield* project(call)).name;
}

/** Refuses names of services that the project does not have. */
export function checkServices(loaded: Project | undefined, names: readonly string[]): void {
  if (loaded === undefined) return;
  for (const name of names)
    if (loaded.services[name] === undefined && loaded.disabled[name] === undefined)
      throw new ComposeError(`no such service: ${name}`);
}

/** One running container of a service: that of `--index`, else the first. */
export function runningContainer(call: ComposeCall, name: string, service: string): ContainerSummary {
  const running = containersOf(call.engine, name, { services: [service], running: true });
  const index = call.flags.int('index');
  if (index > 0) {
    const found = running.find((container) => numberOf(container) === index);
    if (found === undefined)
      throw new ComposeError(`service ${JSON.stringify(service)} is not running container #${index}`);
    return found;
  }
  const [first] = running;
  if (first === undefined) throw new ComposeError(`service ${JSON.stringify(service)} is not running`);
  return first;
}

export function progressOf({ p, group, dry }: ComposeCall, title = 'Running', quiet = false): Progress {
  const mode = group.string('progress') || (p.env.get('COMPOSE_PROGRESS') ?? '');
  if (mode === 'json') throw new ComposeError('muelle: docker compose --progress json is not simulated here');
  if (quiet || mode === 'quiet' || mode === 'none') return new Progress(p, title, 'quiet');
  return new Progress(p, title, mode === 'plain' || group.string('ansi') === 'never' ? 'plain' : 'auto', dry);
}

/** Refuses a way of showing progress that there is not. Every command asks first. */
export function checkProgress(mode: string): void {
  if (!['', 'auto', 'tty', 'plain', 'quiet', 'none', 'json'].includes(mode))
    throw new ComposeError(`unsupported --progress value ${JSON.stringify(mode)}`);
}

/** `-t`, if it was given. */
export const timeoutOf = ({ flags }: ComposeCall): number | undefined =>
  flags.changed('timeout') ? flags.int('timeout') : undefined;

/** How images are had for up, create and run. */
export function imageOptions(call: ComposeCall, changes: Partial<EnsureOptions> = {}): EnsureOptions {
  const { p, group } = call;
  return {
    build: false,
    noBuild: false,
    pull: '',
    quietBuild: false,
    credentials: (reference) => credentials(p, reference),
    progressMode: group.string('progress'),
    dry: call.dry,
    ...changes,
  };
}
