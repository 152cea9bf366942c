import type {
  ContainerConfig,
  CreateRequest,
  EndpointSettings,
  EngineApi,
  Healthcheck,
  HostConfig,
  MountSpec,
  PortBinding,
} from '../../engine/api.ts';
import { parseGoDuration } from '../../engine/human.ts';
import { Sha256 } from '../../engine/sha256.ts';
import type { Process } from '../../kernel/process.ts';
import { ComposeError } from '../error.ts';
import { type FileUse, imageOf, type NamedFile, type Project, type Service } from '../project/model.ts';
import { hashText } from '../project/render.ts';
import { containersOf, LABEL, VERSION } from './state.ts';

export const hashOf = (service: Service): string => new Sha256().update(hashText(service)).hex();

export interface RequestOptions {
  readonly name: string;
  readonly number: number;
  /** A container of `compose run`. */
  readonly oneOff?: { readonly slug: string; readonly tty: boolean; readonly interactive: boolean };
  /** Anonymous volumes of the container that this one replaces: `name:/path`. */
  readonly inherited?: readonly string[];
  /** The container that this one takes the place of, under a name of its own until that one is gone. */
  readonly replaces?: { readonly name: string; readonly alias: string };
}

/** What the engine is asked to create for a service. */
export function containerRequest(
  p: Process,
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  options: RequestOptions,
): CreateRequest {
  const image = imageOf(project, name, service);
  const health = healthOf(service);
  const mode = networkMode(engine, project, service);
  const { binds, mounts } = mountsOf(p, project, service, options.inherited ?? []);
  const ports = portsOf(service);
  const grace =
    service.stop_grace_period === undefined ? undefined : parseGoDuration(service.stop_grace_period);
  // As written: what `expose` names has no protocol unless it is given.
  const exposed = Object.fromEntries(
    [...Object.keys(ports), ...(service.expose ?? [])].map((key) => [key, {}] as const),
  );
  const Config: Partial<ContainerConfig> & { readonly Image: string } = {
    Image: image,
    Hostname: service.hostname ?? '',
    Domainname: service.domainname ?? '',
    User: service.user ?? '',
    Tty: options.oneOff?.tty ?? service.tty ?? false,
    OpenStdin: options.oneOff?.interactive ?? service.stdin_open ?? false,
    AttachStdin: options.oneOff?.interactive ?? false,
    StdinOnce: options.oneOff?.interactive ?? false,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(service.environment ?? {}).map(([key, value]) =>
      value === null ? key : `${key}=${value}`,
    ),
    WorkingDir: service.working_dir ?? '',
    Labels: { ...service.labels, ...labelsOf(engine, project, name, service, image, options) },
    ...(Object.keys(exposed).length > 0 ? { ExposedPorts: exposed } : {}),
    ...(service.command === undefined ? {} : { Cmd: service.command }),
    ...(service.entrypoint === undefined ? {} : { Entrypoint: service.entrypoint }),
    ...(health === undefined ? {} : { Healthcheck: health }),
    ...(service.stop_signal === undefined ? {} : { StopSignal: service.stop_signal }),
    ...(grace === undefined ? {} : { StopTimeout: Math.ceil(grace / 1000) }),
  };
  const limits = service.deploy?.resources?.limits;
  const memory = service.mem_limit ?? limits?.memory;
  const cpus = service.cpus ?? limits?.cpus;
  const reserved = service.mem_reservation ?? service.deploy?.resources?.reservations?.memory;
  const HostConfig: Partial<HostConfig> = {
    Binds:
      binds.length + (options.inherited ?? []).length === 0 ? null : [...binds, ...(options.inherited ?? [])],
    NetworkMode: mode,
    PortBindings: ports,
    RestartPolicy: options.oneOff === undefined ? restartOf(service) : { Name: 'no', MaximumRetryCount: 0 },
    Links: linksOf(engine, project, service, mode),
    CapAdd: service.cap_add ?? null,
    CapDrop: service.cap_drop ?? null,
    Dns: service.dns ?? null,
    DnsSearch: service.dns_search ?? null,
    ExtraHosts: (service.extra_hosts ?? []).map((host) => host.replace('=', ':')),
    GroupAdd: service.group_add ?? null,
    IpcMode: shared(engine, project, service.ipc, 'ipc namespace') ?? '',
    PidMode: shared(engine, project, service.pid, 'pid namespace') ?? '',
    Privileged: service.privileged ?? false,
    ReadonlyRootfs: service.read_only ?? false,
    SecurityOpt: service.security_opt ?? null,
    VolumesFrom: volumesFrom(engine, project, service),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(memory === undefined ? {} : { Memory: Number(memory) }),
    ...(reserved === undefined ? {} : { MemoryReservation: Number(reserved) }),
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    ...((service.pids_limit ?? limits?.pids) === undefined
      ? {}
      : { PidsLimit: service.pids_limit ?? limits?.pids ?? 0 }),
    ...(service.shm_size === undefined ? {} : { ShmSize: Number(service.shm_size) }),
    ...limitsOf(service),
    ...(service.sysctls === undefined ? {} : { Sysctls: service.sysctls }),
    ...(service.annotations === undefined ? {} : { Annotations: service.annotations }),
    ...(service.dns_opt === undefined ? {} : { DnsOptions: service.dns_opt }),
    ...(service.uts === undefined ? {} : { UTSMode: service.uts }),
    ...(service.userns_mode === undefined ? {} : { UsernsMode: service.userns_mode }),
    ...(service.cgroup === undefined ? {} : { CgroupnsMode: service.cgroup }),
    ...(service.runtime === undefined ? {} : { Runtime: service.runtime }),
    ...(service.oom_score_adj === undefined ? {} : { OomScoreAdj: service.oom_score_adj }),
    ...(service.init === undefined ? {} : { Init: service.init }),
    ...(service.tmpfs === undefined
      ? {}
      : {
          Tmpfs: Object.fromEntries(
            service.tmpfs.map((item) => [item.split(':')[0] ?? item, item.split(':')[1] ?? '']),
          ),
        }),
    ...(service.logging === undefined
      ? {}
      : { LogConfig: { Type: service.logging.driver ?? '', Config: service.logging.options ?? {} } }),
  };
  return {
    name: options.name,
    Config,
    HostConfig,
    NetworkingConfig: { EndpointsConfig: endpointsOf(project, name, service, options) },
    ...(service.platform === undefined ? {} : { platform: service.platform }),
  };
}

