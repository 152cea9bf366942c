import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';

/**
 * Describes a command (no flag) or one of its flags in the reader's language; undefined leaves the place empty. The texts
 * are reference data of the site, which sets this hook: the CLI knows none.
 */
export type Describe = (path: string, flag?: string) => string | undefined;

/** No descriptions: the CLI itself knows none. */
export const NO_DESCRIPTIONS: Describe = () => undefined;

const sources = new WeakMap<Kernel, () => Promise<Describe>>();

/** Sets where the descriptions of `--help` come from on a machine; they are loaded when they are first needed. */
export function setDescriptions(kernel: Kernel, load: () => Promise<Describe>): void {
  sources.set(kernel, load);
}

/** The descriptions of the machine that a process runs on; none where they cannot be had. */
export function* descriptionsFor({ kernel }: Process): Sys<Describe> {
  const load = sources.get(kernel);
  return load === undefined ? NO_DESCRIPTIONS : yield* kernel.external(load().catch(() => NO_DESCRIPTIONS));
}
