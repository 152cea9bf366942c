import { DockerError } from '../error.ts';
import { formatIp } from '../networks/ip.ts';
import type { Network } from '../networks/network.ts';
import type { Rooms } from '../rooms.ts';
import type { SwarmHooks } from './hooks.ts';
import { inspectCluster } from './inspect.ts';
import { addOverlay, backends, gatewaySeat, instantiate, Rotation } from './networks.ts';
import { checkDnsName, rpc } from './refusals.ts';
import type { Cluster, Service } from './state.ts';

/** What the other rooms see of a swarm. Sets up the routing mesh, too. */
export function clusterHooks(rooms: Rooms, cluster: Cluster): SwarmHooks {
  const { daemon, networks } = rooms;
  setUpMesh(rooms, cluster);
  return {
    state: () => ({
      NodeID: cluster.node.id,
      NodeAddr: cluster.address,
      LocalNodeState: 'active',
      ControlAvailable: true,
      Error: '',
      RemoteManagers: [{ NodeID: cluster.node.id, Addr: `${cluster.address}:${cluster.port}` }],
      Nodes: 1,
      Managers: 1,
      Cluster: inspectCluster(cluster),
    }),
    *createNetwork(request) {
      checkDnsName(request.Name);
      const before = ingressOf(cluster);
      if (request.Ingress === true && before !== undefined)
        throw rpc('AlreadyExists', `ingress network (${before.name}) is already present`);
      yield* daemon.work(4, 8);
      const network = addOverlay(cluster, networks, request);
      // Written down twice: as asked for, and with its addresses.
      cluster.nextVersion();
      cluster.nextVersion();
      const { id, name } = network;
      daemon.events.log('network', 'create', id, { name, type: 'overlay' }, 'swarm');
      return network.id;
    },
    removeNetwork(network) {
      if (network.onEmpty !== undefined) throw new DockerError('no-such-network', { name: network.id });
      if (network.settings.swarm?.ingress === true)
        for (const service of cluster.services.values())
          if (service.ports.some((port) => port.PublishMode !== 'host'))
            throw rpc(
              'FailedPrecondition',
              `ingress network cannot be removed because service ${service.id} depends on it`,
            );
      const user = [...cluster.services.values()].find((service) =>
        (service.spec.TaskTemplate.Networks ?? []).some(({ Target }) => Target === network.id),
      );
      if (user !== undefined)
        throw rpc('FailedPrecondition', `network ${network.id} is in use by service ${user.id}`);
      const at = cluster.networks.indexOf(network);
      if (at >= 0) cluster.networks.splice(at, 1);
    },
    attach(network, container) {
      if ('com.docker.swarm.task.id' in container.config.Labels) return;
      if (!network.settings.attachable)
        throw new DockerError('setup-networking', {
          reason: `Could not attach to network ${network.name}: rpc error: code = PermissionDenied desc = network ${network.name} not manually attachable`,
        });
      instantiate(cluster, network);
    },
    gateway: (container, sandbox) => gatewaySeat(cluster, networks, container, sandbox),
  };
}

const ingressOf = (cluster: Cluster): Network | undefined =>
  cluster.networks.find((network) => network.settings.swarm?.ingress === true);

/** Published ports of services lead to any of their tasks. */
function setUpMesh(rooms: Rooms, cluster: Cluster): void {
  const rotation = new Rotation();
  const published = (protocol: string): { service: Service; port: number; target: number }[] =>
    [...cluster.services.values()].flatMap((service) =>
      service.ports.flatMap((one) =>
        one.PublishMode !== 'host' && one.Protocol === protocol && one.PublishedPort !== undefined
          ? [{ service, port: one.PublishedPort, target: one.TargetPort }]
          : [],
      ),
    );
  rooms.networks.host.mesh = {
    ports: () => (rooms.daemon.settings.withoutIpvs === true ? [] : published('tcp').map(({ port }) => port)),
    pick(port) {
      const ingress = ingressOf(cluster);
      if (ingress === undefined || rooms.daemon.settings.withoutIpvs === true) return undefined;
      const entry = published('tcp').find((one) => one.port === port);
      if (entry === undefined) return undefined;
      const endpoint = rotation.next(entry.service.id, backends(cluster, entry.service, ingress));
      const own = ingress.fixtures[0]?.address;
      if (endpoint === undefined || own === undefined) return undefined;
      return { endpoint, port: entry.target, source: formatIp(own) };
    },
  };
}
