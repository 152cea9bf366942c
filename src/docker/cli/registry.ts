import type { Command, Entry } from './call.ts';
import { run } from './run/run.ts';

const lazy = <Module>(load: () => Promise<Module>, pick: (module: Module) => Command): Entry => ({
  load: async () => pick(await load()),
});

const ofContainers = (pick: (module: typeof import('./commands/container/simple.ts')) => Command): Entry =>
  lazy(() => import('./commands/container/simple.ts'), pick);

const ofBuilders = (pick: (module: typeof import('./commands/buildx-instances.ts')) => Command): Entry =>
  lazy(() => import('./commands/buildx-instances.ts'), pick);

const ofContexts = (pick: (module: typeof import('./commands/context/context.ts')) => Command): Entry =>
  lazy(() => import('./commands/context/context.ts'), pick);

const ofInspect = (pick: (module: typeof import('./commands/inspect.ts')) => Command): Entry =>
  lazy(() => import('./commands/inspect.ts'), pick);

const ofNetworks = (pick: (module: typeof import('./commands/network/network.ts')) => Command): Entry =>
  lazy(() => import('./commands/network/network.ts'), pick);

const ofPlugins = (pick: (module: typeof import('./commands/system/plugin.ts')) => Command): Entry =>
  lazy(() => import('./commands/system/plugin.ts'), pick);

const ofManifests = (pick: (module: typeof import('./commands/manifest/manifest.ts')) => Command): Entry =>
  lazy(() => import('./commands/manifest/manifest.ts'), pick);

const ofVolumes = (pick: (module: typeof import('./commands/volume/volume.ts')) => Command): Entry =>
  lazy(() => import('./commands/volume/volume.ts'), pick);