function labelsOf(
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  image: string,
  options: RequestOptions,
): Record<string, string> {
  const depends = Object.entries(service.depends_on ?? {})
    .map(([other, { condition, restart }]) => `${other}:${condition}:${restart === true}`)
    .join(',');
  return {
    [LABEL.configHash]: hashOf(service),
    [LABEL.dependsOn]: depends,
    [LABEL.image]: imageId(engine, image),
    [LABEL.number]: String(options.number),
    [LABEL.oneOff]: options.oneOff === undefined ? 'False' : 'True',
    [LABEL.project]: project.name,
    [LABEL.files]: project.files.join(','),
    [LABEL.directory]: project.directory,
    [LABEL.service]: name,
    ...(options.oneOff === undefined ? {} : { [LABEL.slug]: options.oneOff.slug }),
    ...(options.replaces === undefined ? {} : { [LABEL.replace]: options.replaces.name }),
    [LABEL.version]: VERSION,
  };
}

/** The ID of an image, or nothing if it is not there. */
export function imageId(engine: EngineApi, image: string): string {
  const found = engine.imageList({ filters: { reference: [image] } });
  if (found.length === 0) return '';
  return engine.imageInspect(image).Id;
}

const nanos = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Math.round((parseGoDuration(text) ?? 0) * 1e6);

function healthOf({ healthcheck }: Service): Healthcheck | undefined {
  if (healthcheck === undefined) return undefined;
  if (healthcheck.disable === true) return { Test: ['NONE'] };
  const { test, retries } = healthcheck;
  const times = {
    Interval: nanos(healthcheck.interval),
    Timeout: nanos(healthcheck.timeout),
    StartPeriod: nanos(healthcheck.start_period),
    StartInterval: nanos(healthcheck.start_interval),
  };
  return {
    ...(test === undefined ? {} : { Test: test }),
    ...Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined)),
    ...(retries === undefined ? {} : { Retries: retries }),
  };
}

function restartOf(service: Service): HostConfig['RestartPolicy'] {
  const policy = service.deploy?.restart_policy;
  if (service.restart !== undefined) {
    const [name = '', count] = service.restart.split(':');
    return { Name: name, MaximumRetryCount: count === undefined ? 0 : Number(count) };
  }
  if (policy === undefined) return { Name: '', MaximumRetryCount: 0 };
  const names: Readonly<Record<string, string>> = { none: 'no', 'on-failure': 'on-failure', any: 'always' };
  return { Name: names[policy.condition ?? 'any'] ?? 'always', MaximumRetryCount: policy.max_attempts ?? 0 };
}

