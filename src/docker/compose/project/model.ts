import type { Tree, TreeMap } from '../file/tree.ts';

/** A compose project after reading: everything in its long form, as `docker compose config` shows it. */

export type Text = Readonly<Record<string, string>>;

export interface FileUse {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal, as `config` shows it. */
  readonly mode?: string;
}

export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

export type Ulimits = Readonly<Record<string, number | Limit>>;

export interface Build {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly entitlements?: readonly string[];
  readonly args?: Readonly<Record<string, string | null>>;
  readonly provenance?: string;
  readonly sbom?: string;
  readonly ssh?: readonly string[];
  readonly labels?: Text;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly additional_contexts?: Text;
  readonly pull?: boolean;
  readonly extra_hosts?: readonly string[];
  readonly isolation?: string;
  readonly network?: string;
  readonly target?: string;
  readonly secrets?: readonly FileUse[];
  readonly shm_size?: string;
  readonly tags?: readonly string[];
  readonly ulimits?: Ulimits;
  readonly platforms?: readonly string[];
  readonly privileged?: boolean;
}

export interface Dependency {
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly restart?: boolean;
  readonly required: boolean;
}

export interface HealthTest {
  readonly test?: readonly string[];
  readonly timeout?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

export interface ServiceNetwork {
  readonly aliases?: readonly string[];
  readonly driver_opts?: Text;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
}

export interface Port {
  readonly name?: string;
  readonly mode: string;
  readonly host_ip?: string;
  readonly target: number;
  readonly published?: string;
  readonly protocol: string;
  readonly app_protocol?: string;
}

export interface Mount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly selinux?: string;
    readonly propagation?: string;
    readonly create_host_path?: boolean;
    readonly recursive?: string;
  };
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string; readonly labels?: Text };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

export interface Limits {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: Tree;
  readonly generic_resources?: Tree;
}

export interface UpdateOptions {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface Deploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Text;
  readonly update_config?: UpdateOptions;
  readonly rollback_config?: UpdateOptions;
  readonly resources?: { readonly limits?: Limits; readonly reservations?: Limits };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement?: TreeMap;
  readonly endpoint_mode?: string;
}

export interface Device {
  readonly source: string;
  readonly target: string;
  readonly permissions?: string;
}

export interface Hook {
  readonly command: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
}

export interface Watch {
  readonly path: string;
  readonly action: string;
  readonly target?: string;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
}

export interface Service {
  readonly profiles?: readonly string[];
  readonly annotations?: Text;
  readonly attach?: boolean;
  readonly build?: Build;
  readonly develop?: { readonly watch?: readonly Watch[] };
  readonly blkio_config?: TreeMap;
  readonly cgroup_parent?: string;
  readonly cgroup?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpuset?: string;
  readonly cpu_shares?: number;
  readonly credential_spec?: TreeMap;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly Device[];
  readonly dns_opt?: readonly string[];
  readonly provider?: TreeMap;
  readonly external_links?: readonly string[];
  readonly gpus?: Tree;
  readonly isolation?: string;
  readonly memswap_limit?: string;
  readonly mem_swappiness?: string;
  readonly mac_address?: string;
  readonly models?: TreeMap;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly runtime?: string;
  readonly storage_opt?: Text;
  readonly ulimits?: Ulimits;
  readonly use_api_socket?: boolean;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly post_start?: readonly Hook[];
  readonly pre_stop?: readonly Hook[];
  readonly [extension: `x-${string}`]: Tree;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cpus?: number;
  readonly command?: readonly string[];
  readonly configs?: readonly FileUse[];
  readonly container_name?: string;
  readonly depends_on?: Readonly<Record<string, Dependency>>;
  readonly deploy?: Deploy;
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly expose?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly group_add?: readonly string[];
  readonly hostname?: string;
  readonly healthcheck?: HealthTest;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly labels?: Text;
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Text };
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly network_mode?: string;
  readonly networks?: Readonly<Record<string, ServiceNetwork | null>>;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly Port[];
  readonly privileged?: boolean;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly scale?: number;
  readonly secrets?: readonly FileUse[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly sysctls?: Text;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly user?: string;
  readonly volumes?: readonly Mount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
}

/** `x-…` of anything. */
interface Extended {
  readonly [extension: `x-${string}`]: Tree;
}

export interface Network extends Extended {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Text;
  readonly ipam?: {
    readonly driver?: string;
    readonly config?: readonly {
      subnet?: string;
      gateway?: string;
      ip_range?: string;
      aux_addresses?: Text;
    }[];
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Text;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface NamedVolume extends Extended {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Text;
  readonly external?: boolean;
  readonly labels?: Text;
}

/** A secret or config of the file. */
export interface NamedFile extends Extended {
  readonly name: string;
  readonly file?: string;
  readonly environment?: string;
  /** What it holds: written in the file, or the variable's value (which `config` does not show). */
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Text;
}

export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  /** The profiles that were asked for. */
  readonly profiles: readonly string[];
  /** In the order of their names. */
  readonly services: Readonly<Record<string, Service>>;
  /** Those whose profiles are not active. */
  readonly disabled: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: Readonly<Record<string, NamedVolume>>;
  readonly secrets: Readonly<Record<string, NamedFile>>;
  readonly configs: Readonly<Record<string, NamedFile>>;
  /** The caller's environment over `.env`. */
  readonly environment: ReadonlyMap<string, string>;
  /** `x-…` of the file. */
  readonly extensions: Readonly<Record<string, Tree>>;
}

/** How many containers a service is to have. */
export const scaleOf = (service: Service): number => service.scale ?? service.deploy?.replicas ?? 1;

/** The image of a service; what is built has a name of its own unless told otherwise. */
export const imageOf = (project: Project, name: string, service: Service): string =>
  service.image ?? `${project.name}-${name}`;
