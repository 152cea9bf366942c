/**
 * Everything the engine refuses, by id: HTTP status and the daemon's words (recorded from Engine 29.7.2; `{x}` are
 * parameters). Ids are kebab-case and stable: content/errors.yaml explains them.
 */
export const ERRORS = {
  // containers
  'no-such-container': { status: 404, message: 'No such container: {name}' },
  'ambiguous-id': { status: 400, message: 'multiple IDs found with provided prefix: {name}' },
  'name-conflict': {
    status: 409,
    message:
      'Conflict. The container name "/{name}" is already in use by container "{id}". You have to remove (or rename) that container to be able to reuse that name.',
  },
  'rename-failed': { status: 409, message: 'Error when allocating new name: {reason}' },
  'rename-same': {
    status: 400,
    message: 'Renaming a container with the same name as its current name',
  },
  'invalid-container-name': {
    status: 400,
    message: 'Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
  },
  'no-command': { status: 400, message: 'no command specified' },
  'workdir-relative': {
    status: 400,
    message: "the working directory '{dir}' is invalid, it needs to be an absolute path",
  },
  'no-such-user': { status: 400, message: 'unable to find user {user}: no matching entries in passwd file' },
  'no-such-group': {
    status: 400,
    message: 'unable to find group {group}: no matching entries in group file',
  },
  'runtime-create': {
    status: 400,
    message:
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {reason}',
  },
  'exec-failed': {
    status: 400,
    message: 'OCI runtime exec failed: exec failed: unable to start container process: {reason}',
  },
  'exec-relative': {
    status: 400,
    message: 'OCI runtime exec failed: exec failed: Cwd must be an absolute path',
  },
  'empty-id': { status: 400, message: 'invalid container name or ID: value is empty' },
  'already-paused': { status: 409, message: 'container {id} is already paused' },
  'not-paused': { status: 500, message: 'Container {id} is not paused' },
  'paused-start': { status: 409, message: 'cannot start a paused container, try unpause instead' },
  'paused-exec': { status: 409, message: 'Container {name} is paused, unpause the container before exec' },
  'restarting-exec': {
    status: 409,
    message: 'Container {id} is restarting, wait until the container is running',
  },
  'ipc-not-shareable': {
    status: 409,
    message:
      'failed to join IPC namespace: container {id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)',
  },
  'not-running': { status: 409, message: 'container {id} is not running' },
  'cannot-kill': { status: 409, message: 'cannot kill container: {name}: {reason}' },
  'invalid-signal': { status: 400, message: 'invalid signal: {signal}' },
  'unsupported-signal': {
    status: 500,
    message: 'the linux daemon does not support signal {signal}',
  },
  'cannot-stop': { status: 500, message: 'cannot stop container: {name}: {reason}' },
  'cannot-restart': { status: 500, message: 'Cannot restart container {name}: {reason}' },
  'default-link': { status: 409, message: 'Conflict, cannot remove the default link name of the container' },
  'remove-running': {
    status: 409,
    message:
      'cannot remove container "{name}": container is {state}: stop the container before removing or force remove',
  },
  'remove-paused': {
    status: 409,
    message: 'cannot remove container "{name}": container is paused and must be unpaused first',
  },
  'attach-paused': { status: 409, message: 'cannot attach to a paused container, unpause it first' },
  'attach-restarting': {
    status: 409,
    message: 'cannot attach to a restarting container, wait until it is running',
  },
  'logs-unreadable': { status: 501, message: 'configured logging driver does not support reading' },
  'no-such-log-driver': {
    status: 400,
    message: 'error looking up logging plugin {driver}: plugin "{driver}" not found',
  },
  'log-not-opened': {
    status: 500,
    message: 'failed to create task for container: failed to initialize logging driver: {reason}',
  },
  'no-such-exec': { status: 404, message: 'No such exec instance: {id}' },
  'update-memory-swap': {
    status: 500,
    message:
      'Cannot update container {id}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
  },
  'update-failed': { status: 500, message: 'Cannot update container {id}: {reason}' },
  'update-auto-remove': {
    status: 500,
    message:
      'Cannot update container {id}: Restart policy cannot be updated because AutoRemove is enabled for the container',
  },
  'minimum-memory': { status: 400, message: 'Minimum memory limit allowed is 6MB' },
  'minimum-swap': {
    status: 400,
    message: 'Minimum memoryswap limit should be larger than memory limit, see usage',
  },
  'swap-without-memory': {
    status: 400,
    message: 'You should always set the Memory limit when using Memoryswap limit, see usage',
  },
  'reservation-above-memory': {
    status: 400,
    message: 'Minimum memory limit can not be less than memory reservation limit, see usage',
  },
  'minimum-reservation': { status: 400, message: 'Minimum memory reservation allowed is 6MB' },
  'cpu-range': {
    status: 400,
    message: 'range of CPUs is from 0.01 to {max}, as there are only {count} CPUs available',
  },
  'cpuset-unavailable': {
    status: 400,
    message: 'Requested CPUs are not available - requested {asked}, available: {available}',
  },
  'cpuset-invalid': { status: 400, message: 'Invalid value {asked} for cpuset cpus' },
  'nano-cpus-conflict': {
    status: 400,
    message: 'Conflicting options: Nano CPUs and {other} cannot both be set',
  },
  'cpu-period-range': {
    status: 400,
    message: 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
  },
  'cpu-quota-range': { status: 400, message: 'CPU cfs quota can not be less than 1ms (i.e. 1000)' },
  'invalid-cap-add': { status: 400, message: 'invalid CapAdd: unknown capability: "{cap}"' },
  'invalid-cap-drop': { status: 400, message: 'invalid CapDrop: unknown capability: "{cap}"' },
  'invalid-security-opt': { status: 400, message: 'invalid --security-opt 2: "{option}"' },
  'restart-unknown': {
    status: 400,
    message:
      "invalid restart policy: unknown policy '{policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
  },
  'restart-count-policy': {
    status: 400,
    message: "invalid restart policy: maximum retry count can only be used with 'on-failure'",
  },
  'restart-count-negative': {
    status: 400,
    message: 'invalid restart policy: maximum retry count cannot be negative',
  },
  'restart-auto-remove': {
    status: 400,
    message: "can't create 'AutoRemove' container with restart policy",
  },
  'health-below-minimum': { status: 400, message: '{field} in Healthcheck cannot be less than 1ms' },
  'health-retries-negative': { status: 400, message: 'Retries in Healthcheck cannot be negative' },
  'hostname-uts': { status: 400, message: 'conflicting options: hostname and the UTS mode' },
  'invalid-ipc': { status: 400, message: 'invalid IPC mode: {mode}' },
  'invalid-isolation': {
    status: 400,
    message: "invalid isolation ({isolation}): linux only supports 'default'",
  },
  'cpu-shares-negative': {
    status: 400,
    message: 'invalid CPU shares ({value}): value must be a positive integer',
  },
  'oom-score-range': {
    status: 400,
    message: 'Invalid value {value}, range for oom score adj is [-1000, 1000]',
  },
  'no-device-driver': {
    status: 500,
    message: 'could not select device driver "" with capabilities: [[gpu]]',
  },
  'device-missing': {
    status: 500,
    message:
      'error gathering device information while adding custom device "{path}": no such file or directory',
  },
  'invalid-tmpfs-option': { status: 400, message: 'invalid tmpfs option "{option}"' },
  'container-network-conflict': {
    status: 400,
    message: 'conflicting options: {what} network mode',
  },
  'container-network-links': {
    status: 400,
    message:
      "conflicting options: container type network can't be used with links. This would result in undefined behavior",
  },
  'network-mode-format': {
    status: 400,
    message: 'invalid network mode: invalid container format container:<name|id>',
  },
  'network-not-running': {
    status: 409,
    message: 'cannot join network namespace of a non running container: container {name} is {state}',
  },
  'bridge-name-taken': {
    status: 403,
    message:
      'cannot create network {id} ({name}): conflicts with network {other} ({name}): networks have same bridge name',
  },
  'bridge-subnets': { status: 400, message: "bridge driver doesn't support multiple subnets" },
  'network-swarm-scope': {
    status: 400,
    message: 'cannot create a swarm scoped network when swarm is not active',
  },
  'network-config-only': {
    status: 403,
    message: 'failed to set up container networking: cannot create endpoint on configuration-only network',
  },
  'endpoint-not-found': { status: 404, message: 'endpoint {name} not found' },
  'endpoint-settings': { status: 400, message: 'invalid endpoint settings:\n{reason}' },
  'join-network-container': {
    status: 404,
    message: 'joining network namespace of container: {reason}',
  },
  'join-pid-container': { status: 404, message: 'joining PID namespace of container: {reason}' },
  'link-container': { status: 404, message: 'could not get container for {name}: {reason}' },
  'link-not-running': { status: 400, message: 'Cannot link to a non running container: {target} AS {alias}' },
  'links-custom-only': {
    status: 400,
    message:
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
  },
  'unknown-runtime': { status: 400, message: 'unknown or invalid runtime name: {runtime}' },
  'copy-no-such-path': { status: 404, message: 'Could not find the file {path} in container {name}' },
  'copy-not-directory': { status: 400, message: 'extraction point is not a directory' },
  'copy-read-only': { status: 403, message: 'container rootfs is marked read-only' },
  'copy-read-only-mount': { status: 403, message: 'mounted volume is marked read-only' },
  'copy-overwrite-directory': {
    status: 400,
    message: 'cannot overwrite non-directory "{to}" with directory "{from}"',
  },
  'commit-change': { status: 400, message: '{word} is not a valid change command' },
  'bad-parameter': { status: 400, message: '{reason}' },
  // images
  'no-such-image': { status: 404, message: 'No such image: {name}' },
  'image-other-platform': {
    status: 404,
    message: 'image with reference {name} was found but does not provide the specified platform ({platform})',
  },
  'page-not-found': { status: 404, message: 'page not found' },
  'invalid-reference': { status: 400, message: 'invalid reference format' },
  'reference-uppercase': {
    status: 400,
    message: 'invalid reference format: repository name ({name}) must be lowercase',
  },
  'reference-too-long': { status: 400, message: 'repository name must not be more than 255 characters' },
  'pull-denied': {
    status: 404,
    message: "pull access denied for {name}, repository does not exist or may require 'docker login'",
  },
  'pull-not-found': { status: 404, message: 'failed to resolve reference "{name}": {name}: not found' },
  'pull-no-such-host': {
    status: 500,
    message:
      'failed to resolve reference "{name}": failed to do request: Head "https://{host}/v2/{path}/manifests/{tag}": dial tcp: lookup {lookup} on {dns}:53: no such host',
  },
  'pull-refused': {
    status: 500,
    message:
      'failed to resolve reference "{name}": failed to do request: Head "https://{host}/v2/{path}/manifests/{tag}": {reason}',
  },
  'pull-failed': {
    status: 500,
    message:
      'failed to resolve reference "{name}": failed to do request: Head "https://{host}/v2/{path}/manifests/{tag}": {reason}',
  },
  'pull-no-platform': {
    status: 404,
    message: 'no matching manifest for {platform} in the manifest list entries',
  },
  'push-denied': {
    status: 401,
    message:
      'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  },
  'push-no-tag': { status: 404, message: 'tag does not exist: {name}' },
  'login-unauthorized': {
    status: 401,
    message: 'Get "https://{host}/v2/": unauthorized: incorrect username or password',
  },
  'login-no-such-host': {
    status: 500,
    message: 'Get "https://{host}/v2/": dial tcp: lookup {host} on {dns}:53: no such host',
  },
  'login-refused': { status: 500, message: 'Get "https://{host}/v2/": {reason}' },
  'push-unreachable': {
    status: 500,
    message: 'failed to do request: Head "https://{host}/v2/{path}/manifests/{tag}": {reason}',
  },
  'registry-transport': {
    status: 500,
    message: 'failed to configure transport: error pinging v2 registry: Get "https://{host}/v2/": {reason}',
  },
  'registry-denied': {
    status: 401,
    message:
      'errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n',
  },
  'search-failed': { status: 500, message: '{reason}' },
  'image-referenced': {
    status: 409,
    message:
      'conflict: unable to delete {id} (must be forced) - image is referenced in multiple repositories',
  },
  'image-used-by-reference': {
    status: 409,
    message:
      'conflict: unable to delete {name} (must be forced) - container {container} is using its referenced image {id}',
  },
  'image-used-stopped': {
    status: 409,
    message:
      'conflict: unable to delete {id} (must be forced) - image is being used by stopped container {container}',
  },
  'image-used-running': {
    status: 409,
    message:
      'conflict: unable to delete {id} (cannot be forced) - image is being used by running container {container}',
  },
  'bad-archive': { status: 500, message: '{reason}' },
  'unrecognized-archive': { status: 500, message: 'unrecognized image format' },
  'build-untrusted': {
    status: 500,
    message:
      'failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3A{path}%3Apull&service=registry.docker.io": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  },
  // networks
  'no-such-network': { status: 404, message: 'network {name} not found' },
  'network-exists': { status: 409, message: 'network with name {name} already exists' },
  'network-predefined-create': {
    status: 403,
    message: 'operation is not permitted on predefined {name} network',
  },
  'network-predefined-remove': {
    status: 403,
    message: '{name} is a pre-defined network and cannot be removed',
  },
  'network-only-one': { status: 403, message: 'only one instance of "{driver}" network is allowed' },
  'network-in-use': {
    status: 403,
    message: 'error while removing network: network {name} has active endpoints ({endpoints})',
  },
  'network-overlap': {
    status: 403,
    message: 'invalid pool request: Pool overlaps with other one on this address space',
  },
  'network-pools-exhausted': {
    status: 500,
    message: 'all predefined address pools have been fully subnetted',
  },
  'network-invalid-subnet': {
    status: 400,
    message: 'invalid network config:\ninvalid subnet {subnet}: {reason}',
  },
  'network-invalid-range': {
    status: 400,
    message:
      'invalid network config:\ninvalid ip-range {range}: CIDR block is bigger than its parent subnet {subnet}',
  },
  'network-name-blank': { status: 400, message: 'invalid name: name is empty' },
  'no-such-network-plugin': { status: 404, message: 'plugin "{driver}" not found' },
  'not-swarm-manager': {
    status: 503,
    message:
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  },
  'swarm-rpc': { status: 500, message: 'rpc error: code = {code} desc = {reason}' },
  'swarm-not-found': { status: 404, message: '{kind} {name} not found' },
  'no-swarm': { status: 503, message: 'This node is not part of a swarm' },
  'swarm-leave': {
    status: 503,
    message:
      'You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message.',
  },
  'already-in-swarm': {
    status: 503,
    message:
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
  },
  'endpoint-exists': {
    status: 403,
    message: 'endpoint with name {name} already exists in network {network}',
  },
  'not-connected': { status: 500, message: 'container {id} is not connected to network {network}' },
  'network-host-connect': {
    status: 400,
    message: 'cannot connect container to host network - container must be created in host network mode',
  },
  'network-none-connect': {
    status: 400,
    message:
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
  },
  'network-shared-connect': {
    status: 400,
    message:
      'container sharing network namespace with another container or host cannot be connected to any other network',
  },
  'endpoint-config': {
    status: 400,
    message: 'invalid config for network {network}: invalid endpoint settings:\n{reason}',
  },
  'setup-networking': { status: 500, message: 'failed to set up container networking: {reason}' },
  'programming-external': {
    status: 500,
    message:
      'failed to set up container networking: driver failed programming external connectivity on endpoint {name} ({endpoint}): {reason}',
  },
  // volumes
  'no-such-volume': { status: 404, message: 'get {name}: no such volume' },
  'volume-in-use': { status: 409, message: 'remove {name}: volume is in use - [{ids}]' },
  'invalid-volume-name': {
    status: 400,
    message:
      'create {name}: "{name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
  },
  'volume-name-short': {
    status: 400,
    message: 'create {name}: volume name is too short, names should be at least two alphanumeric characters',
  },
  'no-such-volume-plugin': {
    status: 404,
    message: 'create {name}: error looking up volume plugin {driver}: plugin "{driver}" not found',
  },
  'volume-invalid-option': { status: 400, message: 'create {name}: invalid option: "{option}"' },
  'volume-missing-option': { status: 400, message: 'create {name}: missing required option: "{option}"' },
  'volume-no-quota': { status: 400, message: 'create {name}: quota size requested but no quota support' },
  'volume-mount-failed': {
    status: 500,
    message: "error while mounting volume '{place}': failed to mount local volume: {mount}",
  },
  'mount-bind-missing': {
    status: 400,
    message: 'invalid mount config for type "bind": bind source path does not exist: {path}',
  },
  'mount-type-unknown': {
    status: 400,
    message: 'invalid mount config for type "{type}": mount type unknown',
  },
  'mount-target-empty': {
    status: 400,
    message: 'invalid mount config for type "{type}": field Target must not be empty',
  },
  'mount-source-empty': {
    status: 400,
    message: 'invalid mount config for type "{type}": field Source must not be empty',
  },
  'mount-source-not-empty': {
    status: 400,
    message: 'invalid mount config for type "{type}": field Source must not be specified',
  },
  'mount-field-forbidden': {
    status: 400,
    message: 'invalid mount config for type "{type}": field {field} must not be specified',
  },
  'mount-propagation': {
    status: 400,
    message: 'invalid mount config for type "{type}": invalid propagation mode: {propagation}',
  },
  'mount-not-shared': {
    status: 500,
    message: 'path {path} is mounted on {mount} but it is not a {kind} mount',
  },
  'mount-subpath-absolute': {
    status: 400,
    message: 'invalid mount config for type "{type}": subpath must be a relative path within the volume',
  },
  'mount-subpath-missing': {
    status: 500,
    message: 'cannot access path {path}: lstat {path}: {reason}',
  },
  'mount-subpath-escapes': {
    status: 400,
    message: 'path concatenation escapes the base directory, base: {base}, subpath: {subpath}',
  },
  'mount-source-failed': {
    status: 500,
    message: "error while creating mount source path '{path}': mkdir {at}: {reason}",
  },
  'volumes-from-empty': { status: 400, message: 'volumes-from specification cannot be an empty string' },
  'mount-path-relative': {
    status: 400,
    message:
      'invalid mount config for type "{type}": invalid mount path: \'{path}\' mount path must be absolute',
  },
  'mount-root': {
    status: 400,
    message: "invalid mount config for type \"{type}\": invalid specification: destination can't be '/'",
  },
  'mount-duplicate': { status: 400, message: 'Duplicate mount point: {path}' },
  'bind-invalid': { status: 400, message: "invalid volume specification: '{spec}'" },
  'bind-invalid-reason': { status: 400, message: "invalid volume specification: '{spec}': {reason}" },
  'bind-invalid-mode': { status: 400, message: 'invalid mode: {mode}' },
  'mount-not-a-directory': {
    status: 400,
    message:
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "{source}" to rootfs at "{target}": mount src={source}, dst={target}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type',
  },
  'mountpoint-refused': {
    status: 400,
    message:
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "{source}" to rootfs at "{target}": create mountpoint for {target} mount: make mountpoint "{target}": mkdirat {root}{target}: {reason}',
  },
  // general
  'invalid-filter-list': { status: 400, message: "invalid filter '{name}=[{values}]'" },
  'invalid-filter': { status: 400, message: "invalid filter '{name}'" },
  'invalid-filter-value': { status: 400, message: "invalid filter '{name}={value}': {reason}" },
  'not-simulated': { status: 501, message: '{what} is not simulated here' },
} as const satisfies Readonly<Record<string, { status: number; message: string }>>;

/** The id of a refusal. */
export type ErrorId = keyof typeof ERRORS;
