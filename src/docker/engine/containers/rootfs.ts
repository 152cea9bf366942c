import { utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { ProcTree } from '../../kernel/fs/proc.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import { type Mount, Vfs } from '../../kernel/fs/vfs.ts';
import type { PidNamespace } from '../../kernel/kernel.ts';
import type { Cgroup } from '../../kernel/process.ts';
import { DockerError } from '../error.ts';
import type { ImageRecord } from '../images/record.ts';
import type { Rooms } from '../rooms.ts';
import { sysTree } from './cgroup-files.ts';
import type { Container } from './container.ts';
import { deviceTree, isDevice } from './devices.ts';
import { givenMount } from './given-files.ts';
import type { PlannedMount } from './mounts.ts';
import { capabilitiesOf } from './verify.ts';

const baselines = new WeakMap<ImageRecord, DirectoryNode>();

/** What the kernel lists of mounts that may hold neither devices nor programs. */
const GUARDED = 'nosuid,nodev,noexec,relatime';

/** Bytes of the layer the engine puts between image and container: /dev, /etc, /proc, /sys, .dockerenv. */
export const INIT_LAYER_SIZE = 7 * 4096;

/** The image's root with what every container has on top (the init layer). Remembered. */
export function baselineOf(image: ImageRecord): DirectoryNode {
  const known = baselines.get(image);
  if (known !== undefined) return known;
  const tree = new Tree(image.root);
  const time = image.created ?? 0;
  for (const name of ['dev', 'etc', 'proc', 'sys'])
    if (tree.get([name]) === undefined) tree.put([name], emptyDirectory(time), time);
  for (const path of [['.dockerenv'], ['etc', 'hostname'], ['etc', 'hosts'], ['etc', 'resolv.conf']])
    if (tree.get(path) === undefined || tree.get(path)?.kind === 'link')
      tree.put(
        path,
        { kind: 'file', data: new Uint8Array(0), mode: 0o755, uid: 0, gid: 0, mtime: time },
        time,
      );
  const baseline = tree.snapshot();
  baselines.set(image, baseline);
  return baseline;
}

/** Files the engine makes for a container and mounts over /etc. */
export interface EtcFiles {
  /** Builds have none. */
  readonly hostname?: string;
  readonly hosts: string;
  readonly resolv: string;
}

/** The mounts of a container's root file system, as `runc` makes them; `sealed`: /etc/hosts and its kin cannot be written. Throws for sources and targets that do not fit. */
export function buildFileSystem(
  rooms: Rooms,
  container: Container,
  etc: Tree,
  pids: PidNamespace,
  cgroup: Cgroup,
  sealed = false,
): Vfs {
  const { daemon } = rooms;
  const { hostConfig } = container;
  for (const { PathOnHost: path } of hostConfig.Devices)
    if (!isDevice(path)) throw new DockerError('device-missing', { path });
  const { kernel } = daemon;
  const sys = sysTree(container, cgroup, daemon.settings.cgroupVersion);
  const time = daemon.now;
  const root: Mount = {
    target: '',
    tree: container.tree,
    at: [],
    readOnly: false,
    type: 'overlay',
    source: 'overlay',
  };
  const sysctls = new Map([
    ['kernel/hostname', container.hostname],
    ['kernel/ostype', 'Linux'],
    ['kernel/pid_max', '4194304'],
    ['net/core/somaxconn', '4096'],
    ['net/ipv4/ip_forward', '1'],
    ['net/ipv4/ip_unprivileged_port_start', '0'],
    ['vm/drop_caches', '0'],
    ['vm/overcommit_memory', '0'],
    ['vm/swappiness', '60'],
    ...Object.entries(hostConfig.Sysctls ?? {}).map(
      ([name, value]) => [name.replaceAll('.', '/'), value] as const,
    ),
  ]);
  const proc = new ProcTree(kernel, pids, {
    memory: daemon.settings.memory,
    cpus: daemon.settings.cpus,
    bootedAt: daemon.bootedAt,
    sysctls,
  });
  const mounts: Mount[] = [
    { target: '/proc', tree: proc, at: [], readOnly: false, type: 'proc', options: `rw,${GUARDED}` },
    ...(hostConfig.Privileged
      ? []
      : [
          {
            target: '/proc/sys',
            tree: proc,
            at: ['sys'],
            readOnly: true,
            type: 'proc',
            options: `ro,${GUARDED}`,
          },
        ]),
    {
      target: '/dev',
      tree: deviceTree(container, time),
      at: [],
      readOnly: false,
      type: 'tmpfs',
      size: 67108864,
      options: 'rw,nosuid,size=65536k,mode=755',
    },
    {
      target: '/dev/shm',
      tree: new Tree(emptyDirectory(time, 0o1777)),
      at: [],
      readOnly: false,
      type: 'tmpfs',
      source: 'shm',
      size: hostConfig.ShmSize,
      options: `rw,${GUARDED},size=${Math.ceil(hostConfig.ShmSize / 1024)}k`,
    },
    {
      target: '/sys',
      tree: sys,
      at: [],
      readOnly: !hostConfig.Privileged,
      type: 'sysfs',
      options: `${hostConfig.Privileged ? 'rw' : 'ro'},${GUARDED}`,
    },
    // The hierarchies of version 1 are not shown as mounts of their own.
    ...(daemon.settings.cgroupVersion === 1
      ? []
      : [
          {
            target: '/sys/fs/cgroup',
            tree: sys,
            at: ['fs', 'cgroup'],
            readOnly: !hostConfig.Privileged,
            type: 'cgroup2',
            source: 'cgroup',
            options: `${hostConfig.Privileged ? 'rw' : 'ro'},${GUARDED}`,
          },
        ]),
    ...['hostname', 'hosts', 'resolv.conf']
      .filter((name) => etc.get([name]) !== undefined)
      .map((name) => ({
        target: `/etc/${name}`,
        tree: etc,
        at: [name],
        readOnly: sealed || hostConfig.ReadonlyRootfs,
        type: 'ext4',
        source: '/dev/vda',
      })),
  ];
  const fs = new Vfs([root], () => kernel.clock.now);
  const unpacked = `${daemon.settings.dataRoot}/rootfs/overlayfs/${container.id}`;
  const attach = (mount: Mount, source: string): void => {
    requireMountpoint(fs, mount, source, unpacked);
    fs.mount(mount);
    mounts.push(mount);
  };
  // The outer mounts first, as runc is told them: `/work` before `/work/logs`.
  const ordered = [...container.mounts].sort((a, b) => depth(a.target) - depth(b.target));
  for (const planned of ordered)
    attach(
      mountOf(rooms, planned, time),
      planned.type === 'volume' ? rooms.volumes.mountpoint(planned.source) : planned.source,
    );
  for (const file of container.given) attach(givenMount(file, time), file.target);
  const workdir = container.config.WorkingDir;
  if (workdir !== '' && !mounts.some((mount) => workdir.startsWith(`${mount.target}/`)))
    makeDirectory(fs, workdir);
  const whole = new Vfs(
    [{ ...root, readOnly: hostConfig.ReadonlyRootfs }, ...mounts],
    () => kernel.clock.now,
  );
  if (workdir !== '' && !whole.exists(workdir)) makeDirectory(whole, workdir);
  whole.bound = !capabilitiesOf(hostConfig).has('DAC_OVERRIDE');
  return whole;
}

const depth = (path: string): number => path.split('/').length;

function mountOf(rooms: Rooms, planned: PlannedMount, time: number): Mount {
  const { daemon, volumes, images } = rooms;
  if (planned.type === 'image') {
    const tree = new Tree(images.store.get(planned.source).root);
    const at = planned.subpath.split('/').filter((part) => part !== '' && part !== '.');
    return { target: planned.target, tree, at, readOnly: true, type: 'overlay', source: 'overlay' };
  }
  if (planned.type === 'tmpfs')
    return {
      target: planned.target,
      tree: new Tree(emptyDirectory(time, planned.fileMode)),
      at: [],
      readOnly: planned.readOnly,
      type: 'tmpfs',
      size: planned.size === 0 ? daemon.settings.memory / 2 : planned.size,
      options: tmpfsOptions(planned),
    };
  if (planned.type === 'volume')
    return volumes.mount(planned.source, planned.target, planned.readOnly, planned.subpath);
  const { fs } = daemon.host;
  if (!fs.exists(planned.source)) {
    if (!planned.createSource) throw new DockerError('mount-bind-missing', { path: planned.source });
    makeSource(fs, planned.source);
  }
  // Only what the host's mounts share could be passed on; they are private here.
  const kind = /^r?shared$/.test(planned.propagation)
    ? 'shared'
    : /^r?slave$/.test(planned.propagation)
      ? 'shared or slave'
      : undefined;
  const place = fs.resolve(planned.source);
  if (kind !== undefined)
    throw new DockerError('mount-not-shared', {
      path: planned.source,
      mount: place.mount.target || '/',
      kind,
    });
  const pin = place.mount.tree.pin(place.path);
  return {
    target: planned.target,
    get tree() {
      return pin.tree;
    },
    get at() {
      return pin.at;
    },
    readOnly: planned.readOnly || place.mount.readOnly,
    type: 'ext4',
    source: '/dev/vda',
  };
}

/** `rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700`: as the kernel lists a container's tmpfs. */
function tmpfsOptions({ readOnly, size, fileMode }: PlannedMount): string {
  const limit = size === 0 ? '' : `,size=${Math.ceil(size / 1024)}k`;
  const mode = fileMode === 0o1777 ? '' : `,mode=${fileMode.toString(8)}`;
  return `${readOnly ? 'ro' : 'rw'},${GUARDED}${limit}${mode}`;
}

/** `-v` makes the host directory that is missing, with all above it. */
function makeSource(fs: Vfs, path: string): void {
  try {
    fs.mkdir(path, '/', { parents: true });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    // Where a name of the path is a file, or a link that leads nowhere.
    const names = path.split('/').slice(1);
    const paths = names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
    const at = paths.find((part) => !fs.isDirectory(part)) ?? path;
    const reason = error.code === 'ENOTDIR' ? 'not a directory' : error.message.toLowerCase();
    throw new DockerError('mount-source-failed', { path, at, reason });
  }
}

/** A directory, or for a file a file, to mount on. Errno ENOTDIR, EROFS. */
export function makeMountpoint(fs: Vfs, target: string, source: FsNode | undefined): void {
  const isDirectory = source === undefined || source.kind === 'directory';
  if (fs.exists(target)) {
    if (fs.isDirectory(target) !== isDirectory) throw new Errno('ENOTDIR');
  } else if (isDirectory) makeDirectory(fs, target);
  else {
    makeDirectory(fs, target.replace(/\/[^/]*$/, '') || '/');
    fs.write(target, new Uint8Array(0));
  }
}

/** The same as runc does it, in its words. */
function requireMountpoint(fs: Vfs, mount: Mount, from: string, root: string): void {
  try {
    makeMountpoint(fs, mount.target, mount.tree.get(mount.at));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'EROFS')
      throw new DockerError('mountpoint-refused', {
        source: from,
        target: mount.target,
        root,
        reason: 'read-only file system',
      });
    throw new DockerError('mount-not-a-directory', { source: from, target: mount.target });
  }
}

function makeDirectory(fs: Vfs, path: string): void {
  if (!fs.exists(path)) fs.mkdir(path, '/', { parents: true });
}

/** The three files of /etc in a tree of their own. */
export function etcTree(files: EtcFiles, time: number): Tree {
  const tree = new Tree(emptyDirectory(time));
  for (const [name, content] of [
    ['hostname', files.hostname],
    ['hosts', files.hosts],
    ['resolv.conf', files.resolv],
  ] as const)
    if (content !== undefined)
      tree.put([name], { kind: 'file', data: utf8(content), mode: 0o644, uid: 0, gid: 0, mtime: time }, time);
  return tree;
}
