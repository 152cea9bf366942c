import { DockerError } from '../error.ts';
import { parseBool } from '../human.ts';
import type { ContainerConfig, HostConfig } from '../types/container.ts';

const SELECTING = ['env', 'env-regex', 'labels', 'labels-regex', 'tag'];

/** The options of each logging driver (daemon/logger); those of `none` are not looked at. */
const DRIVERS: Readonly<Record<string, readonly string[]>> = {
  'json-file': ['max-file', 'max-size', 'compress', ...SELECTING],
  local: ['max-file', 'max-size', 'compress'],
  journald: SELECTING,
  syslog: [
    ...SELECTING,
    'syslog-address',
    'syslog-facility',
    'syslog-format',
    'syslog-tls-ca-cert',
    'syslog-tls-cert',
    'syslog-tls-key',
    'syslog-tls-skip-verify',
  ],
  gelf: [
    ...SELECTING,
    'gelf-address',
    'gelf-compression-level',
    'gelf-compression-type',
    'gelf-tcp-max-reconnect',
    'gelf-tcp-reconnect-delay',
  ],
  fluentd: [
    ...SELECTING,
    'fluentd-address',
    'fluentd-async',
    'fluentd-async-reconnect-interval',
    'fluentd-buffer-limit',
    'fluentd-max-retries',
    'fluentd-read-timeout',
    'fluentd-request-ack',
    'fluentd-retry-wait',
    'fluentd-sub-second-precision',
    'fluentd-write-timeout',
  ],
  splunk: [
    ...SELECTING,
    'splunk-url',
    'splunk-token',
    'splunk-source',
    'splunk-sourcetype',
    'splunk-index',
    'splunk-format',
    'splunk-verify-connection',
    'splunk-insecureskipverify',
  ],
  awslogs: [
    ...SELECTING,
    'awslogs-region',
    'awslogs-group',
    'awslogs-stream',
    'awslogs-create-group',
    'awslogs-create-stream',
    'awslogs-datetime-format',
    'awslogs-multiline-pattern',
    'awslogs-endpoint',
    'awslogs-credentials-endpoint',
  ],
  gcplogs: [...SELECTING, 'gcp-project', 'gcp-log-cmd', 'gcp-meta-zone', 'gcp-meta-name', 'gcp-meta-id'],
};

const refuse = (reason: string): DockerError => new DockerError('bad-parameter', { reason });

/** Reads `10m` as go-units' FromHumanSize does, in powers of ten; undefined if it is none. */
function humanSize(written: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(written);
  if (match === null) return undefined;
  return Number(match[1]) * 1000 ** ' kmgtp'.indexOf((match[2] || ' ').toLowerCase());
}

