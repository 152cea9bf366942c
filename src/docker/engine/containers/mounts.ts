import { DockerError } from '../error.ts';
import { parseSize } from '../human.ts';
import type { HostConfig, MountPoint, MountSpec, StringSet } from '../types/container.ts';
import { PROPAGATION, wantedMode } from './mount-mode.ts';

/** A mount that a container will have. */
export interface PlannedMount {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'image';
  /** Volume name ('' until an anonymous volume is made), or host path. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** `Mode` of inspect. */
  readonly mode: string;
  readonly propagation: string;
  readonly noCopy: boolean;
  /** `-v` makes a missing host directory; `--mount` refuses. */
  readonly createSource: boolean;
  readonly subpath: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  readonly driver: string;
  /** tmpfs: bytes, 0 is no limit, and mode. */
  readonly size: number;
  readonly fileMode: number;
  /** `--tmpfs` mounts are not listed in `.Mounts`. */
  readonly hidden: boolean;
  /** Where the engine unpacked the image of an image mount. */
  readonly unpacked?: string;
}

const PLAIN = {
  readOnly: false,
  mode: '',
  propagation: '',
  noCopy: false,
  createSource: false,
  subpath: '',
  driver: 'local',
  size: 0,
  fileMode: 0o1777,
  hidden: false,
} as const;

/**
 * All mounts a container asks for, by destination: those of other containers, `-v`, `--mount`, `--tmpfs`, and the anonymous
 * volumes of image and `-v /path` where nothing else is mounted (daemon/volumes.go registerMountPoints).
 */
export function planMounts(
  host: HostConfig,
  volumes: StringSet | null,
  inherited: readonly PlannedMount[],
): PlannedMount[] {
  const plan = new Map<string, PlannedMount>();
  for (const mount of inherited) plan.set(mount.target, mount);
  // What other containers mount may be mounted over; what is asked for here only once.
  const asked = new Set(Object.keys(host.Tmpfs ?? {}).map(clean));
  for (const mount of [
    ...(host.Binds ?? []).map((spec) => parseBind(spec, host.VolumeDriver)),
    ...(host.Mounts ?? []).map(planMount),
  ]) {
    if (asked.has(mount.target)) throw new DockerError('mount-duplicate', { path: mount.target });
    asked.add(mount.target);
    plan.set(mount.target, mount);
  }
  for (const [target, options] of Object.entries(host.Tmpfs ?? {}))
    plan.set(clean(target), parseTmpfs(clean(target), options));
  for (const path of Object.keys(volumes ?? {})) {
    const target = clean(path.startsWith('/') ? path : `/${path}`);
    if (!plan.has(target)) plan.set(target, { ...PLAIN, type: 'volume', source: '', target });
  }
  return [...plan.values()];
}

function relative(type: string, path: string): DockerError {
  return new DockerError('mount-path-relative', { type, path });
}

/** A `-v` value: `name:/path`, `/host:/path:ro`. */
export function parseBind(spec: string, driver: string): PlannedMount {
  const parts = spec.split(':');
  const [source = '', target = '', modes = ''] = parts.length === 1 ? ['', ...parts] : parts;
  const type = source.startsWith('/') ? 'bind' : 'volume';
  // `/data:ro` is no volume with a mode: a mode needs a source.
  if (parts.length > 3 || target === '' || (parts.length === 2 && wantedMode(target, type) !== undefined))
    throw new DockerError('bind-invalid', { spec });
  const mode = wantedMode(modes, type);
  if (mode === undefined) throw new DockerError('bind-invalid-mode', { mode: modes });
  const refuse = (error: DockerError): DockerError =>
    new DockerError('bind-invalid-reason', { spec, reason: error.message });
  if (type === 'bind' && mode.noCopy)
    throw refuse(new DockerError('mount-field-forbidden', { type, field: 'VolumeOptions' }));
  if (!target.startsWith('/')) throw refuse(relative(type, target));
  if (clean(target) === '/') throw refuse(new DockerError('mount-root', { type }));
  return {
    ...PLAIN,
    type,
    source: type === 'bind' ? clean(source) : source,
    target: clean(target),
    readOnly: mode.readOnly,
    // A volume without a mode of its own is listed with the default of relabelling.
    mode: modes === '' && type === 'volume' ? 'z' : modes,
    propagation: type === 'bind' ? (mode.propagation ?? 'rprivate') : '',
    noCopy: mode.noCopy,
    createSource: true,
    driver: driver || 'local',
  };
}

