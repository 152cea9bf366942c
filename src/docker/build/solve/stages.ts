import { BuildError, type Lines } from '../dockerfile/error.ts';
import { ExpandError, expand, type Variables } from '../dockerfile/expand.ts';
import type { Dockerfile, Stage } from '../dockerfile/instructions.ts';
import { mountSource } from '../dockerfile/mount.ts';

/** BUILDPLATFORM, TARGETARCH and their kin. */
export const PLATFORM: Variables = new Map(
  ['BUILD', 'TARGET'].flatMap((side): [string, string][] => [
    [`${side}PLATFORM`, 'linux/amd64'],
    [`${side}OS`, 'linux'],
    [`${side}ARCH`, 'amd64'],
    [`${side}VARIANT`, ''],
  ]),
);

/** The `--from` words of a stage. */
export function sources({ commands }: Stage): { name: string; at: Lines }[] {
  return commands.flatMap((instruction): { name: string; at: Lines }[] => {
    if ((instruction.kind === 'COPY' || instruction.kind === 'ADD') && instruction.copy.from !== '')
      return [{ name: instruction.copy.from, at: instruction }];
    if (instruction.kind !== 'RUN') return [];
    return instruction.mounts.flatMap((written) => {
      const from = mountSource(written);
      return from === undefined || from === 'scratch' ? [] : [{ name: from, at: instruction }];
    });
  });
}

/** Where a stage takes files from itself, be it through others: the stage it was found from, and the lines. */
export function findCycle(
  edges: readonly (readonly { readonly to: number; readonly at: Lines }[])[],
): { readonly stage: number; readonly at: Lines } | undefined {
  const visited = new Set<number>();
  const path = new Set<number>();
  const cycle = (stage: number): Lines | undefined => {
    if (visited.has(stage)) return undefined;
    visited.add(stage);
    path.add(stage);
    for (const { to, at } of edges[stage] ?? []) {
      const found = path.has(to) ? at : cycle(to);
      if (found !== undefined) return found;
    }
    path.delete(stage);
    return undefined;
  };
  for (const stage of edges.keys()) {
    const at = cycle(stage);
    if (at !== undefined) return { stage, at };
  }
  return undefined;
}

/** Names of the arguments before the first FROM. */
export const declared = ({ globals }: Dockerfile): string[] =>
  globals.flatMap(({ args }) => args.map(({ key }) => key));

/** The arguments before the first FROM. */
export function globalValues(
  dockerfile: Dockerfile,
  settings: { readonly escape: string },
  given: Variables,
): Map<string, string> {
  const out = new Map<string, string>();
  for (const instruction of dockerfile.globals)
    for (const { key, value } of instruction.args) {
      const variables = new Map([...PLATFORM, ...out]);
      try {
        const text =
          given.get(key) ?? (value === undefined ? undefined : expand(value, variables, settings).text);
        if (text !== undefined) out.set(key, text);
      } catch (error) {
        if (error instanceof ExpandError) throw new BuildError(error.message, instruction);
        throw error;
      }
    }
  return out;
}