function portsOf(service: Service): Record<string, PortBinding[]> {
  const out: Record<string, PortBinding[]> = {};
  for (const { target, protocol, published, host_ip } of service.ports ?? []) {
    const key = `${target}/${protocol}`;
    out[key] = [...(out[key] ?? []), { HostIp: host_ip ?? '', HostPort: published ?? '' }];
  }
  return out;
}

/** The container of another service whose things are shared. */
function firstContainer(engine: EngineApi, project: Project, service: string, what: string): string {
  const [container] = containersOf(engine, project.name, { services: [service] });
  if (container === undefined)
    throw new ComposeError(`cannot share ${what} with service ${service}: container missing`);
  return container.Id;
}

/** `service:x` is that service's first container. */
function shared(
  engine: EngineApi,
  project: Project,
  mode: string | undefined,
  what: string,
): string | undefined {
  if (mode?.startsWith('service:') !== true) return mode;
  return `container:${firstContainer(engine, project, mode.slice('service:'.length), what)}`;
}

/** What a service may use at most. */
function limitsOf(service: Service): Partial<HostConfig> {
  const ulimits = Object.entries(service.ulimits ?? {}).map(([Name, limit]) =>
    typeof limit === 'number'
      ? { Name, Hard: limit, Soft: limit }
      : { Name, Hard: limit.hard, Soft: limit.soft },
  );
  const devices = (service.devices ?? []).map(({ source, target, permissions }) => ({
    PathOnHost: source,
    PathInContainer: target,
    CgroupPermissions: permissions ?? 'rwm',
  }));
  return {
    ...(service.cpu_shares === undefined ? {} : { CpuShares: service.cpu_shares }),
    ...(service.cpu_period === undefined ? {} : { CpuPeriod: service.cpu_period }),
    ...(service.cpu_quota === undefined ? {} : { CpuQuota: service.cpu_quota }),
    ...(service.cpuset === undefined ? {} : { CpusetCpus: service.cpuset }),
    ...(service.cgroup_parent === undefined ? {} : { CgroupParent: service.cgroup_parent }),
    ...(service.memswap_limit === undefined ? {} : { MemorySwap: Number(service.memswap_limit) }),
    ...(service.mem_swappiness === undefined ? {} : { MemorySwappiness: Number(service.mem_swappiness) }),
    ...(service.oom_kill_disable === undefined ? {} : { OomKillDisable: service.oom_kill_disable }),
    ...(service.device_cgroup_rules === undefined ? {} : { DeviceCgroupRules: service.device_cgroup_rules }),
    ...(ulimits.length === 0 ? {} : { Ulimits: ulimits }),
    ...(devices.length === 0 ? {} : { Devices: devices }),
  };
}

function networkMode(engine: EngineApi, project: Project, service: Service): string {
  const mode = service.network_mode;
  if (mode !== undefined) return shared(engine, project, mode, 'network namespace') ?? mode;
  const [first] = byPriority(service);
  return first === undefined ? 'none' : (project.networks[first]?.name ?? first);
}

/** Networks in the order they are joined: highest priority first, then by name. */
const byPriority = (service: Service): string[] =>
  Object.entries(service.networks ?? {})
    .sort(([a, x], [b, y]) => (y?.priority ?? 0) - (x?.priority ?? 0) || (a < b ? -1 : 1))
    .map(([name]) => name);

function endpointsOf(
  project: Project,
  name: string,
  service: Service,
  options: RequestOptions,
): Record<string, Partial<EndpointSettings>> {
  return Object.fromEntries(
    byPriority(service).map((key) => {
      const own = service.networks?.[key];
      return [
        project.networks[key]?.name ?? key,
        {
          Aliases: [
            ...new Set([
              options.replaces?.alias ?? options.name,
              ...(options.oneOff === undefined ? [name] : []),
              ...(own?.aliases ?? []),
            ]),
          ],
          ...(own?.ipv4_address === undefined ? {} : { IPAMConfig: { IPv4Address: own.ipv4_address } }),
          ...((own?.mac_address ?? service.mac_address) === undefined
            ? {}
            : { MacAddress: own?.mac_address ?? service.mac_address ?? '' }),
          Links: linkNames(project, service),
        },
      ];
    }),
  );
}

/** On a network of its own a link is a further name for the other container. */
const linkNames = (project: Project, service: Service): string[] | null => {
  const links = service.links ?? [];
  if (links.length === 0) return null;
  return links.map((link) => {
    const [other = '', alias = other] = link.split(':');
    return `${project.services[other]?.container_name ?? `${project.name}-${other}-1`}:${alias}`;
  });
};