/** A `--mount` value. */
function planMount(spec: MountSpec): PlannedMount {
  const type = spec.Type || 'volume';
  if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs' && type !== 'image')
    throw new DockerError('mount-type-unknown', { type });
  if (spec.Target === undefined || spec.Target === '') throw new DockerError('mount-target-empty', { type });
  if (!spec.Target.startsWith('/')) throw relative(type, spec.Target);
  const target = clean(spec.Target);
  if (target === '/') throw new DockerError('mount-root', { type });
  const source = spec.Source ?? '';
  if ((type === 'bind' || type === 'image') && source === '')
    throw new DockerError('mount-source-empty', { type });
  if (type === 'bind' && !source.startsWith('/')) throw relative(type, source);
  if (type === 'tmpfs' && source !== '') throw new DockerError('mount-source-not-empty', { type });
  const volume = spec.VolumeOptions;
  const propagation = spec.BindOptions?.Propagation ?? '';
  if (propagation !== '' && !PROPAGATION.includes(propagation))
    throw new DockerError('mount-propagation', { type, propagation });
  const subpath = volume?.Subpath ?? spec.ImageOptions?.Subpath ?? '';
  if (subpath.startsWith('/') || /^\.\.(?:\/|$)/.test(cleanRelative(subpath)))
    throw new DockerError('mount-subpath-absolute', { type });
  return {
    ...PLAIN,
    type,
    source: type === 'bind' ? clean(source) : source,
    target,
    readOnly: type === 'image' || (spec.ReadOnly ?? false),
    mode: type === 'volume' && source !== '' ? 'z' : '',
    propagation: type === 'bind' || type === 'image' ? propagation || 'rprivate' : '',
    noCopy: volume?.NoCopy ?? false,
    createSource: spec.BindOptions?.CreateMountpoint ?? false,
    subpath,
    ...(volume?.Labels === undefined ? {} : { labels: volume.Labels }),
    ...(volume?.DriverConfig?.Options === undefined ? {} : { options: volume.DriverConfig.Options }),
    driver: volume?.DriverConfig?.Name || 'local',
    size: spec.TmpfsOptions?.SizeBytes ?? 0,
    fileMode: spec.TmpfsOptions?.Mode ?? 0o1777,
  };
}

/** What mount(2) knows of a tmpfs, besides size, mode and ro (moby: volume/mounts, pkg/mount). */
const TMPFS_OPTIONS =
  /^(?:rw|exec|noexec|suid|nosuid|dev|nodev|a?sync|(?:no)?atime|(?:no)?diratime|(?:no|strict)?relatime|strictatime|nostrictatime|r?shared|r?private|r?slave|r?unbindable|defaults|remount|dirsync|(?:no)?mand|(?:uid|gid|nr_inodes|nr_blocks|mpol)=.*)$/;

/** A `--tmpfs` value's options: `size=1m,mode=700,ro`. */
function parseTmpfs(target: string, options: string): PlannedMount {
  if (!target.startsWith('/')) throw relative('tmpfs', target);
  let size = 0;
  let fileMode = 0o1777;
  let readOnly = false;
  for (const option of options.split(',')) {
    const [name = '', value = ''] = option.split('=');
    if (name === 'size') size = parseSize(value);
    else if (name === 'mode') fileMode = Number.parseInt(value, 8) || 0o1777;
    else if (name === 'ro') readOnly = true;
    else if (name !== '' && !TMPFS_OPTIONS.test(option))
      throw new DockerError('invalid-tmpfs-option', { option });
  }
  return { ...PLAIN, type: 'tmpfs', source: '', target, size, fileMode, readOnly, hidden: true };
}

/** `a/../../b` ⇒ `../b` */
function cleanRelative(path: string): string {
  const out: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..' && out.length > 0 && out.at(-1) !== '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return out.join('/');
}

function clean(path: string): string {
  const out: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return path.startsWith('/') ? `/${out.join('/')}` : path;
}

/** As `.Mounts` lists it. */
export function mountPoint(mount: PlannedMount, mountpoint: (volume: string) => string): MountPoint {
  const volume = mount.type === 'volume';
  return {
    Type: mount.type,
    ...(volume || mount.type === 'image' ? { Name: mount.source } : {}),
    Source: volume ? mountpoint(mount.source) : (mount.unpacked ?? mount.source),
    Destination: mount.target,
    ...(volume ? { Driver: 'local' } : {}),
    Mode: mount.mode,
    RW: !mount.readOnly,
    Propagation: mount.propagation,
  };
}
