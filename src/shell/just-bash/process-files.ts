import type { CpOptions, FileContent, FsStat, IFileSystem, MkdirOptions, RmOptions } from 'just-bash';
import { text, utf8 } from '../../docker/kernel/bytes.ts';
import { type FsNode, sizeOf } from '../../docker/kernel/fs/node.ts';
import { absolutePath, type Credentials } from '../../docker/kernel/fs/vfs.ts';
import type { Process } from '../../docker/kernel/process.ts';

/** The file system of a simulated process in the shape just-bash wants. Errors are thrown as Node words them. */
export class ProcessFiles implements IFileSystem {
  readonly #p: Process;
  readonly #as: Credentials;

  constructor(p: Process) {
    this.#p = p;
    this.#as = { uid: p.uid, gid: p.gid, groups: p.groups };
  }

  #call<T>(path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
      const message = error instanceof Error ? error.message.toLowerCase() : 'failed';
      throw Object.assign(new Error(`${code}: ${message}, open '${path}'`), { code });
    }
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    return this.#call(path, () => this.#p.fs.read(path, '/', this.#as));
  }

  async readFile(path: string): Promise<string> {
    return text(await this.readFileBuffer(path));
  }

  async writeFile(path: string, content: FileContent): Promise<void> {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    this.#call(path, () => this.#p.fs.write(path, bytes, '/', this.#as));
  }

  async appendFile(path: string, content: FileContent): Promise<void> {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    this.#call(path, () => this.#p.fs.append(path, bytes, '/', this.#as));
  }

  async exists(path: string): Promise<boolean> {
    return this.#p.fs.exists(path);
  }

  async stat(path: string): Promise<FsStat> {
    return this.#call(path, () => statOf(this.#p.fs.stat(path, '/', this.#as)));
  }

  async lstat(path: string): Promise<FsStat> {
    return this.#call(path, () => statOf(this.#p.fs.lstat(path, '/', this.#as)));
  }

  async mkdir(path: string, options?: MkdirOptions): Promise<void> {
    this.#call(path, () =>
      this.#p.fs.mkdir(path, '/', { parents: options?.recursive === true, as: this.#as }),
    );
  }

  async readdir(path: string): Promise<string[]> {
    return this.#call(path, () => this.#p.fs.list(path, '/', this.#as).sort());
  }

  async rm(path: string, options?: RmOptions): Promise<void> {
    if (options?.force === true && !this.#p.fs.exists(path)) return;
    this.#call(path, () => {
      if (options?.recursive === true) this.#p.fs.removeAll(path, '/', this.#as);
      else this.#p.fs.unlink(path, '/', this.#as);
    });
  }

  async cp(source: string, target: string, _options?: CpOptions): Promise<void> {
    await this.writeFile(target, await this.readFileBuffer(source));
  }

  async mv(source: string, target: string): Promise<void> {
    this.#call(source, () => this.#p.fs.rename(source, target, '/', this.#as));
  }

  resolvePath(base: string, path: string): string {
    return absolutePath(path, base);
  }

  getAllPaths(): string[] {
    return [];
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#call(path, () => this.#p.fs.change(path, { mode }, '/', this.#as));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.#call(path, () => this.#p.fs.symlink(target, path, '/', this.#as));
  }

  async link(existing: string, path: string): Promise<void> {
    await this.cp(existing, path);
  }

  async readlink(path: string): Promise<string> {
    return this.#call(path, () => {
      const node = this.#p.fs.lstat(path, '/', this.#as);
      return node.kind === 'link' ? node.target : '';
    });
  }

  async realpath(path: string): Promise<string> {
    return this.#call(path, () => this.#p.fs.resolve(path, '/', { as: this.#as }).absolute);
  }

  async utimes(path: string, _accessed: Date, modified: Date): Promise<void> {
    this.#call(path, () => this.#p.fs.change(path, { mtime: modified.getTime() }, '/', this.#as));
  }
}

function statOf(node: FsNode): FsStat {
  return {
    isFile: node.kind === 'file' || node.kind === 'device',
    isDirectory: node.kind === 'directory',
    isSymbolicLink: node.kind === 'link',
    mode: node.mode,
    size: sizeOf(node),
    mtime: new Date(node.mtime),
  };
}
