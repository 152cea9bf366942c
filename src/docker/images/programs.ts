import type { ProgramTable } from '../kernel/kernel.ts';
import type { Program } from '../kernel/process.ts';
import { lazyTools } from './lazy-tools.ts';
import { busybox } from './programs/busybox.ts';
import { cat } from './programs/cat.ts';
import { echo } from './programs/echo.ts';
import { hello } from './programs/hello.ts';
import * as small from './programs/small.ts';
import { type Flavour, program, type Tool } from './tool/tool.ts';

/** Small tools that nearly every session uses; the rest is loaded when first run. */
const eagerTools: Readonly<Record<string, Tool>> = {
  cat,
  echo,
  true: small.trueProgram,
  false: small.falseProgram,
  pwd: small.pwd,
  basename: small.basename,
  dirname: small.dirname,
  whoami: small.whoami,
  hostname: small.hostname,
  tty: small.tty,
  sync: small.sync,
  clear: small.clear,
  reset: small.clear,
  yes: small.yes,
  nproc: small.nproc,
  arch: small.arch,
  stty: small.stty,
  hello,
  busybox,
};

/** Every program there is code for, by name. */
export const programNames = (): string[] => [...Object.keys(eagerTools), ...Object.keys(lazyTools)];

class Programs implements ProgramTable {
  readonly #ready = new Map<string, Program>();

  /**
   * The program of an id: `ls` is GNU's, `busybox:ls` the applet; a promise for one that is yet to be loaded, undefined for
   * none. Without `sh`, `bash`, `dash`, `ash`, `awk`, `sed`, `jq` (the shell's) and `docker` (the CLI's).
   */
  get(id: string): Program | Promise<Program> | undefined {
    const ready = this.#ready.get(id);
    if (ready !== undefined) return ready;
    const applet = id.startsWith('busybox:');
    const name = applet ? id.slice('busybox:'.length) : id;
    const flavour: Flavour = applet || name === 'busybox' ? 'busybox' : 'gnu';
    const keep = (tool: Tool): Program => {
      const made = program(tool, flavour);
      this.#ready.set(id, made);
      return made;
    };
    if (Object.hasOwn(eagerTools, name)) {
      const tool = eagerTools[name];
      return tool === undefined ? undefined : keep(tool);
    }
    if (!Object.hasOwn(lazyTools, name)) return undefined;
    return lazyTools[name]?.().then(keep);
  }
}

/** All programs that images hold, by the id their files name. */
export const programs: ProgramTable = new Programs();

/** Is there such a program (without loading it)? */
export function hasProgram(id: string): boolean {
  const name = id.replace(/^busybox:/, '');
  return Object.hasOwn(eagerTools, name) || Object.hasOwn(lazyTools, name);
}
