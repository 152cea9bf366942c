import { goDuration } from '../../engine/duration.ts';
import type { ImageConfig } from '../../images/types.ts';
import { SIGNALS } from '../../kernel/signals.ts';
import { BuildError, type Lines } from '../dockerfile/error.ts';

/** `[2/3] RUN x`; a stage with a name shows it. Nothing is numbered in a stage without steps. */
export function stepTitle(name: string, index: number, total: number, text: string): string {
  if (total === 0) return text;
  const width = String(total).length;
  return `[${name === '' ? '' : `${name} `}${String(index).padStart(width)}/${total}] ${text}`;
}

/** The environment with a variable set; its place stays. */
export function withVariable(env: readonly string[], key: string, value: string): readonly string[] {
  const at = env.findIndex((entry) => entry.startsWith(`${key}=`));
  return at < 0 ? [...env, `${key}=${value}`] : env.with(at, `${key}=${value}`);
}

/** A path from the working directory, without `.` and `..`. */
export function absolute(path: string, workdir: string | undefined): string {
  const whole = path.startsWith('/') ? path : `${workdir || '/'}/${path}`;
  const out: string[] = [];
  for (const name of whole.split('/')) {
    if (name === '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return `/${out.join('/')}`;
}

/** `80`, `80/udp`, `8000-8002/tcp` ⇒ `['80/tcp']` … */
export function readPorts(word: string, at: Lines): string[] {
  const [, ports = '', proto = 'tcp'] = /^([^/]*)(?:\/(.*))?$/.exec(word) ?? [];
  const bare = ports.split(':').at(-1) ?? '';
  const match = /^(\d+)(?:-(\d+))?$/.exec(bare);
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  if (match === null || high > 65535 || high < low)
    throw new BuildError(`invalid containerPort: ${bare}`, at);
  if (!/^(?:tcp|udp|sctp)$/i.test(proto))
    throw new BuildError(`invalid port: ${JSON.stringify(word)}: invalid proto: ${proto}`, at);
  return Array.from({ length: high - low + 1 }, (_, i) => `${low + i}/${proto.toLowerCase()}`);
}

/** Is this a signal, with or without SIG, or its number? */
export const isSignal = (name: string): boolean => {
  if (/^[-+]?\d+$/.test(name)) return Number(name) !== 0;
  return name.toUpperCase().replace(/^SIG/, '') in SIGNALS;
};

/** Go's `%q` of a list: `["a" "b"]`. */
export const goStrings = (items: readonly string[]): string =>
  `[${items.map((item) => JSON.stringify(item)).join(' ')}]`;

/** Go's `%q` of a health check, as it stands in history. */
export function goHealth(health: NonNullable<ImageConfig['Healthcheck']>): string {
  const times = [health.Interval, health.Timeout, health.StartPeriod, health.StartInterval];
  const retries = health.Retries ?? 0;
  const rune =
    retries > 31 && retries < 127
      ? String.fromCharCode(retries)
      : `\\x${retries.toString(16).padStart(2, '0')}`;
  return `&{${[goStrings(health.Test), ...times.map((time) => `"${goDuration(time ?? 0)}"`), `'${rune}'`].join(' ')}}`;
}

/** The first line of a here-document, for the title. */
export function summary(content: string): string {
  const lines = content.trim().split('\n');
  return lines.length > 1 ? `${lines[0]}...` : (lines[0] ?? '');
}
