import { type BuildRequest, build, failureExcerpt } from '../../build/build.ts';
import { ContextError, readContext } from '../../build/context/client.ts';
import { loneDockerfile } from '../../build/context/context.ts';
import { PlainDisplay } from '../../build/progress/plain.ts';
import { type Progress as BuildProgress, errorBoxes, NamedProgress } from '../../build/progress/progress.ts';
import { show } from '../../build/progress/show.ts';
import { DockerError, type EngineApi, type RegistryAuth } from '../../engine/api.ts';
import { familiar, parseReference, withDefaultTag } from '../../engine/reference.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import { type Build, imageOf, type Project } from '../project/model.ts';
import { bakeDefinition, buildLabels } from './bake.ts';
import { type Progress, together } from './progress.ts';
import { imageId } from './request.ts';

export type Credentials = (reference: string) => RegistryAuth | undefined;

/** Pulls the images of services, all at the same time. A failure is shown and thrown unless it is to be ignored. */
export function* pullImages(
  p: Process,
  engine: EngineApi,
  progress: Progress,
  wanted: readonly { service: string; image: string }[],
  credentials: Credentials,
  ignoreFailures = false,
  buildable: ReadonlySet<string> = new Set(),
): Sys<void> {
  const first = new Map(wanted.map(({ service, image }) => [image, service]).reverse() as [string, string][]);
  for (const { service, image } of wanted)
    if (first.get(image) !== service)
      yield* progress.event(
        service,
        '',
        'done',
        `Skipped - Image is already being pulled by ${first.get(image) ?? ''}`,
      );
  yield* together(
    p,
    [...first].map(
      ([image, service]) =>
        function* (): Sys<void> {
          yield* progress.event(service, '', 'working', 'Pulling');
          try {
            const name = familiar(withDefaultTag(parseReference(image)));
            const auth = credentials(name);
            yield* engine.imagePull(name, auth === undefined ? {} : { auth }, function* (message) {
              const { id, status = '', progressDetail } = message;
              if (id === undefined || !/^[0-9a-f]{12}$/.test(id)) return;
              const done = status === 'Pull complete' || status === 'Already exists';
              const bar =
                progressDetail !== undefined && progressDetail.total > 0
                  ? `[${'='.repeat(Math.min(50, Math.floor((progressDetail.current / progressDetail.total) * 50)))}>]`
                  : '';
              yield* progress.event(id, bar, done ? 'done' : 'working', status, service);
            });
            yield* progress.event(service, '', 'done', 'Pulled');
          } catch (error) {
            if (!(error instanceof DockerError)) throw error;
            const canBuild = buildable.has(service);
            yield* progress.event(
              service,
              error.message,
              canBuild ? 'warning' : 'error',
              canBuild ? 'Warning' : 'Error',
            );
            if (!ignoreFailures && !canBuild) throw error;
          }
        },
    ),
  );
}

export interface BuildOptions {
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly quiet: boolean;
  /** `--build-arg`, over those of the file. */
  readonly args: ReadonlyMap<string, string>;
  readonly progress: string;
  /** Takes the log instead of standard output. */
  readonly write?: (lines: string) => Sys<void>;
}

/** Builds the images of services with BuildKit and says so; the daemon's log goes to standard output, as bake's does. */
export function* buildImages(
  p: Process,
  engine: EngineApi,
  project: Project,
  names: readonly string[],
  options: BuildOptions,
): Sys<void> {
  const targets = names.flatMap((name) => {
    const service = project.services[name];
    return service?.build === undefined
      ? []
      : [{ name, spec: service.build, image: imageOf(project, name, service) }];
  });
  if (targets.length === 0) return;
  const progress = new NamedProgress(() => p.kernel.clock.now);
  const end = options.quiet
    ? function* (): Sys<void> {}
    : showBuild(p, progress, options.progress, options.write);
  const definition = progress.start('[internal] load local bake definitions');
  const size = bakeDefinition(project, names, options).length;
  progress.status(definition, `reading from stdin ${size}B`)();
  progress.complete(definition);
  for (const { name, spec, image } of targets) {
    progress.prefix = targets.length > 1 ? name : '';
    let request: BuildRequest;
    try {
      request = yield* readRequest(p, project, name, spec, image, options);
    } catch (error) {
      yield* end();
      throw error;
    }
    const outcome = yield* build(p, engine, request, progress);
    if (outcome.error === undefined) continue;
    yield* end();
    if (!options.quiet) yield* p.print(errorBoxes(progress));
    const where = targets.length > 1 ? `target ${name}: ` : '';
    throw bakeError(
      `${failureExcerpt(request, outcome.error)}${where}failed to solve: ${outcome.error.message}`,
    );
  }
  progress.prefix = '';
  progress.complete(progress.start('resolving provenance for metadata file'));
  yield* end();
}

/** What bake said on its standard error: Compose joins its lines, ends and all, with further ends. */
const bakeError = (text: string): ComposeError =>
  new ComposeError(
    text
      .trimEnd()
      .split('\n')
      .map((line) => `${line}\n`)
      .join('\n'),
  );

