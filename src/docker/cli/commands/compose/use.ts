import { converge, startProject } from '../../../compose/engine/converge.ts';
import { buildImages, ensureImages, pullImages } from '../../../compose/engine/images.ts';
import { injectFiles } from '../../../compose/engine/inject.ts';
import { containerRequest, imageId } from '../../../compose/engine/request.ts';
import { ensureResources } from '../../../compose/engine/resources.ts';
import { containersOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import { splitWords } from '../../../compose/file/words.ts';
import { select } from '../../../compose/project/graph.ts';
import { imageOf, type Project, type Service } from '../../../compose/project/model.ts';
import { mount, ports } from '../../../compose/project/short.ts';
import type { ExecConfig } from '../../../engine/api.ts';
import { parseTime } from '../../../engine/human.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { toRecord } from '../../parse/flags.ts';
import { Attachment, followSize, proxySignals } from '../../stream/attach.ts';
import { detachKeys } from '../../stream/detach.ts';
import { buildArgs } from '../image/build.ts';
import {
  type ComposeCall,
  type ComposeCommand,
  checkServices,
  imageOptions,
  progressOf,
  project,
  projectOrName,
  runningContainer,
  warning,
} from './context.ts';
import { showLogs } from './foreground.ts';

/** `docker compose exec` */
export const exec: ComposeCommand = {
  interspersed: false,
  args: [2, Number.POSITIVE_INFINITY],
  flags: {
    detach: 'full',
    env: 'full',
    index: 'full',
    interactive: 'full',
    'no-tty': 'full',
    privileged: 'partial',
    tty: 'parsed',
    user: 'full',
    workdir: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const [service = '', ...Cmd] = args;
    const { name } = yield* projectOrName(call);
    const container = runningContainer(call, name, service);
    const detached = flags.bool('detach');
    const tty = !flags.bool('no-tty') && !detached && p.isatty(1) && p.isatty(0);
    const size = p.files.get(1)?.tty;
    const config: ExecConfig = {
      Cmd,
      Tty: tty,
      AttachStdin: !detached,
      AttachStdout: !detached,
      AttachStderr: !detached,
      Privileged: flags.bool('privileged'),
      ...(flags.changed('env')
        ? {
            Env: flags
              .list('env')
              .map((item) => (item.includes('=') ? item : `${item}=${p.env.get(item) ?? ''}`)),
          }
        : {}),
      ...(flags.changed('user') ? { User: flags.string('user') } : {}),
      ...(flags.changed('workdir') ? { WorkingDir: flags.string('workdir') } : {}),
      ...(tty && size !== undefined ? { ConsoleSize: [size.rows, size.columns] as const } : {}),
    };
    const id = engine.execCreate(container.Id, config);
    const stream = yield* engine.execStart(id, { detach: detached });
    if (stream === undefined) return 0;
    const attachment = new Attachment(p, { stream, tty, interactive: true, keys: detachKeys('') });
    const stopSize = tty ? followSize(p, (to) => engine.execResize(id, to)) : undefined;
    try {
      attachment.start();
      if ((yield* attachment.done()) === 'detached') return 0;
      return yield* engine.execWait(id);
    } finally {
      stopSize?.();
      attachment.close();
    }
  },
};

/** A service as `run` changes it. */
function oneOff(call: ComposeCall, service: Service, command: readonly string[]): Service {
  const { p, flags } = call;
  const extra = Object.fromEntries(
    flags.list('env').map((item) => {
      const at = item.indexOf('=');
      return at < 0 ? [item, p.env.get(item) ?? null] : [item.slice(0, at), item.slice(at + 1)];
    }),
  );
  const { ports: own, restart: _restart, container_name: _name, ...rest } = service;
  const published = flags.list('publish').flatMap((item) => ports(item));
  const all = flags.bool('service-ports') ? [...(own ?? []), ...published] : published;
  return {
    ...rest,
    ...(all.length > 0 ? { ports: all } : {}),
    ...(flags.changed('volume')
      ? {
          volumes: [
            ...(service.volumes ?? []),
            ...flags.list('volume').map((item) => mount(item, p.cwd, p.env.get('HOME') ?? '/root')),
          ],
        }
      : {}),
    ...(command.length > 0 ? { command } : {}),
    ...(flags.changed('entrypoint') ? { entrypoint: splitWords(flags.string('entrypoint')), command } : {}),
    ...(flags.changed('user') ? { user: flags.string('user') } : {}),
    ...(flags.changed('workdir') ? { working_dir: flags.string('workdir') } : {}),
    ...(Object.keys(extra).length > 0 ? { environment: { ...service.environment, ...extra } } : {}),
    ...(flags.changed('label') ? { labels: { ...service.labels, ...toRecord(flags.list('label')) } } : {}),
    ...(flags.changed('cap-add') ? { cap_add: [...(service.cap_add ?? []), ...flags.list('cap-add')] } : {}),
    ...(flags.changed('cap-drop')
      ? { cap_drop: [...(service.cap_drop ?? []), ...flags.list('cap-drop')] }
      : {}),
  };
}

/** `docker compose run` */
export const run: ComposeCommand = {
  interspersed: false,
  args: [1, Number.POSITIVE_INFINITY],
  flags: {
    build: 'full',
    'cap-add': 'full',
    'cap-drop': 'full',
    detach: 'full',
    entrypoint: 'full',
    env: 'full',
    interactive: 'full',
    label: 'full',
    name: 'full',
    'no-deps': 'full',
    'no-TTY': 'full',
    publish: 'full',
    pull: 'full',
    quiet: 'full',
    'quiet-build': 'full',
    'quiet-pull': 'parsed',
    'remove-orphans': 'parsed',
    rm: 'full',
    'service-ports': 'full',
    tty: 'parsed',
    user: 'full',
    volume: 'full',
    workdir: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const [name = '', ...command] = args;
    const whole = yield* project(call);
    const known = whole.services[name] ?? whole.disabled[name];
    if (known === undefined) throw new ComposeError(`no such service: ${name}`);
    const service = oneOff(call, known, command);
    yield* prepare(call, whole, name);
    const detached = flags.bool('detach');
    // The default of the flag is what the terminal says.
    const tty = !(flags.changed('no-TTY') && flags.bool('no-TTY')) && !detached && p.isatty(0) && p.isatty(1);
    const interactive = !detached && flags.bool('interactive');
    const slug = p.kernel.random.hex(64);
    const request = containerRequest(p, engine, whole, name, service, {
      name: flags.string('name') || `${whole.name}-${name}-run-${slug.slice(0, 12)}`,
      number: 1,
      oneOff: { slug, tty, interactive },
    });
    const { Id } = yield* engine.containerCreate(request);
    yield* injectFiles(engine, whole, name, service, Id);
    if (detached) {
      yield* engine.containerStart(Id);
      yield* p.print(`${Id}\n`);
      return 0;
    }
    return yield* attached(call, Id, tty, interactive);
  },
};

/** Images, networks, volumes and what the service depends on. */
function* prepare(call: ComposeCall, whole: Project, name: string): Sys<void> {
  const { p, engine, flags } = call;
  const chosen = select(whole, [name], true);
  const { [name]: _self, ...others } = chosen.services;
  const dependencies = flags.bool('no-deps') ? { ...chosen, services: {} } : { ...chosen, services: others };
  const progress = progressOf(call, 'Creating', flags.bool('quiet'));
  const warn = (message: string): Sys<void> => warning(call, message);
  yield* progress.run(
    (function* (): Sys<void> {
      const needed = flags.bool('no-deps') ? select(whole, [name], false) : chosen;
      yield* ensureImages(
        p,
        engine,
        needed,
        progress,
        imageOptions(call, {
          build: flags.bool('build'),
          pull: flags.string('pull') === 'policy' ? '' : flags.string('pull'),
          quietBuild: flags.bool('quiet-build'),
        }),
      );
      yield* ensureResources(engine, chosen, progress, warn);
      const wanted = { ...dependencies, disabled: { ...whole.services, ...whole.disabled } };
      yield* converge(p, engine, wanted, progress, {
        named: [],
        recreate: 'diverged',
        removeOrphans: false,
        renewVolumes: false,
        timeout: undefined,
        warn,
      });
      yield* startProject(p, engine, wanted, progress);
    })(),
  );
}

function* attached(call: ComposeCall, id: string, tty: boolean, interactive: boolean): Sys<number> {
  const { p, engine, flags } = call;
  const stream = engine.containerAttach(id, { stdin: interactive, stdout: true, stderr: true });
  const attachment = new Attachment(p, { stream, tty, interactive, keys: detachKeys('') });
  const stopProxy = tty ? undefined : proxySignals(p, (signal) => engine.containerKill(id, signal));
  let stopSize: (() => void) | undefined;
  let code = 0;
  try {
    const waiting = engine.containerWait(id, 'next-exit');
    attachment.start();
    yield* engine.containerStart(id);
    if (tty) stopSize = followSize(p, (size) => engine.containerResize(id, size));
    if ((yield* attachment.done()) === 'detached') return 0;
    code = (yield* waiting).StatusCode;
  } finally {
    stopProxy?.();
    stopSize?.();
    attachment.close();
  }
  if (flags.bool('rm')) yield* engine.containerRemove(id, { force: true, volumes: true });
  return code;
}

/** `docker compose logs` */
export const logs: ComposeCommand = {
  flags: {
    follow: 'full',
    index: 'full',
    'no-color': 'full',
    'no-log-prefix': 'full',
    since: 'full',
    tail: 'full',
    timestamps: 'full',
    until: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name, project: loaded } = yield* projectOrName(call);
    checkServices(loaded, args);
    const time = (flag: string): number | undefined => {
      const written = flags.string(flag);
      if (written === '') return undefined;
      const value = parseTime(written, p.kernel.clock.now);
      if (value === undefined)
        throw new ComposeError(
          `Error response from daemon: invalid value for "${flag}": failed to parse value as time or duration: "${written}"`,
        );
      return value;
    };
    const [since, until] = [time('since'), time('until')];
    const tail = flags.string('tail');
    const range = {
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(/^\d+$/.test(tail) ? { tail: Number(tail) } : {}),
    };
    yield* showLogs(call, name, containersOf(engine, name, { services: args }), range);
    return 0;
  },
};

