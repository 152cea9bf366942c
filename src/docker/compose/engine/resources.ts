import { DockerError, type EngineApi } from '../../engine/api.ts';
import { Sha256 } from '../../engine/sha256.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import type { Project } from '../project/model.ts';
import type { Progress } from './progress.ts';
import { LABEL, VERSION } from './state.ts';

const hash = (value: object): string => new Sha256().update(JSON.stringify(value)).hex();

/** Makes the networks and volumes that are not there yet. */
export function* ensureResources(
  engine: EngineApi,
  project: Project,
  progress: Progress,
  warn: (message: string) => Sys<void>,
): Sys<void> {
  for (const [key, network] of Object.entries(project.networks)) {
    const there = engine.networkList({ name: [network.name] }).find(({ Name }) => Name === network.name);
    if (network.external === true) {
      if (there === undefined)
        throw new ComposeError(`network ${network.name} declared as external, but could not be found`);
      continue;
    }
    if (there !== undefined) {
      const label = there.Labels[LABEL.network] ?? '';
      if (there.Labels[LABEL.project] === undefined)
        yield* warn(
          `a network with name ${network.name} exists but was not created by compose.\nSet \`external: true\` to use an existing network`,
        );
      else if (there.Labels[LABEL.project] !== project.name)
        yield* warn(
          `a network with name ${network.name} exists but was not created for project ${JSON.stringify(project.name)}.\nSet \`external: true\` to use an existing network`,
        );
      if (label !== key)
        throw new ComposeError(
          `network ${network.name} was found but has incorrect label ${LABEL.network} set to ${JSON.stringify(label)} (expected: ${JSON.stringify(key)})`,
        );
      continue;
    }
    const id = `Network ${network.name}`;
    yield* progress.event(id, 'Creating', 'working');
    try {
      yield* engine.networkCreate({
        Name: network.name,
        Driver: network.driver ?? 'bridge',
        ...(network.internal === true ? { Internal: true } : {}),
        ...(network.attachable === true ? { Attachable: true } : {}),
        ...(network.enable_ipv6 === undefined ? {} : { EnableIPv6: network.enable_ipv6 }),
        ...(network.enable_ipv4 === undefined ? {} : { EnableIPv4: network.enable_ipv4 }),
        ...(network.ipam === undefined
          ? {}
          : {
              IPAM: {
                Driver: network.ipam.driver ?? 'default',
                Config: (network.ipam.config ?? []).map(({ subnet, ip_range, gateway }) => ({
                  ...(subnet === undefined ? {} : { Subnet: subnet }),
                  ...(ip_range === undefined ? {} : { IPRange: ip_range }),
                  ...(gateway === undefined ? {} : { Gateway: gateway }),
                })),
              },
            }),
        Options: network.driver_opts ?? {},
        Labels: {
          ...network.labels,
          [LABEL.configHash]: hash(network),
          [LABEL.network]: key,
          [LABEL.project]: project.name,
          [LABEL.version]: VERSION,
        },
      });
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      yield* progress.event(id, 'Error', 'error');
      throw new ComposeError(
        `failed to create network ${network.name}: Error response from daemon: ${error.message}`,
      );
    }
    yield* progress.event(id, 'Created', 'done');
  }
  for (const [key, volume] of Object.entries(project.volumes)) {
    const there = engine.volumeList({ name: [volume.name] }).find(({ Name }) => Name === volume.name);
    if (volume.external === true) {
      if (there === undefined)
        throw new ComposeError(`external volume ${JSON.stringify(volume.name)} not found`);
      continue;
    }
    if (there !== undefined) {
      const owner = there.Labels?.[LABEL.project];
      if (owner === undefined)
        yield* warn(
          `volume "${volume.name}" already exists but was not created by Docker Compose. Use \`external: true\` to use an existing volume`,
        );
      else if (owner !== project.name)
        yield* warn(
          `volume "${volume.name}" already exists but was created for project "${owner}" (expected "${project.name}"). Use \`external: true\` to use an existing volume`,
        );
      continue;
    }
    const id = `Volume ${volume.name}`;
    yield* progress.event(id, 'Creating', 'working');
    yield* engine.volumeCreate({
      Name: volume.name,
      Driver: volume.driver ?? 'local',
      DriverOpts: volume.driver_opts ?? {},
      Labels: {
        ...volume.labels,
        [LABEL.configHash]: hash(volume),
        [LABEL.project]: project.name,
        [LABEL.version]: VERSION,
        [LABEL.volume]: key,
      },
    });
    yield* progress.event(id, 'Created', 'done');
  }
}
