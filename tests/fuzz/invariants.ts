import type { ContainerInspect, EngineApi, NetworkInspect } from '../../src/docker/engine/api.ts';

/** What must be true of an engine at any time; a sentence for each thing that is not. */
export function invariants(engine: EngineApi): string[] {
  const problems: string[] = [];
  const summaries = engine.containerList({ all: true });
  const containers = summaries.map(({ Id }) => engine.containerInspect(Id));
  const networks = engine.networkList().map(({ Id }) => engine.networkInspect(Id));
  const images = engine.imageList({ all: true });
  const volumes = engine.volumeList();

  unique(
    problems,
    'container id',
    containers.map((it) => it.Id),
  );
  unique(
    problems,
    'container name',
    containers.map((it) => it.Name),
  );
  unique(
    problems,
    'network id',
    networks.map((it) => it.Id),
  );
  unique(
    problems,
    'network name',
    networks.map((it) => it.Name),
  );
  unique(
    problems,
    'volume name',
    volumes.map((it) => it.Name),
  );
  unique(
    problems,
    'image id',
    images.map((it) => it.Id),
  );
  unique(
    problems,
    'image tag',
    images.flatMap((it) => it.RepoTags.filter((tag) => tag !== '<none>:<none>')),
  );

  for (const container of containers) {
    checkState(problems, container);
    for (const { Name, Type } of container.Mounts) {
      if (Type === 'volume' && !volumes.some((volume) => volume.Name === Name))
        problems.push(`${container.Name}: volume ${Name} does not exist`);
    }
    checkEndpoints(problems, container, networks);
  }
  checkNetworks(problems, containers, networks);
  checkPorts(problems, containers);
  checkCounts(problems, engine, containers, images.length);
  return problems;
}

function unique(problems: string[], what: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (value === '') problems.push(`${what} is empty`);
    if (seen.has(value)) problems.push(`${what} ${value} twice`);
    seen.add(value);
  }
}

function checkState(problems: string[], { Name, State }: ContainerInspect): void {
  const live = State.Status === 'running' || State.Status === 'paused';
  if (live !== State.Pid > 0) problems.push(`${Name}: ${State.Status} with pid ${State.Pid}`);
  if (State.Running !== (live || State.Status === 'restarting'))
    problems.push(`${Name}: ${State.Status}, Running ${State.Running}`);
  if (State.Paused !== (State.Status === 'paused')) problems.push(`${Name}: ${State.Status}, Paused`);
  if (State.Status === 'removing') problems.push(`${Name}: stuck in removing`);
}

function checkEndpoints(
  problems: string[],
  container: ContainerInspect,
  networks: readonly NetworkInspect[],
): void {
  const { Status } = container.State;
  for (const [name, endpoint] of Object.entries(container.NetworkSettings.Networks)) {
    const network = networks.find((it) => it.Name === name);
    // A stopped container keeps the name of a network that was removed since.
    if (network === undefined) {
      if (Status === 'running' || Status === 'paused')
        problems.push(`${container.Name}: network ${name} does not exist`);
      continue;
    }
    if (
      endpoint.NetworkID !== '' &&
      endpoint.NetworkID !== network.Id &&
      (Status === 'running' || Status === 'paused')
    )
      problems.push(`${container.Name}: network ${name} has another id`);
    if ((Status === 'running' || Status === 'paused') && network.Containers?.[container.Id] === undefined)
      problems.push(`${container.Name}: not among the containers of ${name}`);
  }
}

function checkNetworks(
  problems: string[],
  containers: readonly ContainerInspect[],
  networks: readonly NetworkInspect[],
): void {
  for (const network of networks) {
    const addresses = [];
    for (const [id, { IPv4Address }] of Object.entries(network.Containers ?? {})) {
      // The engine's own ends of the swarm's networks are no containers.
      if (id === 'ingress-sbox' || id === `lb-${network.Name}`) continue;
      const container = containers.find((it) => it.Id === id);
      if (container === undefined) problems.push(`network ${network.Name} lists the unknown ${id}`);
      else if (container.State.Pid === 0)
        problems.push(`network ${network.Name} lists the stopped ${container.Name}`);
      if (IPv4Address !== '') addresses.push(IPv4Address);
    }
    unique(problems, `address in ${network.Name}`, addresses);
  }
}

function checkPorts(problems: string[], containers: readonly ContainerInspect[]): void {
  const bound: string[] = [];
  for (const container of containers) {
    if (container.State.Pid === 0) {
      if (Object.values(container.NetworkSettings.Ports).some((it) => it !== null && it.length > 0))
        problems.push(`${container.Name}: stopped, yet publishes ports`);
      continue;
    }
    for (const [port, bindings] of Object.entries(container.NetworkSettings.Ports))
      for (const { HostIp, HostPort } of bindings ?? [])
        bound.push(`${HostIp}:${HostPort}/${port.split('/')[1]}`);
  }
  unique(problems, 'host port', bound);
}

function checkCounts(
  problems: string[],
  engine: EngineApi,
  containers: readonly ContainerInspect[],
  images: number,
): void {
  const info = engine.info();
  const count = (...states: string[]): number =>
    containers.filter((it) => states.includes(it.State.Status)).length;
  const expected = [
    ['Containers', info.Containers, containers.length],
    ['ContainersRunning', info.ContainersRunning, count('running', 'restarting')],
    ['ContainersPaused', info.ContainersPaused, count('paused')],
    ['ContainersStopped', info.ContainersStopped, count('created', 'exited', 'dead')],
    ['Images', info.Images, images],
  ] as const;
  for (const [what, told, real] of expected)
    if (told !== real) problems.push(`info: ${what} ${told}, listed ${real}`);
}