/** `docker compose build` */
export const build: ComposeCommand = {
  flags: {
    'build-arg': 'full',
    builder: 'parsed',
    memory: 'parsed',
    'no-cache': 'full',
    progress: 'full',
    provenance: 'parsed',
    pull: 'full',
    quiet: 'full',
    sbom: 'parsed',
    'with-dependencies': 'full',
  },
  *run(call) {
    const { p, engine, flags, args, group } = call;
    const loaded = yield* project(call);
    const selected = select(loaded, args, flags.bool('with-dependencies'));
    const names = Object.keys(selected.services).filter(
      (name) => selected.services[name]?.build !== undefined,
    );
    if (names.length === 0) return 0;
    yield* buildImages(p, engine, selected, names, {
      noCache: flags.bool('no-cache'),
      pull: flags.bool('pull'),
      quiet: flags.bool('quiet'),
      args: buildArgs(p, flags.list('build-arg')),
      progress: flags.string('progress') || group.string('progress'),
    });
    const progress = progressOf(call, 'Building', flags.bool('quiet'));
    yield* progress.run(
      (function* (): Sys<void> {
        for (const name of names) {
          const service = selected.services[name];
          if (service !== undefined) yield* progress.event(imageOf(selected, name, service), 'Built', 'done');
        }
      })(),
    );
    return 0;
  },
};

