import { concat, EMPTY, extended } from '../bytes.ts';
import { Errno, type ErrnoCode } from '../errno.ts';
import type { Process } from '../process.ts';
import { NullFile, OpenFile } from '../stream.ts';
import type { Sys } from '../wait.ts';
import type { DeviceNode } from './node.ts';
import type { Credentials, Vfs } from './vfs.ts';

/** How a file is opened: `<`, `>`, `>>`, `<>`. */
export type OpenMode = 'read' | 'write' | 'append' | 'readwrite';

/** A regular file opened by path. Reads what the file holds at that moment, so `tail -f` sees what is appended. */
class VfsFile extends OpenFile {
  readonly #fs: Vfs;
  readonly #path: string;
  readonly #mode: OpenMode;
  #offset = 0;
  #written: Uint8Array[] = [];

  constructor(fs: Vfs, path: string, mode: OpenMode) {
    super();
    this.#fs = fs;
    this.#path = path;
    this.#mode = mode;
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    if (this.#mode === 'write' || this.#mode === 'append') throw new Errno('EBADF');
    this.#flush();
    const data = this.#fs.exists(this.#path) ? this.#fs.read(this.#path) : EMPTY;
    const out = data.subarray(this.#offset, this.#offset + max);
    this.#offset += out.length;
    return out;
  }

  override *write(bytes: Uint8Array): Sys<void> {
    if (this.#mode === 'read') throw new Errno('EBADF');
    this.#written.push(bytes.slice());
    this.#flush();
  }

  #flush(): void {
    if (this.#written.length === 0) return;
    const bytes = concat(this.#written);
    this.#written = [];
    if (this.#mode === 'append') {
      this.#fs.append(this.#path, bytes);
      return;
    }
    const old = this.#fs.exists(this.#path) ? this.#fs.read(this.#path) : EMPTY;
    const end = this.#offset + bytes.length;
    let out: Uint8Array;
    if (this.#offset === old.length) out = extended(old, bytes);
    else {
      out = new Uint8Array(Math.max(old.length, end));
      out.set(old);
      out.set(bytes, this.#offset);
    }
    this.#offset = end;
    this.#fs.write(this.#path, out);
  }

  protected override close(): void {
    this.#flush();
  }
}

/**
 * Opens a path for a process, as open(2) does. `write` empties or makes the file. Devices become what they stand for.
 * Errno ENOENT, EACCES, EISDIR, EROFS …
 */
export function openFile(p: Process, path: string, mode: OpenMode): OpenFile {
  const held = heldFile(p, path);
  if (held !== undefined) return held;
  const as: Credentials = { uid: p.uid, gid: p.gid, groups: p.groups };
  const { node, absolute } = p.fs.resolve(path, p.cwd, { as });
  if (node === undefined) {
    if (mode === 'read') throw new Errno('ENOENT');
    p.fs.write(absolute, EMPTY, '/', as, 0o666 & ~p.umask);
    return new VfsFile(p.fs, absolute, mode);
  }
  if (node.kind === 'directory') throw new Errno('EISDIR');
  if (node.kind === 'device') {
    // What the kernel makes up is part of its file system; a device stands for itself.
    if (mode !== 'read' && typeof node.device === 'function' && p.fs.resolve(absolute).mount.readOnly)
      throw new Errno('EROFS');
    return openDevice(p, node);
  }
  const rights = mode === 'read' ? 4 : mode === 'readwrite' ? 6 : 2;
  if (!p.fs.access(absolute, rights, '/', as)) throw new Errno('EACCES');
  if (mode !== 'read' && p.fs.resolve(absolute).mount.readOnly) throw new Errno('EROFS');
  if (mode === 'write') p.fs.write(absolute, EMPTY, '/', as);
  return new VfsFile(p.fs, absolute, mode);
}

/** What a process has open: `/proc/1/fd/1` is not a file's name but that file itself (proc(5)). */
function heldFile(p: Process, path: string): OpenFile | undefined {
  const [, pid = '', fd] = /^\/proc\/(self|\d+)\/fd\/(\d+)$/.exec(path) ?? [];
  if (fd === undefined) return undefined;
  const process = pid === 'self' ? p : p.pids.find(Number(pid));
  if (process !== undefined && p.uid !== 0 && p.uid !== process.uid) throw new Errno('EACCES');
  const file = process?.files.get(Number(fd));
  if (file === undefined) throw new Errno('ENOENT');
  return file.retain();
}

function openDevice(p: Process, { device, set }: DeviceNode): OpenFile {
  switch (device) {
    case 'stdin':
      return p.file(0).retain();
    case 'stdout':
      return p.file(1).retain();
    case 'stderr':
      return p.file(2).retain();
    case 'tty': {
      const tty = [0, 1, 2].map((fd) => p.files.get(fd)).find((file) => file?.tty !== undefined);
      if (tty === undefined) throw new Errno('EIO');
      return tty.retain();
    }
    case 'zero':
      return new EndlessFile(() => 0);
    case 'full':
      return new EndlessFile(() => 0, 'ENOSPC');
    case 'random':
      return new EndlessFile(() => p.kernel.random.below(256));
    case 'null':
      return new NullFile();
    case 'socket':
      throw new Errno('ENXIO');
    default:
      return new GeneratedFile(device, set);
  }
}

/** /dev/zero, /dev/urandom, /dev/full: never ends; what is written vanishes, or is refused. */
class EndlessFile extends OpenFile {
  readonly #byte: () => number;
  readonly #refusal: ErrnoCode | undefined;
  constructor(byte: () => number, refusal?: ErrnoCode) {
    super();
    this.#byte = byte;
    this.#refusal = refusal;
  }
  protected override *pull(max: number): Sys<Uint8Array> {
    return Uint8Array.from({ length: Math.min(max, 4096) }, this.#byte);
  }
  override *write(): Sys<void> {
    if (this.#refusal !== undefined) throw new Errno(this.#refusal);
  }
  protected override close(): void {}
}

/** A synthetic file such as /proc/uptime: made once when it is first read. */
class GeneratedFile extends OpenFile {
  readonly #make: () => Uint8Array;
  #rest: Uint8Array | undefined;
  readonly #set: DeviceNode['set'];
  constructor(make: () => Uint8Array, set: DeviceNode['set']) {
    super();
    this.#make = make;
    this.#set = set;
  }
  protected override *pull(max: number): Sys<Uint8Array> {
    this.#rest ??= this.#make();
    const out = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(out.length);
    return out;
  }
  override *write(bytes: Uint8Array): Sys<void> {
    if (this.#set === undefined) throw new Errno('EACCES');
    this.#set(bytes);
  }
  protected override close(): void {}
}
