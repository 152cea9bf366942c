import type { ImageConfig } from '../../images/types.ts';
import { DockerError } from '../error.ts';
import { sortedRecord } from '../filters.ts';
import type { ContainerConfig, CreateRequest, Healthcheck, StringSet } from '../types/container.ts';

/**
 * What runs: the request's configuration completed by the image's, in the API's field order (daemon/commit.go merge and
 * daemon/create.go). `hostname` is the default one. Throws no-command, workdir-relative.
 */
export function mergeConfig(
  request: CreateRequest['Config'],
  image: ImageConfig,
  hostname: string,
  ports: readonly string[],
): ContainerConfig {
  const { entrypoint, cmd } = command(request, image);
  if (entrypoint.length === 0 && cmd.length === 0) throw new DockerError('no-command');
  const exposed: StringSet = {
    ...asSet(image.ExposedPorts),
    ...request.ExposedPorts,
    ...Object.fromEntries(ports.map((port) => [port, {}])),
  };
  const volumes: StringSet = { ...asSet(image.Volumes), ...request.Volumes };
  const healthcheck = mergeHealth(request.Healthcheck, image.Healthcheck);
  const stopSignal = request.StopSignal || image.StopSignal;
  const shell = request.Shell ?? image.Shell;
  return {
    Hostname: request.Hostname || hostname,
    Domainname: request.Domainname ?? '',
    User: request.User || image.User || '',
    AttachStdin: request.AttachStdin ?? false,
    AttachStdout: request.AttachStdout ?? false,
    AttachStderr: request.AttachStderr ?? false,
    ...(Object.keys(exposed).length === 0 ? {} : { ExposedPorts: sortedRecord(exposed) }),
    Tty: request.Tty ?? false,
    OpenStdin: request.OpenStdin ?? false,
    StdinOnce: request.StdinOnce ?? false,
    Env: mergeEnv(request.Env ?? [], image.Env ?? []),
    Cmd: cmd.length === 0 ? null : cmd,
    ...(healthcheck === undefined ? {} : { Healthcheck: healthcheck }),
    Image: request.Image,
    Volumes: Object.keys(volumes).length === 0 ? null : sortedRecord(volumes),
    WorkingDir: workingDir(request.WorkingDir || image.WorkingDir || ''),
    Entrypoint: entrypoint.length === 0 ? null : entrypoint,
    ...(request.NetworkDisabled === true ? { NetworkDisabled: true } : {}),
    ...(image.OnBuild === undefined || image.OnBuild.length === 0 ? {} : { OnBuild: image.OnBuild }),
    Labels: sortedRecord({ ...image.Labels, ...request.Labels }),
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    ...(request.StopTimeout === undefined ? {} : { StopTimeout: request.StopTimeout }),
    ...(shell === undefined ? {} : { Shell: shell }),
  };
}

/** A given entrypoint drops the image's command; `--entrypoint ''` is sent as `['']` and resets it. */
function command(
  request: CreateRequest['Config'],
  image: ImageConfig,
): { entrypoint: readonly string[]; cmd: readonly string[] } {
  const given = request.Entrypoint ?? [];
  if (given.length > 0)
    return { entrypoint: given.length === 1 && given[0] === '' ? [] : given, cmd: request.Cmd ?? [] };
  const asked = request.Cmd ?? [];
  return { entrypoint: image.Entrypoint ?? [], cmd: asked.length === 0 ? (image.Cmd ?? []) : asked };
}

/** The request's variables, then those of the image it does not set. */
function mergeEnv(request: readonly string[], image: readonly string[]): readonly string[] {
  const keys = new Set(request.map(key));
  return [...request, ...image.filter((entry) => !keys.has(key(entry)))];
}

function key(entry: string): string {
  return entry.replace(/=.*/s, '');
}

function asSet(map: Readonly<Record<string, object>> | undefined): StringSet {
  return Object.fromEntries(Object.keys(map ?? {}).map((name) => [name, {}]));
}

function workingDir(dir: string): string {
  if (dir !== '' && !dir.startsWith('/')) throw new DockerError('workdir-relative', { dir });
  return dir === '' || dir === '/' ? dir : dir.replace(/\/+$/, '').replace(/\/{2,}/g, '/');
}

/** Fields of the request win; what it leaves out comes from the image. In Go's field order, zeros left out. */
function mergeHealth(
  request: Healthcheck | undefined,
  image: ImageConfig['Healthcheck'],
): Healthcheck | undefined {
  if (request === undefined && image === undefined) return undefined;
  const test = request?.Test !== undefined && request.Test.length > 0 ? request.Test : image?.Test;
  const out: Healthcheck = test === undefined ? {} : { Test: test };
  for (const field of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const) {
    const value = request?.[field] || image?.[field];
    if (value !== undefined && value !== 0) out[field] = value;
  }
  return out;
}
