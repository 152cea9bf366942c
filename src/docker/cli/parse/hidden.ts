import type { FlagSpec } from '../../spec/spec.ts';

/** `name`, its short form, type and, where using it is told about, pflag's words. */
type Hidden = readonly [name: string, short: string | undefined, type: string, note?: string];

/** What buildx takes for the sake of the legacy builder and does not use (buildx commands/build.go). */
const UNUSED: readonly Hidden[] = [
  ['compress', undefined, 'bool'],
  ['isolation', undefined, 'string'],
  ['security-opt', undefined, 'list'],
  ['squash', undefined, 'bool'],
  ['memory', 'm', 'string'],
  ['memory-swap', undefined, 'string'],
  ['cpu-shares', 'c', 'int'],
  ['cpu-period', undefined, 'int'],
  ['cpu-quota', undefined, 'int'],
  ['cpuset-cpus', undefined, 'string'],
  ['cpuset-mems', undefined, 'string'],
  ['rm', undefined, 'bool'],
  ['force-rm', undefined, 'bool'],
];

/** Flags that no help lists: older spellings and what is no longer needed. */
const HIDDEN: Readonly<Record<string, readonly Hidden[]>> = {
  'buildx build': UNUSED,
  'buildx prune': [
    ['keep-storage', undefined, 'bytes', 'keep-storage flag has been changed to reserved-space'],
  ],
  'container commit': [
    ['pause', 'p', 'bool', 'and enabled by default. Use --no-pause to disable pausing during commit.'],
  ],
  'volume create': [['name', undefined, 'string']],
};

/** The flags of a command (by its id) that its help does not list. */
export function hiddenFlags(id: string): readonly FlagSpec[] {
  return (HIDDEN[id] ?? []).map(([name, short, type]) => ({
    name,
    short,
    type,
    default: undefined,
    hidden: true,
  }));
}

/** What pflag says when a flag of older times is used, or undefined. */
export function deprecation(id: string, name: string): string | undefined {
  if (name === 'time') return 'Flag --time has been deprecated, use --timeout instead';
  const note = HIDDEN[id]?.find(([hidden]) => hidden === name)?.[3];
  return note === undefined ? undefined : `Flag --${name} has been deprecated, ${note}`;
}
