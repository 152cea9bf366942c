import { type BuildRequest, failureExcerpt, build as runBuild } from '../../../build/build.ts';
import { ContextError, readContext } from '../../../build/context/client.ts';
import { type Warning, warningText } from '../../../build/dockerfile/linter.ts';
import { errorBoxes, Progress } from '../../../build/progress/progress.ts';
import { type ProgressMode, show } from '../../../build/progress/show.ts';
import { DockerError } from '../../../engine/api.ts';
import { parseReference } from '../../../engine/reference.ts';
import type { Process } from '../../../kernel/process.ts';
import { type Sys, until, WaitQueue } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, notSimulated } from '../../failure.ts';
import { toRecord } from '../../parse/flags.ts';
import { parseUlimit } from '../../parse/validators.ts';
import { type CallOption, count, debugDetails, printCall, readCall } from './build-call.ts';
import {
  checkPairs,
  checkPlatforms,
  exporter,
  outputNames,
  readContexts,
  readHosts,
  readOutput,
  readSecrets,
} from './build-options.ts';

/** buildx names itself in front of its failures. */
const failed = (message: string): CliError => new CliError(`ERROR: failed to build: ${message}`);

/** Flags of the builder of before BuildKit, and what is said of them. */
const REMOVED = [
  [
    'squash',
    'experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage Dockerfile for efficiency.',
  ],
  ['isolation', 'isolation flag is deprecated with BuildKit.'],
  [
    'security-opt',
    'security-opt flag is deprecated. "RUN --security=insecure" should be used with BuildKit.',
  ],
] as const;

/** `docker build` with BuildKit. */
export const build: Command = {
  flags: {
    'add-host': 'full',
    'build-arg': 'full',
    'build-context': 'partial',
    'cache-from': 'parsed',
    'cache-to': 'parsed',
    builder: 'parsed',
    call: 'full',
    check: 'full',
    debug: 'parsed',
    file: 'full',
    iidfile: 'full',
    label: 'full',
    load: 'full',
    'metadata-file': 'full',
    network: 'full',
    'no-cache': 'full',
    'no-cache-filter': 'full',
    output: 'partial',
    platform: 'partial',
    progress: 'full',
    provenance: 'parsed',
    pull: 'full',
    quiet: 'full',
    sbom: 'parsed',
    secret: 'full',
    'shm-size': 'full',
    tag: 'full',
    target: 'full',
    ulimit: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    for (const [flag, warning] of REMOVED) if (flags.changed(flag)) yield* p.error(`WARNING: ${warning}\n`);
    checkTags(flags.list('tag'));
    const output = readOutput(flags.list('output').at(-1), p.cwd);
    const callOption = readCall(flags.bool('check') ? 'check' : flags.string('call'));
    const mode = progressMode(p, flags.string('progress'), flags.bool('quiet'));
    const sent = yield* readRequest(call, args[0] ?? '', callOption);
    let tarball: Uint8Array | undefined;
    const request: BuildRequest = {
      ...sent,
      output: output === undefined ? undefined : exporter(p, output, (bytes) => (tarball = bytes)),
    };
    if (mode !== 'quiet')
      yield* p.error(mode === 'plain' ? '#0 building with "default" instance using docker driver\n' : '');
    const progress = new Progress(() => p.kernel.clock.now);
    const end = show(p, progress, mode);
    const outcome = yield* untilInterrupted(p, runBuild(p, engine, request, progress));
    if (outcome === undefined) progress.cancel();
    yield* end();
    if (outcome === undefined) {
      yield* p.error('ERROR: failed to build: failed to solve: Canceled: context canceled\n');
      return 130;
    }
    const { image, error, warnings } = outcome;
    if (mode !== 'quiet') yield* p.error(errorBoxes(progress));
    if (request.call !== undefined && (error === undefined || request.call === 'check')) {
      // The image that was not built has no ID.
      if (mode === 'quiet') yield* p.print('\n');
      const place = dockerfilePlace(request, args[0] ?? '', flags.string('file'));
      return yield* printCall(p, request, place, callOption, outcome);
    }
    if (mode !== 'quiet') yield* p.error(warningSummary(request, warnings, call.debug === true));
    if (error !== undefined) {
      yield* p.error(failureExcerpt(request, error));
      throw failed(`failed to solve: ${error.message}`);
    }
    if (tarball !== undefined) yield* p.write(1, tarball);
    if (image === undefined) return 0;
    if (flags.changed('iidfile')) p.fs.write(flags.string('iidfile'), image.id, p.cwd);
    if (flags.changed('metadata-file'))
      p.fs.write(
        flags.string('metadata-file'),
        `${JSON.stringify({ 'containerimage.config.digest': image.config, 'containerimage.digest': image.id, 'image.name': request.tags.join(',') }, undefined, 2)}`,
        p.cwd,
      );
    if (flags.bool('quiet')) yield* p.print(`${image.id}\n`);
    return 0;
  },
};

