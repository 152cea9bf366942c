import {
  type ConvergeOptions,
  converge,
  startProject,
  waitHealthy,
} from '../../../compose/engine/converge.ts';
import { ensureImages } from '../../../compose/engine/images.ts';
import { ensureResources } from '../../../compose/engine/resources.ts';
import { containersOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import { checkContainerNames, refuseUnknown } from '../../../compose/project/check.ts';
import { select } from '../../../compose/project/graph.ts';
import type { Project } from '../../../compose/project/model.ts';
import type { Sys } from '../../../kernel/wait.ts';
import {
  type ComposeCall,
  type ComposeCommand,
  imageOptions,
  progressOf,
  project,
  timeoutOf,
  warning,
} from './context.ts';
import { followProject } from './foreground.ts';

/** `--scale web=3` over what the file says. */
export function scaled(loaded: Project, items: readonly string[], flag = true): Project {
  const services = { ...loaded.services };
  for (const item of items) {
    const [name = '', count] = item.split('=');
    const service = services[name];
    if (count === undefined)
      throw new ComposeError(
        flag
          ? `invalid --scale option ${JSON.stringify(item)}. Should be SERVICE=NUM`
          : `invalid scale specifier: ${item}`,
      );
    if (!/^\d+$/.test(count))
      throw new ComposeError(`strconv.Atoi: parsing ${JSON.stringify(count)}: invalid syntax`);
    if (service === undefined) throw new ComposeError(`no such service: ${name}${flag ? ': not found' : ''}`);
    services[name] = { ...service, scale: Number(count) };
  }
  return { ...loaded, services };
}

export function convergeOptions(call: ComposeCall): ConvergeOptions {
  const { flags, args } = call;
  const force = flags.bool('force-recreate');
  const never = flags.bool('no-recreate');
  if (force && never) throw new ComposeError('--force-recreate and --no-recreate are incompatible');
  return {
    named: flags.bool('always-recreate-deps') ? [] : args.map((name) => name.split('=')[0] ?? name),
    recreate: force ? 'force' : never ? 'never' : 'diverged',
    removeOrphans: flags.bool('remove-orphans'),
    renewVolumes: flags.bool('renew-anon-volumes'),
    timeout: timeoutOf(call),
    warn: (message) => warning(call, message),
  };
}

const pullPolicy = (written: string): string => (written === 'policy' ? '' : written);

/** `docker compose up` */
export const up: ComposeCommand = {
  flags: {
    'abort-on-container-exit': 'full',
    'abort-on-container-failure': 'full',
    'always-recreate-deps': 'full',
    attach: 'full',
    build: 'full',
    detach: 'full',
    'exit-code-from': 'full',
    'force-recreate': 'full',
    menu: 'parsed',
    'no-attach': 'full',
    'no-build': 'full',
    'no-color': 'full',
    'no-deps': 'full',
    'no-log-prefix': 'full',
    'no-recreate': 'full',
    'no-start': 'full',
    pull: 'full',
    'quiet-build': 'full',
    'quiet-pull': 'parsed',
    'remove-orphans': 'full',
    'renew-anon-volumes': 'full',
    scale: 'full',
    timeout: 'full',
    timestamps: 'full',
    wait: 'full',
    'wait-timeout': 'parsed',
    yes: 'parsed',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const detached = flags.bool('detach') || flags.bool('wait') || flags.bool('no-start');
    const from = flags.string('exit-code-from');
    const abort = flags.bool('abort-on-container-exit') || from !== '';
    if (
      flags.bool('detach') &&
      (abort || flags.bool('abort-on-container-failure') || flags.list('attach').length > 0)
    )
      throw new ComposeError(
        '--detach cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch',
      );
    const options = convergeOptions(call);
    const whole = scaled(yield* project(call), flags.list('scale'));
    if (Object.keys(whole.services).length === 0) throw new ComposeError('no service selected');
    const selected = select(whole, args, !flags.bool('no-deps'));
    if (from !== '' && selected.services[from] === undefined)
      throw new ComposeError(`no such service: ${from}: not found`);
    const progress = progressOf(call);
    yield* createAll(call, selected, whole, options, detached && !flags.bool('no-start'));
    if (!detached && call.dry) {
      yield* p.print("end of 'compose up' output, interactive run is not supported in dry-run mode\n");
      return 0;
    }
    if (!detached)
      return yield* followProject(call, selected, args.length > 0 ? args : Object.keys(selected.services), {
        abort: abort ? 'exit' : flags.bool('abort-on-container-failure') ? 'failure' : 'never',
        exitCodeFrom: from,
      });
    if (flags.bool('wait'))
      yield* progress.run(
        (function* (): Sys<void> {
          const containers = containersOf(engine, selected.name, {
            services: Object.keys(selected.services),
          });
          for (const { Names } of containers)
            yield* progress.event(`Container ${(Names[0] ?? '').slice(1)}`, 'Waiting', 'working');
          yield* waitHealthy(p, engine, containers, progress, true);
        })(),
      );
    return 0;
  },
};

/** What up, create and scale share: images, networks, volumes, containers; creating and starting is one list. */
function* createAll(
  call: ComposeCall,
  selected: Project,
  whole: Project,
  options: ConvergeOptions,
  start: boolean,
  title?: string,
): Sys<void> {
  const { p, engine, flags } = call;
  const progress = progressOf(call, title);
  for (const [name, service] of Object.entries(selected.services)) refuseUnknown(name, service);
  checkContainerNames(selected);
  yield* progress.run(
    (function* (): Sys<void> {
      yield* ensureImages(
        p,
        engine,
        selected,
        progress,
        imageOptions(call, {
          build: flags.bool('build'),
          noBuild: flags.bool('no-build'),
          pull: pullPolicy(flags.string('pull')),
          quietBuild: flags.bool('quiet-build'),
        }),
      );
      yield* ensureResources(engine, selected, progress, options.warn);
      yield* converge(
        p,
        engine,
        { ...selected, disabled: { ...whole.disabled, ...whole.services } },
        progress,
        options,
      );
      if (start) yield* startProject(p, engine, selected, progress);
    })(),
  );
}

/** `up --detach` of these services, as far as it goes without being asked for more. */
export function* bringUp(call: ComposeCall, selected: Project, whole: Project): Sys<void> {
  yield* createAll(
    call,
    selected,
    whole,
    {
      named: [],
      recreate: 'diverged',
      removeOrphans: false,
      renewVolumes: false,
      timeout: undefined,
      warn: (message) => warning(call, message),
    },
    true,
  );
}

/** `docker compose create` */
export const create: ComposeCommand = {
  flags: {
    build: 'full',
    'force-recreate': 'full',
    'no-build': 'full',
    'no-recreate': 'full',
    pull: 'full',
    'quiet-pull': 'parsed',
    'remove-orphans': 'full',
    scale: 'full',
    yes: 'parsed',
  },
  *run(call) {
    const whole = scaled(yield* project(call), call.flags.list('scale'));
    yield* createAll(call, select(whole, call.args, true), whole, convergeOptions(call), false, 'Creating');
    return 0;
  },
};

/** `docker compose scale` */
export const scale: ComposeCommand = {
  args: [1, Number.POSITIVE_INFINITY],
  flags: { 'no-deps': 'full' },
  *run(call) {
    const whole = scaled(yield* project(call), call.args, false);
    const names = call.args.map((item) => item.split('=')[0] ?? '');
    const selected = select(whole, names, !call.flags.bool('no-deps'));
    yield* createAll(call, selected, whole, convergeOptions(call), true);
    return 0;
  },
};
