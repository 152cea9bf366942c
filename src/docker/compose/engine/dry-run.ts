import type { ContainerInspect, ContainerSummary, CreateRequest, EngineApi } from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** A container that would have been made, as far as Compose looks at it. */
function planned(Id: string, { name = '', Config }: CreateRequest, now: number): Partial<ContainerSummary> {
  return {
    Id,
    Names: [`/${name}`],
    Image: Config.Image,
    Created: Math.floor(now / 1000),
    Ports: [],
    Labels: Config.Labels ?? {},
    State: 'created',
    NetworkSettings: { Networks: {} },
    Mounts: [],
  };
}

/** What is waited for is there at once. */
const STARTED = {
  State: { Status: 'running', Running: true, ExitCode: 0, Health: { Status: 'healthy' } },
  Config: {},
};

/**
 * An engine for `--dry-run`: it answers questions as the real one does, and takes orders without doing anything. Containers
 * that it was told to make are in its lists.
 */
export function dryEngine(p: Process, engine: EngineApi): EngineApi {
  const made: ContainerSummary[] = [];
  const nothing = function* (): Sys<void> {};
  const changes: Partial<EngineApi> = {
    *containerCreate(request) {
      const Id = p.kernel.random.hex(64);
      made.push(planned(Id, request, p.kernel.clock.now) as ContainerSummary);
      return { Id, Warnings: [] };
    },
    containerList(options) {
      const labels = options?.filters?.['label'] ?? [];
      const fits = ({ Labels }: ContainerSummary): boolean =>
        labels.every((wanted) => {
          const [key = '', value] = wanted.split('=');
          return value === undefined ? key in Labels : Labels[key] === value;
        });
      return [...engine.containerList(options), ...(options?.all === true ? made.filter(fits) : [])];
    },
    containerInspect: (ref, options) =>
      made.some(({ Id }) => Id === ref)
        ? (STARTED as unknown as ContainerInspect)
        : engine.containerInspect(ref, options),
    containerStart: nothing,
    containerStop: nothing,
    containerRestart: nothing,
    containerKill: nothing,
    containerPause: nothing,
    containerUnpause: nothing,
    containerRemove: nothing,
    containerRename: nothing,
    containerArchivePut: nothing,
    *imageRemove() {
      return [];
    },
    *networkCreate() {
      return { Id: p.kernel.random.hex(64), Warning: '' };
    },
    networkRemove: nothing,
    *volumeCreate({ Name = '', Driver = 'local' }) {
      return { Name, Driver, Mountpoint: '', CreatedAt: '', Labels: {}, Scope: 'local', Options: {} };
    },
    volumeRemove: nothing,
  };
  return new Proxy(engine, {
    get(target, name) {
      const own = (changes as Record<PropertyKey, unknown>)[name];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
