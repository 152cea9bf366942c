import { rfc3339Nano } from '../../kernel/clock.ts';
import { Errno } from '../../kernel/errno.ts';
import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { sizeOf } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Mount } from '../../kernel/fs/vfs.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Daemon } from '../daemon.ts';
import { DockerError } from '../error.ts';
import { checkFilters, flag, labelsAllowed, labelsMatch, sortedRecord, wanted } from '../filters.ts';
import { parseBool, parseSize } from '../human.ts';
import { isValidName } from '../names.ts';
import type { PruneReport } from '../types/image.ts';
import type { Filters } from '../types/system.ts';
import type { Volume, VolumeCreateRequest, VolumeUsage } from '../types/volume.ts';

/** Marks volumes that got their name from the engine; prune takes only these by default. */
const ANONYMOUS = 'com.docker.volume.anonymous';

interface VolumeRecord {
  readonly name: string;
  readonly created: number;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
}

/** Volumes: directories below the data root of the host, as the `local` driver keeps them. */
export class Volumes {
  readonly daemon: Daemon;
  readonly #byName = new Map<string, VolumeRecord>();
  /** IDs of the containers that mount a volume, by its name. */
  readonly #users = new Map<string, Set<string>>();

  /** The trees of volumes of type tmpfs that are mounted, and by how many containers. */
  readonly #mounted = new Map<string, { tree: Tree; users: number }>();

  constructor(daemon: Daemon) {
    this.daemon = daemon;
  }

