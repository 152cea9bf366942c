import { type CreateRequest, DockerError } from '../../engine/api.ts';
import { familiar, parseReference, withDefaultTag } from '../../engine/reference.ts';
import { attempt } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Call, Support } from '../call.ts';
import { credentials } from '../credentials.ts';
import { CliError } from '../failure.ts';
import { readPlatform } from '../platform.ts';
import { showProgress } from '../stream/progress.ts';

/** What of the options of run and create is simulated. Not listed: --storage-opt. */
export const CREATE_FLAGS: Readonly<Record<string, Support>> = {
  'add-host': 'full',
  annotation: 'parsed',
  attach: 'full',
  'blkio-weight': 'parsed',
  'cap-add': 'partial',
  'cap-drop': 'partial',
  'cgroup-parent': 'parsed',
  cgroupns: 'parsed',
  cidfile: 'full',
  'cpu-period': 'parsed',
  'cpu-quota': 'parsed',
  'cpu-rt-period': 'parsed',
  'cpu-rt-runtime': 'parsed',
  'cpu-shares': 'parsed',
  cpus: 'partial',
  'cpuset-cpus': 'partial',
  'cpuset-mems': 'parsed',
  device: 'partial',
  'device-cgroup-rule': 'parsed',
  dns: 'full',
  'dns-option': 'full',
  'dns-search': 'full',
  domainname: 'full',
  entrypoint: 'full',
  env: 'full',
  'env-file': 'full',
  expose: 'full',
  gpus: 'parsed',
  'group-add': 'partial',
  'health-cmd': 'full',
  'health-interval': 'full',
  'health-retries': 'full',
  'health-start-interval': 'full',
  'health-start-period': 'full',
  'health-timeout': 'full',
  hostname: 'full',
  init: 'full',
  interactive: 'full',
  ip: 'full',
  ip6: 'full',
  ipc: 'parsed',
  isolation: 'parsed',
  label: 'full',
  'label-file': 'full',
  link: 'full',
  'link-local-ip': 'parsed',
  'log-driver': 'partial',
  'log-opt': 'partial',
  'mac-address': 'full',
  memory: 'full',
  'memory-reservation': 'parsed',
  'memory-swap': 'parsed',
  'memory-swappiness': 'parsed',
  mount: 'full',
  name: 'full',
  network: 'full',
  'network-alias': 'full',
  'no-healthcheck': 'full',
  'oom-kill-disable': 'parsed',
  'oom-score-adj': 'parsed',
  pid: 'partial',
  'pids-limit': 'full',
  platform: 'full',
  privileged: 'partial',
  publish: 'full',
  'publish-all': 'full',
  pull: 'full',
  quiet: 'full',
  'read-only': 'full',
  restart: 'full',
  rm: 'full',
  runtime: 'partial',
  'security-opt': 'partial',
  'shm-size': 'full',
  'stop-signal': 'full',
  'stop-timeout': 'full',
  sysctl: 'partial',
  tmpfs: 'full',
  tty: 'full',
  ulimit: 'partial',
  'use-api-socket': 'partial',
  user: 'full',
  userns: 'parsed',
  uts: 'partial',
  volume: 'full',
  'volume-driver': 'parsed',
  'volumes-from': 'full',
  workdir: 'full',
};

/** A mistake in the options: the real CLI's words with a hint, exit 125. */
export function withHelp(message: string, command: string, code = 125): CliError {
  return new CliError(`docker: ${message}\n\nRun 'docker ${command} --help' for more information`, code);
}

/** Refuses a `--pull` that is none. */
export function checkPull(pull: string): void {
  if (!['always', 'missing', 'never', ''].includes(pull))
    throw new CliError(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`);
}

/** Creates the container, pulling its image if need be; returns its ID. */
export function* createContainer(call: Call, request: CreateRequest): Sys<string> {
  const { p, flags } = call;
  const cidfile = flags.string('cidfile');
  if (cidfile !== '') {
    if (p.fs.exists(cidfile, p.cwd))
      throw new CliError(
        `container ID file found, make sure the other container isn't running or delete ${cidfile}`,
      );
    const made = attempt(() => p.fs.write(cidfile, '', p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }));
    if (made instanceof Error)
      throw new CliError(
        `failed to create the container ID file: open ${cidfile}: ${made.message.toLowerCase()}`,
      );
  }
  try {
    const platform = yield* readPlatform(p, flags, 'error parsing specified platform: ');
    const { Id, Warnings } = yield* createWithImage(call, {
      ...request,
      ...(platform === undefined ? {} : { platform }),
    });
    for (const warning of Warnings) yield* p.error(`WARNING: ${warning}\n`);
    if (cidfile !== '') p.fs.write(cidfile, Id, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
    return Id;
  } catch (error) {
    if (cidfile !== '') p.fs.unlink(cidfile, p.cwd);
    throw error;
  }
}

function* createWithImage(
  call: Call,
  request: CreateRequest,
): Sys<{ Id: string; Warnings: readonly string[] }> {
  const { p, engine, flags } = call;
  const image = request.Config.Image;
  const named = imageName(image);
  const pull = flags.string('pull');
  if (pull === 'always' && named !== undefined) yield* pullImage(call, named);
  try {
    return yield* engine.containerCreate(request);
  } catch (error) {
    const missing =
      error instanceof DockerError && (error.id === 'no-such-image' || error.id === 'image-other-platform');
    if (!missing || named === undefined || pull !== 'missing') throw error;
    if (!flags.bool('quiet')) yield* p.error(`Unable to find image '${named}' locally\n`);
    yield* pullImage(call, named);
    return yield* engine.containerCreate(request);
  }
}

/** The full name of the image as people write it, or undefined for an ID. CliError for what is no reference. */
function imageName(image: string): string | undefined {
  if (/^[0-9a-f]{64}$/.test(image) || /^sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  try {
    return familiar(withDefaultTag(parseReference(image)));
  } catch (error) {
    if (error instanceof DockerError) throw new CliError(error.message);
    throw error;
  }
}

function* pullImage({ p, engine, flags }: Call, name: string): Sys<void> {
  const auth = credentials(p, name);
  const platform = yield* readPlatform(p, flags);
  const options = {
    ...(platform === undefined ? {} : { platform }),
    ...(auth === undefined ? {} : { auth }),
  };
  const show = showProgress(p, 2);
  const quiet = flags.bool('quiet');
  yield* engine.imagePull(name, options, function* (message) {
    if (!quiet) yield* show(message);
  });
}