function showBuild(
  p: Process,
  progress: BuildProgress,
  mode: string,
  write: (lines: string) => Sys<void> = (lines) => p.print(lines),
): () => Sys<void> {
  if (mode !== 'plain' && p.files.get(2)?.tty !== undefined) return show(p, progress, 'tty');
  const display = new PlainDisplay(progress);
  let over = false;
  let first = true;
  const flush = function* (): Sys<void> {
    // Nothing stands above the first step here, so no blank line parts it from that.
    const lines = first ? display.take().replace(/^\n/, '') : display.take();
    if (lines === '') return;
    first = false;
    yield* write(lines);
  };
  p.kernel.thread(
    p,
    (function* (): Sys<void> {
      while (!over) {
        yield* flush();
        yield { queues: [progress.changed] };
      }
    })(),
  );
  return function* () {
    over = true;
    yield* flush();
  };
}

function* readRequest(
  p: Process,
  project: Project,
  name: string,
  spec: Build,
  image: string,
  options: BuildOptions,
): Sys<BuildRequest> {
  try {
    const dockerfile = spec.dockerfile ?? 'Dockerfile';
    const file = dockerfile.startsWith('/') ? dockerfile : `${spec.context}/${dockerfile}`;
    const context =
      spec.dockerfile_inline === undefined
        ? yield* readContext(p, spec.context, file)
        : {
            ...(yield* readContext(p, spec.context, '')),
            dockerfile: spec.dockerfile_inline,
            dockerfileName: loneDockerfile('', 0).dockerfileName,
          };
    const args = new Map<string, string>();
    for (const [key, value] of Object.entries(spec.args ?? {})) if (value !== null) args.set(key, value);
    for (const [key, value] of options.args) args.set(key, value);
    return {
      context,
      tags: [image, ...(spec.tags ?? [])],
      buildArgs: args,
      target: spec.target ?? '',
      noCache: options.noCache || spec.no_cache === true,
      pull: options.pull || spec.pull === true,
      labels: buildLabels(project, name, spec),
      network: spec.network === 'host' || spec.network === 'none' ? spec.network : 'default',
      extraHosts: (spec.extra_hosts ?? []).map((host) => host.replace('=', ':')),
      ...(spec.shm_size === undefined ? {} : { shmSize: Number(spec.shm_size) }),
    };
  } catch (error) {
    if (error instanceof ContextError) throw bakeError(error.message);
    throw error;
  }
}

/** An image's name that is none is Compose's own error. */
function checkReference(image: string): void {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(image)) return;
  try {
    parseReference(image);
  } catch (error) {
    if (error instanceof DockerError) throw new ComposeError(error.message);
    throw error;
  }
}

export interface EnsureOptions {
  readonly build: boolean;
  readonly noBuild: boolean;
  /** always, missing, never, or as the file says. */
  readonly pull: string;
  readonly quietBuild: boolean;
  readonly credentials: Credentials;
  readonly progressMode: string;
  readonly dry: boolean;
}

/** Has every service its image? Pulls and builds what is missing. */
export function* ensureImages(
  p: Process,
  engine: EngineApi,
  project: Project,
  progress: Progress,
  options: EnsureOptions,
): Sys<void> {
  const pulls: { service: string; image: string }[] = [];
  const builds: string[] = [];
  for (const [name, service] of Object.entries(project.services)) {
    const image = imageOf(project, name, service);
    checkReference(image);
    const here = imageId(engine, image) !== '';
    const given = options.pull === '' ? (service.pull_policy ?? 'missing') : options.pull;
    const policy = service.build !== undefined && options.build ? 'build' : given;
    if (
      service.image !== undefined &&
      policy !== 'never' &&
      policy !== 'build' &&
      (policy === 'always' || !here)
    )
      pulls.push({ service: name, image });
    if (service.build !== undefined && (policy === 'build' || !here)) builds.push(name);
  }
  if (options.dry && pulls.length + builds.length > 0)
    throw new ComposeError(
      'muelle: docker compose --dry-run with images to pull or build is not simulated here',
    );
  if (pulls.length > 0)
    yield* pullImages(p, engine, progress, pulls, options.credentials, false, new Set(builds));
  // What could be pulled need not be built.
  const missing = builds.filter((name) => {
    const service = project.services[name];
    if (service === undefined) return false;
    const forced = options.build || service.pull_policy === 'build' || options.pull === 'build';
    return forced || imageId(engine, imageOf(project, name, service)) === '';
  });
  if (missing.length === 0 || options.noBuild) return;
  yield* buildImages(p, engine, project, missing, {
    noCache: false,
    pull: false,
    quiet: options.quietBuild,
    args: new Map(),
    progress: options.progressMode,
  });
  for (const name of missing) {
    const service = project.services[name];
    if (service !== undefined) yield* progress.event(imageOf(project, name, service), 'Built', 'done');
  }
}
