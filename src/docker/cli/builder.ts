import type { Process } from '../kernel/process.ts';
import type { CommandSpec, FlagSpec } from '../spec/spec.ts';
import type { Entry } from './call.ts';
import { CliError } from './failure.ts';
import { parseBool, ValueError } from './parse/numbers.ts';
import { hasPlugin } from './plugins.ts';

/** Flags of the builder of before BuildKit (docker/cli cli/command/image/build.go). */
const FLAGS =
  'add-host:list build-arg:list cache-from:strings cgroup-parent:string compress cpu-period:int cpu-quota:int cpu-shares,c:int cpuset-cpus:string cpuset-mems:string disable-content-trust=true file,f:string force-rm iidfile:string isolation:string label:list memory,m:bytes memory-swap:bytes network:string=default no-cache platform:string pull quiet,q rm=true security-opt:strings shm-size:bytes squash tag,t:list target:string ulimit:ulimit=[]';

/** `docker build` of before BuildKit. */
export const LEGACY_BUILD: CommandSpec = {
  path: 'build',
  usage: 'docker build [OPTIONS] PATH | URL | -',
  aliases: ['image build', 'builder build'],
  flags: FLAGS.split(' ').map((text): FlagSpec => {
    const [, name = '', short, type = 'bool', initial] =
      /^([\w-]+)(?:,(\w))?(?::(\w+))?(?:=(.*))?$/.exec(text) ?? [];
    return { name, short, type, default: initial, hidden: false };
  }),
  children: [],
  args: { min: 1, max: 1 },
  id: 'build',
};

const DISABLED = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`;
const MISSING = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/

`;

/** Said where BuildKit is wanted and its plugin is not there. */
export const BROKEN = `ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/`;

/**
 * Which builder a build command means: undefined is BuildKit (buildx); else the notice of the legacy builder, which
 * `DOCKER_BUILDKIT=0` asks for and which serves where buildx is missing. Throws CliError if BuildKit is wanted and missing.
 */
export function legacyNotice(p: Process): string | undefined {
  const wanted = p.env.get('DOCKER_BUILDKIT') ?? '';
  const installed = hasPlugin(p, 'buildx');
  if (wanted === '') return installed ? undefined : MISSING;
  if (!readBool(wanted)) return DISABLED;
  if (installed) return undefined;
  throw new CliError(BROKEN);
}

function readBool(written: string): boolean {
  try {
    return parseBool(written);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new CliError(`DOCKER_BUILDKIT environment variable expects boolean value: ${error.message}`);
  }
}

/** Its handler, loaded when first used. */
export const LEGACY_ENTRY: Entry = {
  load: async () => (await import('./commands/image/build-legacy.ts')).legacyBuildCommand,
};