/** What is wrong with the options is noticed when the container is made (daemon/logger/factory.go). */
export function verifyLog(host: HostConfig): void {
  const { Type: driver, Config: options } = host.LogConfig;
  if (driver === 'none') return;
  const known = DRIVERS[driver];
  if (known === undefined) throw new DockerError('no-such-log-driver', { driver });
  const { mode, 'max-buffer-size': buffer, ...own } = options;
  if (mode !== undefined && !['', 'blocking', 'non-blocking'].includes(mode))
    throw refuse(`logger: logging mode not supported: ${mode}`);
  if (buffer !== undefined) {
    if (mode !== 'non-blocking')
      throw refuse("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    if (humanSize(buffer) === undefined)
      throw refuse(`error parsing option max-buffer-size: invalid size: '${buffer}'`);
  }
  for (const option of Object.keys(own))
    if (!known.includes(option))
      throw refuse(
        driver === 'local'
          ? `unknown log opt '${option}' for log driver local`
          : `unknown log opt '${option}' for ${driver} log driver`,
      );
  verifyAddress(driver, own);
}

function verifyAddress(driver: string, options: Readonly<Record<string, string>>): void {
  const scheme = (url: string): string => /^([a-z+]+):\/\//.exec(url)?.[1] ?? '';
  const syslog = options['syslog-address'];
  if (
    driver === 'syslog' &&
    syslog !== undefined &&
    !['udp', 'tcp', 'tcp+tls', 'unix', 'unixgram'].includes(scheme(syslog))
  )
    throw refuse(`unsupported scheme: '${scheme(syslog)}'`);
  if (driver === 'gelf') {
    const address = options['gelf-address'];
    if (address === undefined) throw refuse('gelf-address is a required parameter');
    if (!['udp', 'tcp'].includes(scheme(address))) throw refuse('gelf: endpoint needs to be TCP or UDP');
  }
  if (driver === 'awslogs' && options['awslogs-group'] === undefined)
    throw refuse("must specify a value for log opt 'awslogs-group'");
}

/** What only the driver itself notices, when the container starts: the reason, or undefined. */
function startProblem(host: HostConfig): string | undefined {
  const { Type: driver, Config: options } = host.LogConfig;
  if (driver === 'json-file' || driver === 'local') {
    const { 'max-size': size, 'max-file': files, compress } = options;
    if (size !== undefined && !((humanSize(size) ?? -1) > 0))
      return humanSize(size) === undefined ? `invalid size: '${size}'` : 'max-size must be a positive number';
    if (files !== undefined && !/^[-+]?\d+$/.test(files))
      return `strconv.Atoi: parsing ${JSON.stringify(files)}: invalid syntax`;
    if (files !== undefined && Number(files) < 1) return 'max-file cannot be less than 1';
    if (compress !== undefined && parseBool(compress) === undefined)
      return `strconv.ParseBool: parsing ${JSON.stringify(compress)}: invalid syntax`;
    if (driver === 'json-file' && compress !== undefined && parseBool(compress) && Number(files ?? '1') < 2)
      return 'compress cannot be true when max-file is less than 2 or unset';
  }
  if (driver === 'syslog' && !/^udp:/.test(options['syslog-address'] ?? '')) {
    const { 'syslog-address': address } = options;
    return address === undefined ? 'Unix syslog delivery error' : refused(address);
  }
  if (driver === 'gelf' && /^tcp:/.test(options['gelf-address'] ?? ''))
    return `gelf: cannot connect to GELF endpoint: ${(options['gelf-address'] ?? '').replace(/^tcp:\/\//, '')} ${refused(options['gelf-address'] ?? '')}`;
  if (driver === 'fluentd') return refused(options['fluentd-address'] ?? '127.0.0.1:24224');
  if (driver === 'journald') return 'journald is not enabled on this host';
  if (driver === 'splunk' && options['splunk-url'] === undefined) return 'splunk: splunk-url is expected';
  const unknown = unknownField(options['tag'] ?? '');
  if (unknown !== undefined)
    return `template: log-tag:1:${(options['tag'] ?? '').indexOf(unknown)}: executing "log-tag" at <${unknown}>: can't evaluate field ${unknown.slice(1)} in type *logger.Info`;
  return undefined;
}

const refused = (address: string): string => {
  const bare = address.replace(/^[a-z+]+:\/\//, '').replace(/^localhost\b/, '127.0.0.1');
  return `dial tcp ${bare}: connect: connection refused`;
};

/** Refuses a start whose log cannot be begun. */
export function openLog(host: HostConfig): void {
  const reason = startProblem(host);
  if (reason !== undefined) throw new DockerError('log-not-opened', { reason });
}

/** What a tag may tell of the container (daemon/logger/loginfo.go). */
export interface LogInfo {
  readonly id: string;
  readonly name: string;
  readonly imageId: string;
  readonly command: string;
  readonly config: ContainerConfig;
}

const TAG_FIELDS: Readonly<Record<string, (info: LogInfo) => string>> = {
  '.ID': ({ id }) => id.slice(0, 12),
  '.FullID': ({ id }) => id,
  '.Name': ({ name }) => name,
  '.ContainerName': ({ name }) => `/${name}`,
  '.ContainerID': ({ id }) => id,
  '.ImageID': ({ imageId }) => imageId.replace(/^sha256:/, '').slice(0, 12),
  '.ImageFullID': ({ imageId }) => imageId,
  '.ImageName': ({ config }) => config.Image,
  '.ContainerImageName': ({ config }) => config.Image,
  '.DaemonName': () => 'docker',
  '.Command': ({ command }) => command,
};

const FIELD = /\{\{\s*(\.\w+)\s*\}\}/g;

function unknownField(tag: string): string | undefined {
  return [...tag.matchAll(FIELD)].map(([, field = '']) => field).find((field) => !(field in TAG_FIELDS));
}

/** What `docker logs --details` shows of a container: the labels and variables its options choose, and the tag. */
export function logAttributes(host: HostConfig, info: LogInfo): Record<string, string> {
  const { Type: driver, Config: options } = host.LogConfig;
  if (driver === 'local' || driver === 'none') return {};
  const environment = (info.config.Env ?? []).map((entry): [string, string] => {
    const at = entry.indexOf('=');
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  const out: Record<string, string> = {};
  const choose = (from: readonly (readonly [string, string])[], names: string, pattern: string): void => {
    const wanted = names.split(',');
    for (const [key, value] of from)
      if (wanted.includes(key) || (pattern !== '' && new RegExp(pattern).test(key))) out[key] = value;
  };
  choose(Object.entries(info.config.Labels), options['labels'] ?? '', options['labels-regex'] ?? '');
  choose(environment, options['env'] ?? '', options['env-regex'] ?? '');
  const { tag } = options;
  if (tag !== undefined && tag !== '')
    out['tag'] = tag.replace(FIELD, (_, field: string) => TAG_FIELDS[field]?.(info) ?? '');
  return out;
}

/** How much of a log is kept: files of so many bytes (0: without end), and how many of them. */
export function rotation(host: HostConfig): { size: number; files: number } {
  const { Type: driver, Config: options } = host.LogConfig;
  const local = driver === 'local';
  const size = humanSize(options['max-size'] ?? (local ? '20m' : '0')) ?? 0;
  return { size, files: Math.max(1, Number(options['max-file'] ?? (local ? '5' : '1'))) };
}
