import { absolutePath } from '../../kernel/fs/vfs.ts';
import { listOf, mapOf, sortKeys, type TreeMap, textOf } from '../file/tree.ts';
import type { NamedFile, NamedVolume, Network, Project, Service } from './model.ts';
import { extensionsOf, full, given, text, yes } from './parts.ts';
import { flag, labels } from './short.ts';

function fullName(tree: TreeMap, key: string, project: string): string {
  const own = textOf(tree['name']);
  return own !== '' ? own : flag(tree['external']) ? key : `${project}_${key}`;
}

export function readVolumes(tree: TreeMap, project: string): Record<string, NamedVolume> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, item]) => {
      const map = mapOf(item);
      return [
        key,
        {
          ...given<NamedVolume>({
            name: fullName(map, key, project),
            driver: text(map['driver']),
            driver_opts: full(labels(map['driver_opts'])),
            external: yes(map['external']),
            labels: full(labels(map['labels'])),
          }),
          ...extensionsOf(map),
        },
      ];
    }),
  );
}

/** Secrets and configs; one of a variable has its value for content. */
export function readFiles(
  tree: TreeMap,
  project: string,
  directory: string,
  environment: ReadonlyMap<string, string>,
): Record<string, NamedFile> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, item]) => {
      const map = mapOf(item);
      const variable = text(map['environment']);
      return [
        key,
        {
          ...given<NamedFile>({
            name: fullName(map, key, project),
            file: map['file'] === undefined ? undefined : absolutePath(textOf(map['file']), directory),
            environment: variable,
            content: variable === undefined ? text(map['content']) : environment.get(variable),
            external: yes(map['external']),
            labels: full(labels(map['labels'])),
          }),
          ...extensionsOf(map),
        },
      ];
    }),
  );
}

/** The networks of the file; `default` is there for services that name none. */
export function readNetworks(
  services: Readonly<Record<string, Service>>,
  tree: TreeMap,
  project: string,
): Record<string, Network> {
  const usesDefault = Object.values(services).some((service) => 'default' in (service.networks ?? {}));
  const keys = new Set([...Object.keys(tree), ...(usesDefault ? ['default'] : [])]);
  return Object.fromEntries(
    [...keys].map((key) => {
      const map = mapOf(tree[key]);
      const ipam = mapOf(map['ipam']);
      const config = listOf(ipam['config']).map((item) => {
        const pool = mapOf(item);
        return given<NonNullable<NonNullable<Network['ipam']>['config']>[number]>({
          subnet: text(pool['subnet']),
          gateway: text(pool['gateway']),
          ip_range: text(pool['ip_range']),
          aux_addresses: full(labels(pool['aux_addresses'])),
        });
      });
      const bool = (name: string): boolean | undefined =>
        map[name] === undefined ? undefined : flag(map[name]);
      return [
        key,
        {
          ...given<Network>({
            name: fullName(map, key, project),
            driver: text(map['driver']),
            driver_opts: full(labels(map['driver_opts'])),
            ipam:
              map['ipam'] === undefined
                ? undefined
                : given<NonNullable<Network['ipam']>>({
                    driver: text(ipam['driver']),
                    config: config.length === 0 ? undefined : config,
                  }),
            external: yes(map['external']),
            internal: yes(map['internal']),
            attachable: yes(map['attachable']),
            labels: full(labels(map['labels'])),
            enable_ipv4: bool('enable_ipv4'),
            enable_ipv6: bool('enable_ipv6'),
          }),
          ...extensionsOf(map),
        },
      ];
    }),
  );
}

/** Drops networks, volumes, secrets and configs that no active service uses. */
export function withoutUnused(project: Project): Project {
  const services = Object.values(project.services);
  const only = <T>(map: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
    sortKeys(Object.fromEntries(Object.entries(map).filter(([key]) => names.includes(key))));
  return {
    ...project,
    networks: only(
      project.networks,
      services.flatMap((one) => Object.keys(one.networks ?? {})),
    ),
    volumes: only(
      project.volumes,
      services.flatMap((one) =>
        (one.volumes ?? []).flatMap(({ type, source }) =>
          type === 'volume' && source !== undefined ? [source] : [],
        ),
      ),
    ),
    secrets: only(
      project.secrets,
      services.flatMap((one) =>
        [...(one.secrets ?? []), ...(one.build?.secrets ?? [])].map(({ source }) => source),
      ),
    ),
    configs: only(
      project.configs,
      services.flatMap((one) => (one.configs ?? []).map(({ source }) => source)),
    ),
  };
}
