import { ruleFor } from './path.ts';

const quote = (text: string): string => JSON.stringify(text);

/** What a string at a place becomes once its variables are in: a number or a boolean where the model wants one. */
export type Cast = (text: string, warn: (message: string) => void) => number | boolean;

/** A text that is none; the caller says where. */
export class BadCast extends Error {}

const integer =
  (name: string): Cast =>
  (text) => {
    if (!/^[+-]?\d+$/.test(text))
      throw new BadCast(`strconv.${name}: parsing ${quote(text)}: invalid syntax`);
    return Number(text);
  };

const float: Cast = (text) => {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text))
    throw new BadCast(`strconv.ParseFloat: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
};

/** As http://yaml.org/type/bool.html has it. */
export const boolean: Cast = (text, warn) => {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  const yes = ['y', 'yes', 'on'].includes(word);
  if (!yes && !['n', 'no', 'off'].includes(word)) throw new BadCast(`invalid boolean: ${text}`);
  warn(`${quote(text)} for boolean is not supported by YAML 1.2, please use \`${yes}\``);
  return yes;
};

const int = integer('Atoi');
const int64 = integer('ParseInt');

/** The cast of a place, if it has one. */
export const castFor = ruleFor<Cast>([
  ...['cpu_count', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares'].map(
    (key) => [`services.*.${key}`, int64] as const,
  ),
  ...['oom_score_adj', 'pids_limit'].map((key) => [`services.*.${key}`, int64] as const),
  ...['cpu_percent', 'cpus'].map((key) => [`services.*.${key}`, float] as const),
  ...[
    'deploy.replicas',
    'deploy.update_config.parallelism',
    'deploy.rollback_config.parallelism',
    'deploy.restart_policy.max_attempts',
    'deploy.placement.max_replicas_per_node',
    'healthcheck.retries',
    'ports.[].target',
    'scale',
    'ulimits.*',
    'ulimits.*.hard',
    'ulimits.*.soft',
  ].map((key) => [`services.*.${key}`, int] as const),
  ...['deploy.update_config.max_failure_ratio', 'deploy.rollback_config.max_failure_ratio'].map(
    (key) => [`services.*.${key}`, float] as const,
  ),
  ...[
    'init',
    'healthcheck.disable',
    'oom_kill_disable',
    'privileged',
    'read_only',
    'stdin_open',
    'tty',
    'volumes.[].read_only',
    'volumes.[].volume.nocopy',
  ].map((key) => [`services.*.${key}`, boolean] as const),
  ...['external', 'internal', 'attachable', 'enable_ipv4', 'enable_ipv6'].map(
    (key) => [`networks.*.${key}`, boolean] as const,
  ),
  ...['volumes', 'secrets', 'configs'].map((section) => [`${section}.*.external`, boolean] as const),
]);