  /** mount(2) of the local driver failed. */
  #refuse(name: string, device: string, options: string, reason: string): never {
    const data = options === '' || /^r?bind$/.test(options) ? '' : `, data: ${options}`;
    const flags = /(?:^|,)r?bind\b/.test(options) ? ', flags: 0x1000' : '';
    throw new DockerError('volume-mount-failed', {
      place: this.mountpoint(name),
      mount: `mount ${device}:${this.mountpoint(name)}${flags}${data}: ${reason}`,
    });
  }

  get count(): number {
    return this.#byName.size;
  }

  #place(name: string): string {
    return `${this.daemon.settings.dataRoot}/volumes/${name}`;
  }

  /** Where the volume's files are on the host. */
  mountpoint(name: string): string {
    return `${this.#place(name)}/_data`;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  *create(request: VolumeCreateRequest): Sys<Volume> {
    const driver = request.Driver === undefined || request.Driver === '' ? 'local' : request.Driver;
    const anonymous = request.Name === undefined || request.Name === '';
    const name = anonymous ? this.daemon.newId() : (request.Name ?? '');
    if (driver !== 'local' && !this.#byName.has(name)) {
      yield* this.daemon.work(15_000, 15_010);
      throw new DockerError('no-such-volume-plugin', { name, driver });
    }
    yield* this.daemon.work(0.5, 1.5);
    this.ensure(name, { anonymous, labels: request.Labels, options: request.DriverOpts });
    return this.inspect(name);
  }

  /** Makes a volume unless it is there. Throws invalid-volume-name. */
  ensure(
    name: string,
    how: {
      anonymous: boolean;
      labels?: Readonly<Record<string, string>> | undefined;
      options?: Readonly<Record<string, string>> | undefined;
    },
  ): void {
    if (this.#byName.has(name)) return;
    if (name.length === 1) throw new DockerError('volume-name-short', { name });
    if (!isValidName(name)) throw new DockerError('invalid-volume-name', { name });
    for (const option of Object.keys(how.options ?? {}))
      if (!['type', 'o', 'device', 'size'].includes(option))
        throw new DockerError('volume-invalid-option', { name, option });
    checkOptions(name, how.options ?? {});
    const labels = how.anonymous ? { ...how.labels, [ANONYMOUS]: '' } : how.labels;
    this.#byName.set(name, {
      name,
      created: this.daemon.now,
      labels: labels === undefined || Object.keys(labels).length === 0 ? null : sortedRecord(labels),
      options:
        how.options === undefined || Object.keys(how.options).length === 0 ? null : sortedRecord(how.options),
    });
    this.daemon.host.fs.mkdir(this.mountpoint(name), '/', { parents: true });
    this.daemon.events.log('volume', 'create', name, { driver: 'local' });
  }

  /** Finds a volume by name, or by the prefix of an anonymous name. Throws no-such-volume. */
  #get(ref: string): VolumeRecord {
    const record = this.#byName.get(ref);
    if (record === undefined) throw new DockerError('no-such-volume', { name: ref });
    return record;
  }

  inspect(ref: string): Volume {
    const { name, created, labels, options } = this.#get(ref);
    return {
      CreatedAt: rfc3339Nano(Math.floor(created / 1000) * 1000),
      Driver: 'local',
      Labels: labels,
      Mountpoint: this.mountpoint(name),
      Name: name,
      Options: options,
      Scope: 'local',
    };
  }

  list(filters: Filters = {}): Volume[] {
    checkFilters(filters, ['dangling', 'driver', 'label', 'name']);
    const dangling = flag(filters, 'dangling');
    const names = wanted(filters, 'name');
    const drivers = wanted(filters, 'driver');
    return [...this.#byName.values()]
      .filter(
        (volume) =>
          (dangling === undefined || dangling === !this.#isUsed(volume.name)) &&
          (names === undefined || names.some((name) => matches(volume.name, name))) &&
          (drivers === undefined || drivers.includes('local')) &&
          labelsMatch(filters, volume.labels ?? {}),
      )
      .map((volume) => this.inspect(volume.name));
  }

  /** With references and bytes, for `docker system df`. */
  usage(): VolumeUsage[] {
    return [...this.#byName.keys()].map((name) => ({
      ...this.inspect(name),
      UsageData: { RefCount: this.#users.get(name)?.size ?? 0, Size: this.size(name) },
    }));
  }

  /** Bytes of the files in a volume. */
  size(name: string): number {
    const place = this.mountpoint(name);
    return this.daemon.host.fs.exists(place) ? bytesBelow(this.daemon.host.fs.stat(place)) : 0;
  }

  *remove(ref: string, options: { force?: boolean } = {}): Sys<void> {
    if (!this.#byName.has(ref) && options.force === true) return;
    const { name } = this.#get(ref);
    const users = this.#users.get(name);
    if (users !== undefined && users.size > 0)
      throw new DockerError('volume-in-use', { name, ids: [...users].join(', ') });
    yield* this.daemon.work(0.5, 2);
    this.drop(name);
  }

  /** Removes a volume that nobody uses, with its files. */
  drop(name: string): void {
    if (!this.#byName.delete(name)) return;
    this.#users.delete(name);
    if (this.daemon.host.fs.exists(this.#place(name))) this.daemon.host.fs.removeAll(this.#place(name));
    this.daemon.events.log('volume', 'destroy', name, { driver: 'local' });
  }

  *prune(filters: Filters = {}): Sys<PruneReport<string>> {
    checkFilters(filters, ['label', 'label!', 'all']);
    const all = allVolumes(filters);
    const deleted: string[] = [];
    let reclaimed = 0;
    yield* this.daemon.work(1, 4);
    for (const volume of [...this.#byName.values()]) {
      const labels = volume.labels ?? {};
      // Volumes with options of their own are never pruned.
      if (volume.options !== null || this.#isUsed(volume.name) || (!all && !(ANONYMOUS in labels))) continue;
      if (!labelsMatch(filters, labels) || !labelsAllowed(filters, labels)) continue;
      reclaimed += this.size(volume.name);
      this.drop(volume.name);
      deleted.push(volume.name);
    }
    this.daemon.events.log('volume', 'prune', '', { reclaimed: String(reclaimed) });
    return { Deleted: deleted, SpaceReclaimed: reclaimed };
  }

  // ---- use by containers ---------------------------------------------------------------------------------------

  #isUsed(name: string): boolean {
    return (this.#users.get(name)?.size ?? 0) > 0;
  }

  isUnused(name: string): boolean {
    return this.#byName.has(name) && !this.#isUsed(name);
  }

  use(name: string, container: string): void {
    const users = this.#users.get(name) ?? new Set<string>();
    users.add(container);
    this.#users.set(name, users);
  }

  release(name: string, container: string): void {
    this.#users.get(name)?.delete(container);
  }

  /** The mount event, and its opposite, when a container starts and stops. */
  log(action: 'mount' | 'unmount', name: string, attributes: Readonly<Record<string, string>>): void {
    this.daemon.events.log('volume', action, name, { driver: 'local', ...attributes });
    const live = this.#mounted.get(name);
    if (live === undefined) return;
    live.users += action === 'mount' ? 1 : -1;
    // A tmpfs is gone with its last user.
    if (live.users <= 0) this.#mounted.delete(name);
  }

  /**
   * The volume as a mount. A new, empty volume first gets what the image has at that path, with its owner and mode
   * (copy-up), unless `nocopy`.
   */
  fill(name: string, image: FsNode | undefined): void {
    const { fs } = this.daemon.host;
    const place = fs.resolve(this.mountpoint(name));
    if (image?.kind !== 'directory' || place.node?.kind !== 'directory' || place.node.entries.size > 0)
      return;
    place.mount.tree.put(place.path, shared(image), image.mtime);
  }

  /** Where in which tree the volume's files are, for mounting at `target`. */
  mount(name: string, target: string, readOnly: boolean, subpath = ''): Mount {
    const below = subpath.split('/').filter((part) => part !== '');
    const { type, device = '', o = '' } = this.#byName.get(name)?.options ?? {};
    if (type === 'tmpfs') {
      const live = this.#mounted.get(name) ?? { tree: tmpfsTree(o, this.daemon.now), users: 0 };
      this.#mounted.set(name, live);
      const size = parseSize(/(?:^|,)size=([^,]*)/.exec(o)?.[1] ?? '') || this.daemon.settings.memory / 2;
      return { target, tree: live.tree, at: below, readOnly, type: 'tmpfs', source: device, size };
    }
    const bound = type !== undefined && o.split(',').some((word) => word === 'bind' || word === 'rbind');
    if (type !== undefined && !bound) this.#refuse(name, device, o, `no such device`);
    const { fs } = this.daemon.host;
    if (bound && !fs.exists(device)) this.#refuse(name, device, o, 'no such file or directory');
    const base = bound ? device : this.mountpoint(name);
    const place = below.length === 0 ? fs.resolve(base) : this.#below(base, subpath);
    return {
      target,
      tree: place.mount.tree,
      at: place.path,
      readOnly,
      type: 'ext4',
      source: '/dev/vda',
    };
  }

  /** A path inside a volume, its links included, which may not lead out of it (moby's safepath). */
  #below(base: string, subpath: string): ReturnType<Daemon['host']['fs']['resolve']> {
    const { fs } = this.daemon.host;
    const path = `${base}/${subpath.replace(/^\.?\/+|\/+$/g, '')}`;
    const refuse = (reason: string): DockerError =>
      new DockerError('mount-subpath-missing', { path, reason });
    try {
      const place = fs.resolve(path);
      if (place.node === undefined) throw refuse('no such file or directory');
      if (place.absolute !== base && !place.absolute.startsWith(`${base}/`))
        throw new DockerError('mount-subpath-escapes', { base, subpath });
      return place;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw refuse(error.code === 'ENOTDIR' ? 'not a directory' : 'no such file or directory');
    }
  }
}

/** Which options of the local driver need which others (volume/local/local_linux.go). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  device: ['type'],
  type: ['device'],
  o: ['device', 'type'],
};

function checkOptions(name: string, options: Readonly<Record<string, string>>): void {
  for (const option of Object.keys(options))
    for (const needed of REQUIRED[option] ?? [])
      if (options[needed] === undefined)
        throw new DockerError('volume-missing-option', { name, option: needed });
  if (options['size'] !== undefined) throw new DockerError('volume-no-quota', { name });
}

/** `--filter name=`: part of a name, or a regular expression. */
/** The `all` filter of a prune: named volumes, too. */
function allVolumes(filters: Filters): boolean {
  const [written = 'false'] = wanted(filters, 'all') ?? [];
  const all = parseBool(written);
  if (all === undefined)
    throw new DockerError('bad-parameter', {
      reason: `invalid filter 'all': strconv.ParseBool: parsing ${JSON.stringify(written)}: invalid syntax`,
    });
  return all;
}

function matches(name: string, wanted: string): boolean {
  if (name.includes(wanted)) return true;
  try {
    return new RegExp(wanted).test(name);
  } catch {
    return false;
  }
}

/** An empty tmpfs with the owner and mode of its options, e.g. `size=1m,uid=1000,mode=700`. */
function tmpfsTree(options: string, time: number): Tree {
  const option = (key: string): string | undefined => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(options)?.[1];
  const root = emptyDirectory(time, Number.parseInt(option('mode') ?? '1777', 8));
  return new Tree({ ...root, uid: Number(option('uid') ?? 0), gid: Number(option('gid') ?? 0) });
}

/** A directory that may be shared by two trees: its owner mark is nobody's, so both copy it before they change it. */
function shared(node: DirectoryNode): DirectoryNode {
  return { ...node, owner: {}, entries: new Map(node.entries) };
}

function bytesBelow(node: FsNode): number {
  if (node.kind !== 'directory') return node.kind === 'file' ? sizeOf(node) : 0;
  let sum = 0;
  for (const child of node.entries.values()) sum += bytesBelow(child);
  return sum;
}
