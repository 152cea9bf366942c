import { writeYaml } from '../file/write.ts';
import { type Project, type Service, scaleOf } from './model.ts';

type Plain = Record<string, unknown>;

/** Fields that stand before others although the alphabet says otherwise. */
const FIRST = ['profiles'];
const HEALTH_AFTER = 'hostname';

const serviceKeys = (service: Service): string[] =>
  Object.keys(service).sort((a, b) => rank(a) - rank(b) || (place(a) < place(b) ? -1 : 1));

const rank = (key: string): number => (FIRST.includes(key) ? 0 : 1);
const place = (key: string): string => (key === 'healthcheck' ? `${HEALTH_AFTER}~` : key);

function plainService(service: Service): Plain {
  return Object.fromEntries(
    serviceKeys(service).map((key) => [key, plain(key, (service as unknown as Plain)[key])]),
  );
}

/** `$` is written twice, so that what is printed can be read again. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]));
  return value;
}

function plain(key: string, value: unknown): unknown {
  if (key === 'cpus' || value === undefined) return value;
  return value;
}

/** The whole project as `config` shows it. */
export function projectTree(project: Project, forJson = false): Plain {
  const services = Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const shown = plainService(service);
      if (!forJson) return [name, shown];
      const { profiles, ...rest } = shown;
      const all: Plain = {
        ...rest,
        command: service.command ?? null,
        entrypoint: service.entrypoint ?? null,
      };
      return [
        name,
        {
          ...(profiles === undefined ? {} : { profiles }),
          ...Object.fromEntries(Object.entries(all).sort(([a], [b]) => (place(a) < place(b) ? -1 : 1))),
        },
      ];
    }),
  );
  const some = (map: object): boolean => Object.keys(map).length > 0;
  const network = (item: object): Plain =>
    forJson && !('ipam' in item) ? { ...item, ipam: {} } : { ...item };
  return escaped({
    name: project.name,
    services,
    ...(some(project.networks)
      ? {
          networks: Object.fromEntries(
            Object.entries(project.networks).map(([name, item]) => [name, network(item)]),
          ),
        }
      : {}),
    ...(some(project.volumes) ? { volumes: project.volumes } : {}),
    ...(some(project.secrets) ? { secrets: project.secrets } : {}),
    ...(some(project.configs) ? { configs: project.configs } : {}),
  }) as Plain;
}

/** `docker compose config`. */
export function renderYaml(project: Project): string {
  return writeYaml(projectTree(project));
}

/** `docker compose config --format json`. */
export function renderJson(project: Project): string {
  const tree = projectTree(project, true);
  const ordered = {
    name: tree['name'],
    ...Object.fromEntries(
      Object.entries(tree)
        .filter(([key]) => key !== 'name')
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/** What the hash of a service's configuration is taken over: all but what may change without a new container. */
export function hashText(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _depends,
    profiles: _profiles,
    ...rest
  } = service;
  const { replicas: _replicas, ...deploy } = rest.deploy ?? {};
  return JSON.stringify(plainService({ ...rest, ...(rest.deploy === undefined ? {} : { deploy }) }));
}

/** How many containers each service is to have: for messages and tests. */
export const scales = (project: Project): Record<string, number> =>
  Object.fromEntries(Object.entries(project.services).map(([name, service]) => [name, scaleOf(service)]));