/** Does something that Ctrl-C and SIGTERM end; undefined if they did. */
export function* untilInterrupted<T>(p: Process, body: Sys<T>): Sys<T | undefined> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  let interrupted = false;
  const changed = new WaitQueue();
  const thread = p.kernel.thread(
    p,
    (function* () {
      try {
        outcome = { value: yield* body };
      } catch (error) {
        outcome = { error };
      }
      changed.wake();
    })(),
  );
  const stop = (): void => {
    interrupted = true;
    changed.wake();
  };
  for (const signal of ['INT', 'TERM'] as const) p.onSignal(signal, stop);
  yield* until(() => outcome !== undefined || interrupted, changed);
  for (const signal of ['INT', 'TERM'] as const) p.onSignal(signal, undefined);
  if (outcome === undefined) {
    thread.drop();
    return undefined;
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

function checkTags(tags: readonly string[]): void {
  for (const tag of tags) {
    try {
      parseReference(tag);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      const reason = error.id === 'reference-uppercase' ? 'repository name must be lowercase' : error.message;
      throw failed(`invalid tag ${JSON.stringify(tag)}: ${reason}`);
    }
  }
}

/** How the progress is to be shown. Throws CliError. */
export function progressMode(p: Process, written: string, quiet: boolean): ProgressMode {
  const mode =
    p.env.get('BUILDKIT_PROGRESS') !== undefined && written === 'auto'
      ? (p.env.get('BUILDKIT_PROGRESS') ?? 'auto')
      : written;
  if (quiet) {
    if (!['auto', '', 'quiet'].includes(written))
      throw new CliError(`ERROR: progress=${written} and quiet cannot be used together`);
    return 'quiet';
  }
  const terminal = p.files.get(2)?.tty !== undefined;
  switch (mode) {
    case 'auto':
    case '':
      return terminal ? 'tty' : 'plain';
    case 'plain':
    case 'quiet':
      return mode;
    case 'tty':
      if (!terminal) throw failed('failed to get console: provided file is not a console');
      return 'tty';
    case 'rawjson':
      throw notSimulated('build --progress rawjson');
    default:
      throw new CliError(`ERROR: invalid progress mode ${mode}`);
  }
}

/** Reads what is to be built from the flags of `docker build`. */
export function* readRequest(
  { p, flags }: Call,
  argument: string,
  { method }: CallOption,
): Sys<BuildRequest> {
  const network = flags.string('network');
  if (!['default', 'none', 'host'].includes(network))
    throw failed(
      `network mode ${JSON.stringify(network)} not supported by buildkit - you can define a custom network for your builder using the network driver-opt in buildx create`,
    );
  checkPlatforms(flags.list('platform'));
  checkPairs([...flags.list('build-arg'), ...flags.list('label')]);
  const extraHosts = readHosts(flags.list('add-host'));
  try {
    const context = yield* readContext(p, argument, flags.string('file'));
    return {
      context,
      tags: [...flags.list('tag'), ...outputNames(flags.list('output').at(-1))],
      buildArgs: buildArgs(p, flags.list('build-arg')),
      target: flags.string('target'),
      noCache: flags.bool('no-cache'),
      noCacheFilter: flags.list('no-cache-filter').flatMap((list) => list.split(',')),
      ulimits: flags.list('ulimit').map(parseUlimit),
      secrets: readSecrets(p, flags.list('secret')),
      contexts: readContexts(p, flags.list('build-context')),
      pull: flags.bool('pull'),
      labels: toRecord(flags.list('label')),
      network: network as BuildRequest['network'],
      extraHosts,
      ...(method === '' || method === 'build' ? {} : { call: method }),
      ...(flags.changed('shm-size') ? { shmSize: flags.bytes('shm-size') } : {}),
    };
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    throw error.message.startsWith('muelle:') ? new CliError(error.message) : failed(error.message);
  }
}

/** `NAME=value`, or `NAME` for the caller's own variable, if it has one. */
export function buildArgs(p: Process, items: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (const item of items) {
    const at = item.indexOf('=');
    const name = at < 0 ? item : item.slice(0, at);
    const value = at < 0 ? p.env.get(name) : item.slice(at + 1);
    if (value !== undefined) out.set(name, value);
  }
  return out;
}

/** How `--check` calls the Dockerfile: by its path as it was given. */
function dockerfilePlace({ context }: BuildRequest, argument: string, file: string): string {
  if (file === '-' || (argument === '-' && context.uploaded !== true)) return context.dockerfileName;
  const names = (file !== '' ? file : `${argument}/${context.dockerfileName}`).split('/');
  return names.filter((name, at) => name !== '.' && (name !== '' || at === 0)).join('/');
}

function warningSummary({ context }: BuildRequest, warnings: readonly Warning[], debug: boolean): string {
  if (warnings.length === 0) return '';
  const text = typeof context.dockerfile === 'string' ? context.dockerfile : '';
  const list = warnings.map(
    (warning) =>
      ` - ${warningText(warning)}\n${debug ? debugDetails(context.dockerfileName, text, warning) : ''}`,
  );
  const hint = debug ? '' : ' (use docker --debug to expand)';
  return `\n \x1b[33m${count(warnings)} found${hint}:\n\x1b[0m${list.join('')}`;
}
