import type { Command, Entry } from './call.ts';

const lazy = <Module>(load: () => Promise<Module>, pick: (module: Module) => Command): Entry => ({
  load: async () => pick(await load()),
});

const ofFiles = (pick: (module: typeof import('./commands/secret/files.ts')) => Command): Entry =>
  lazy(() => import('./commands/secret/files.ts'), pick);

const ofNodes = (pick: (module: typeof import('./commands/node/node.ts')) => Command): Entry =>
  lazy(() => import('./commands/node/node.ts'), pick);

const ofTasks = (pick: (module: typeof import('./commands/service/tasks.ts')) => Command): Entry =>
  lazy(() => import('./commands/service/tasks.ts'), pick);

const ofStacks = (pick: (module: typeof import('./commands/stack/stack.ts')) => Command): Entry =>
  lazy(() => import('./commands/stack/stack.ts'), pick);

const ofSwarm = (pick: (module: typeof import('./commands/swarm/swarm.ts')) => Command): Entry =>
  lazy(() => import('./commands/swarm/swarm.ts'), pick);

/** The commands about swarms by their one name; each part is loaded when it is used. */
export const SWARM_COMMANDS: Readonly<Record<string, Entry>> = {
  'config create': ofFiles((m) => m.config.create),
  'config inspect': ofFiles((m) => m.config.inspect),
  'config ls': ofFiles((m) => m.config.ls),
  'config rm': ofFiles((m) => m.config.remove),
  'node demote': ofNodes((m) => m.demote),
  'node inspect': ofNodes((m) => m.inspect),
  'node ls': ofNodes((m) => m.ls),
  'node promote': ofNodes((m) => m.promote),
  'node ps': ofTasks((m) => m.nodePs),
  'node rm': ofNodes((m) => m.remove),
  'node update': ofNodes((m) => m.update),
  'secret create': ofFiles((m) => m.secret.create),
  'secret inspect': ofFiles((m) => m.secret.inspect),
  'secret ls': ofFiles((m) => m.secret.ls),
  'secret rm': ofFiles((m) => m.secret.remove),
  'service create': lazy(
    () => import('./commands/service/create.ts'),
    (m) => m.create,
  ),
  'service inspect': lazy(
    () => import('./commands/service/inspect.ts'),
    (m) => m.inspect,
  ),
  'service logs': lazy(
    () => import('./commands/service/logs.ts'),
    (m) => m.logs,
  ),
  'service ls': lazy(
    () => import('./commands/service/list.ts'),
    (m) => m.ls,
  ),
  'service ps': ofTasks((m) => m.servicePs),
  'service rm': lazy(
    () => import('./commands/service/list.ts'),
    (m) => m.remove,
  ),
  'service rollback': lazy(
    () => import('./commands/service/update.ts'),
    (m) => m.rollback,
  ),
  'service scale': lazy(
    () => import('./commands/service/scale.ts'),
    (m) => m.scale,
  ),
  'service update': lazy(
    () => import('./commands/service/update.ts'),
    (m) => m.update,
  ),
  'stack config': ofStacks((m) => m.config),
  'stack deploy': ofStacks((m) => m.deploy),
  'stack ls': ofStacks((m) => m.ls),
  'stack ps': ofStacks((m) => m.ps),
  'stack rm': ofStacks((m) => m.remove),
  'stack services': ofStacks((m) => m.services),
  'swarm ca': ofSwarm((m) => m.ca),
  'swarm init': ofSwarm((m) => m.init),
  'swarm join': ofSwarm((m) => m.join),
  'swarm join-token': ofSwarm((m) => m.joinToken),
  'swarm leave': ofSwarm((m) => m.leave),
  'swarm unlock': ofSwarm((m) => m.unlock),
  'swarm unlock-key': ofSwarm((m) => m.unlockKey),
  'swarm update': ofSwarm((m) => m.update),
};