/** `docker compose pull` */
export const pull: ComposeCommand = {
  flags: {
    'ignore-buildable': 'full',
    'ignore-pull-failures': 'full',
    'include-deps': 'full',
    policy: 'full',
    quiet: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const selected = select(yield* project(call), args, flags.bool('include-deps'));
    // --quiet only leaves out how far each layer is.
    const progress = progressOf(call, 'Pulling');
    const policy = flags.string('policy');
    if (!['', 'missing', 'always'].includes(policy))
      throw new ComposeError(`--policy=${policy} is not supported`);
    const wanted: { service: string; image: string }[] = [];
    yield* progress.run(
      (function* (): Sys<void> {
        for (const [name, service] of Object.entries(selected.services)) {
          const own = policy === '' ? service.pull_policy : policy;
          // What is `latest` may have changed, so it is asked for all the same.
          const isHere =
            service.image !== undefined &&
            /:(?!latest$)[^/]+$/.test(service.image) &&
            imageId(engine, service.image) !== '';
          if (service.image === undefined)
            yield* progress.event(name, '', 'done', 'Skipped - No image to be pulled');
          else if (own === 'never' || own === 'build') yield* progress.event(name, '', 'done', 'Skipped');
          else if (own === 'missing' && isHere)
            yield* progress.event(name, '', 'done', 'Skipped - Image is already present locally');
          else if (service.build !== undefined && flags.bool('ignore-buildable'))
            yield* progress.event(name, '', 'done', 'Skipped - Image can be built');
          else wanted.push({ service: name, image: service.image });
        }
        yield* pullImages(
          p,
          engine,
          progress,
          wanted,
          imageOptions(call).credentials,
          flags.bool('ignore-pull-failures'),
        );
      })(),
    );
    return 0;
  },
};

/** `docker compose push` */
export const push: ComposeCommand = {
  flags: { 'ignore-push-failures': 'full', 'include-deps': 'full', quiet: 'full' },
  *run(call) {
    const { engine, flags, args } = call;
    const selected = select(yield* project(call), args, flags.bool('include-deps'));
    const progress = progressOf(call, 'Pushing', flags.bool('quiet'));
    yield* progress.run(
      (function* (): Sys<void> {
        for (const [name, service] of Object.entries(selected.services)) {
          if (service.build === undefined || service.image === undefined) {
            yield* progress.event(name, '', 'done', 'Skipped');
            continue;
          }
          const auth = imageOptions(call).credentials(service.image);
          yield* progress.event(name, '', 'working', 'Pushing');
          yield* engine.imagePush(service.image, auth === undefined ? {} : { auth }, function* () {});
          yield* progress.event(name, '', 'done', 'Pushed');
        }
      })(),
    );
    return 0;
  },
};