/** Every simulated command by its one name (`CommandSpec.id`); all but `run`, the usual first one, are loaded when first used. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  'buildx bake': lazy(
    () => import('./commands/bake.ts'),
    (m) => m.bake,
  ),
  'buildx build': lazy(
    () => import('./commands/image/build.ts'),
    (m) => m.build,
  ),
  'buildx create': ofBuilders((m) => m.create),
  'buildx du': lazy(
    () => import('./commands/buildx.ts'),
    (m) => m.du,
  ),
  'buildx inspect': ofBuilders((m) => m.inspect),
  'buildx ls': ofBuilders((m) => m.ls),
  'buildx prune': lazy(
    () => import('./commands/buildx.ts'),
    (m) => m.prune,
  ),
  'buildx rm': ofBuilders((m) => m.remove),
  'buildx stop': ofBuilders((m) => m.stop),
  'buildx use': ofBuilders((m) => m.use),
  'buildx version': lazy(
    () => import('./commands/buildx.ts'),
    (m) => m.version,
  ),
  compose: lazy(
    () => import('./commands/compose/main.ts'),
    (m) => m.compose,
  ),
  'container attach': lazy(
    () => import('./commands/container/attach.ts'),
    (m) => m.attach,
  ),
  'container commit': lazy(
    () => import('./commands/container/commit.ts'),
    (m) => m.commit,
  ),
  'container cp': lazy(
    () => import('./commands/container/cp.ts'),
    (m) => m.cp,
  ),
  'container create': lazy(
    () => import('./commands/container/create.ts'),
    (m) => m.create,
  ),
  'container diff': ofContainers((m) => m.diff),
  'container exec': lazy(
    () => import('./commands/container/exec.ts'),
    (m) => m.exec,
  ),
  'container export': lazy(
    () => import('./commands/container/export.ts'),
    (m) => m.exportContainer,
  ),
  'container inspect': ofInspect((m) => m.inspectContainer),
  'container kill': ofContainers((m) => m.kill),
  'container logs': lazy(
    () => import('./commands/container/logs.ts'),
    (m) => m.logs,
  ),
  'container ls': lazy(
    () => import('./commands/container/ls.ts'),
    (m) => m.ls,
  ),
  'container pause': ofContainers((m) => m.pause),
  'container port': ofContainers((m) => m.port),
  'container prune': lazy(
    () => import('./commands/container/prune.ts'),
    (m) => m.prune,
  ),
  'container rename': ofContainers((m) => m.rename),
  'container restart': ofContainers((m) => m.restart),
  'container rm': ofContainers((m) => m.remove),
  'container run': run,
  'container start': lazy(
    () => import('./commands/container/start.ts'),
    (m) => m.start,
  ),
  'container stats': lazy(
    () => import('./commands/container/stats.ts'),
    (m) => m.stats,
  ),
  'container stop': ofContainers((m) => m.stop),
  'container top': lazy(
    () => import('./commands/container/top.ts'),
    (m) => m.top,
  ),
  'container unpause': ofContainers((m) => m.unpause),
  'container update': lazy(
    () => import('./commands/container/update.ts'),
    (m) => m.update,
  ),
  'container wait': ofContainers((m) => m.wait),
  'context create': ofContexts((m) => m.create),
  'context export': lazy(
    () => import('./commands/context/archive.ts'),
    (m) => m.exportContext,
  ),
  'context import': lazy(
    () => import('./commands/context/archive.ts'),
    (m) => m.importContext,
  ),
  'context inspect': lazy(
    () => import('./commands/context/inspect.ts'),
    (m) => m.inspect,
  ),
  'context ls': lazy(
    () => import('./commands/context/ls.ts'),
    (m) => m.ls,
  ),
  'context rm': ofContexts((m) => m.remove),
  'context show': ofContexts((m) => m.show),
  'context update': ofContexts((m) => m.update),
  'context use': ofContexts((m) => m.use),
  'image history': lazy(
    () => import('./commands/image/history.ts'),
    (m) => m.history,
  ),
  'image import': lazy(
    () => import('./commands/image/archive.ts'),
    (m) => m.importImage,
  ),
  'image inspect': ofInspect((m) => m.inspectImage),
  'image load': lazy(
    () => import('./commands/image/archive.ts'),
    (m) => m.load,
  ),
  'image ls': lazy(
    () => import('./commands/image/ls.ts'),
    (m) => m.ls,
  ),
  'image prune': lazy(
    () => import('./commands/image/prune.ts'),
    (m) => m.prune,
  ),
  'image pull': lazy(
    () => import('./commands/image/pull.ts'),
    (m) => m.pull,
  ),
  'image push': lazy(
    () => import('./commands/image/push.ts'),
    (m) => m.push,
  ),
  'image rm': lazy(
    () => import('./commands/image/rm.ts'),
    (m) => m.remove,
  ),
  'image save': lazy(
    () => import('./commands/image/archive.ts'),
    (m) => m.save,
  ),
  'image tag': lazy(
    () => import('./commands/image/tag.ts'),
    (m) => m.tag,
  ),
  inspect: ofInspect((m) => m.inspect),
  login: lazy(
    () => import('./commands/login.ts'),
    (m) => m.login,
  ),
  logout: lazy(
    () => import('./commands/login.ts'),
    (m) => m.logout,
  ),
  'manifest annotate': ofManifests((m) => m.annotate),
  'manifest create': ofManifests((m) => m.create),
  'manifest inspect': ofManifests((m) => m.inspect),
  'manifest push': ofManifests((m) => m.push),
  'manifest rm': ofManifests((m) => m.remove),
  'network connect': ofNetworks((m) => m.connect),
  'network create': ofNetworks((m) => m.create),
  'network disconnect': ofNetworks((m) => m.disconnect),
  'network inspect': ofInspect((m) => m.inspectNetwork),
  'network ls': ofNetworks((m) => m.ls),
  'network prune': ofNetworks((m) => m.prune),
  'network rm': ofNetworks((m) => m.remove),
  'plugin disable': ofPlugins((m) => m.disable),
  'plugin enable': ofPlugins((m) => m.enable),
  'plugin inspect': ofPlugins((m) => m.inspect),
  'plugin ls': ofPlugins((m) => m.ls),
  'plugin rm': ofPlugins((m) => m.remove),
  'plugin set': ofPlugins((m) => m.set),
  search: lazy(
    () => import('./commands/image/search.ts'),
    (m) => m.search,
  ),
  'system df': lazy(
    () => import('./commands/system/df.ts'),
    (m) => m.df,
  ),
  'system events': lazy(
    () => import('./commands/system/events.ts'),
    (m) => m.events,
  ),
  'system info': lazy(
    () => import('./commands/system/info.ts'),
    (m) => m.info,
  ),
  'system prune': lazy(
    () => import('./commands/system/prune.ts'),
    (m) => m.prune,
  ),
  version: lazy(
    () => import('./commands/system/version.ts'),
    (m) => m.version,
  ),
  'volume create': ofVolumes((m) => m.create),
  'volume inspect': ofInspect((m) => m.inspectVolume),
  'volume ls': ofVolumes((m) => m.ls),
  'volume prune': ofVolumes((m) => m.prune),
  'volume rm': ofVolumes((m) => m.remove),
  'volume update': ofVolumes((m) => m.update),
};

const SWARM = /^(?:config|node|secret|service|stack|swarm) /;

/** How to find a command by its one name. Those about swarms are in a list of their own, loaded with the first of them. */
export function entryOf(id: string): Entry | undefined {
  if (!SWARM.test(id)) return COMMANDS[id];
  return {
    load: async () => {
      const { SWARM_COMMANDS } = await import('./swarm-registry.ts');
      const entry = SWARM_COMMANDS[id];
      if (entry === undefined) throw new Error(`no such command: ${id}`);
      return 'run' in entry ? entry : entry.load();
    },
  };
}
