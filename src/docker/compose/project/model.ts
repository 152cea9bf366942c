/** A compose project after reading: everything in its long form, as `docker compose config` shows it. */

export type Text = Readonly<Record<string, string>>;

export interface Build {
  readonly context: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly labels?: Text;
  readonly no_cache?: boolean;
  readonly pull?: boolean;
  readonly extra_hosts?: readonly string[];
  readonly network?: string;
  readonly target?: string;
  readonly shm_size?: string;
  readonly tags?: readonly string[];
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
  readonly ipv4_address?: string;
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
}

export interface Mount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly bind?: { readonly propagation?: string; readonly create_host_path?: boolean };
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string; readonly labels?: Text };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
}

export interface FileUse {
  readonly source: string;
  readonly target?: string;
}

export interface Limits {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
}

export interface Deploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Text;
  readonly resources?: { readonly limits?: Limits; readonly reservations?: Limits };
  readonly restart_policy?: { readonly condition?: string; readonly max_attempts?: number };
}

export interface Service {
  readonly profiles?: readonly string[];
  readonly build?: Build;
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

export interface Network {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Text;
  readonly ipam?: {
    readonly driver?: string;
    readonly config?: readonly { subnet?: string; ip_range?: string; gateway?: string }[];
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Text;
}

export interface NamedVolume {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Text;
  readonly external?: boolean;
  readonly labels?: Text;
}

/** A secret or config of the file. */
export interface NamedFile {
  readonly name: string;
  readonly file?: string;
  readonly content?: string;
  readonly environment?: string;
  readonly external?: boolean;
}

export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
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
  /** Lines for the log: what is odd, but no error. */
  readonly warnings: readonly string[];
}

/** How many containers a service is to have. */
export const scaleOf = (service: Service): number => service.scale ?? service.deploy?.replicas ?? 1;

/** The image of a service; what is built has a name of its own unless told otherwise. */
export const imageOf = (project: Project, name: string, service: Service): string =>
  service.image ?? `${project.name}-${name}`;