const linksOf = (
  _engine: EngineApi,
  project: Project,
  service: Service,
  mode: string,
): readonly string[] | null => (mode === 'bridge' ? linkNames(project, service) : null);

function volumesFrom(engine: EngineApi, project: Project, service: Service): readonly string[] | null {
  if (service.volumes_from === undefined) return null;
  return service.volumes_from.map((from) => {
    if (from.startsWith('container:')) return from.slice('container:'.length);
    const [other = '', options] = from.split(':');
    const id = firstContainer(engine, project, other, 'volume');
    return options === undefined ? id : `${id}:${options}`;
  });
}

interface Mounts {
  readonly binds: string[];
  readonly mounts: MountSpec[];
}

/** Volumes and binds are `Binds` as long as those can say it, all else is `Mounts`. `inherited` targets are there already. */
function mountsOf(p: Process, project: Project, service: Service, inherited: readonly string[]): Mounts {
  const out: Mounts = { binds: [], mounts: [] };
  const kept = new Set(inherited.map((bind) => bind.split(':')[1]));
  for (const mount of service.volumes ?? []) {
    const { type, source, target, read_only, bind, volume, tmpfs, image } = mount;
    const mode = [
      read_only === true ? 'ro' : 'rw',
      ...(bind?.selinux === undefined ? [] : [bind.selinux]),
      ...(bind?.propagation === undefined ? [] : [bind.propagation]),
    ].join(',');
    if (type === 'volume' && source !== undefined && volume?.nocopy !== true && volume?.subpath === undefined)
      out.binds.push(`${project.volumes[source]?.name ?? source}:${target}:${mode}`);
    else if (
      type === 'bind' &&
      (bind === undefined ||
        (bind.create_host_path === true && bind.recursive === undefined && bind.propagation === undefined))
    )
      out.binds.push(`${source}:${target}:${mode}`);
    else if (!kept.has(target))
      out.mounts.push({
        Type: type,
        ...(source === undefined
          ? {}
          : { Source: type === 'volume' ? (project.volumes[source]?.name ?? source) : source }),
        Target: target,
        ...(read_only === true ? { ReadOnly: true } : {}),
        ...(bind?.propagation === undefined
          ? {}
          : {
              BindOptions: {
                Propagation: bind.propagation,
                ...(bind.create_host_path === true ? { CreateMountpoint: true } : {}),
              },
            }),
        ...(volume === undefined
          ? {}
          : {
              VolumeOptions: {
                ...(volume.nocopy === true ? { NoCopy: true } : {}),
                ...(volume.subpath === undefined ? {} : { Subpath: volume.subpath }),
                ...(volume.labels === undefined ? {} : { Labels: volume.labels }),
              },
            }),
        ...(tmpfs === undefined
          ? {}
          : {
              TmpfsOptions: {
                ...(tmpfs.size === undefined ? {} : { SizeBytes: Number(tmpfs.size) }),
                ...(tmpfs.mode === undefined ? {} : { Mode: tmpfs.mode }),
              },
            }),
        ...(image?.subpath === undefined ? {} : { ImageOptions: { Subpath: image.subpath } }),
      });
  }
  for (const { source, path, file } of fileMounts(project, service)) {
    if (file.external === true) throw new ComposeError(`unsupported external ${source} ${file.name}`);
    if (file.file !== undefined)
      out.mounts.push({ Type: 'bind', Source: file.file, Target: path, ReadOnly: true });
  }
  void p;
  return out;
}

/** The secrets and configs of a service, and where they are to be. */
export function fileMounts(
  project: Project,
  service: Service,
): { source: 'secret' | 'config'; path: string; file: NamedFile; use: FileUse }[] {
  const secrets = (service.secrets ?? []).flatMap((use) => {
    const file = project.secrets[use.source];
    const target = use.target ?? use.source;
    const path = target.startsWith('/') ? target : `/run/secrets/${target}`;
    return file === undefined ? [] : [{ source: 'secret' as const, path, file, use }];
  });
  const configs = (service.configs ?? []).flatMap((use) => {
    const file = project.configs[use.source];
    const target = use.target ?? `/${use.source}`;
    const path = target.startsWith('/') ? target : `/${target}`;
    return file === undefined ? [] : [{ source: 'config' as const, path, file, use }];
  });
  return [...secrets, ...configs];
}
