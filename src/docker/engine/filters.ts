import { DockerError } from './error.ts';
import { readTime } from './timestamp.ts';
import type { Filters } from './types/system.ts';

/** Refuses keys that an operation does not know: `invalid filter 'bogus'`; one without a name has none to show. */
export function checkFilters(filters: Filters, known: readonly string[]): void {
  for (const name of Object.keys(filters))
    if (!known.includes(name))
      throw name === ''
        ? new DockerError('bad-parameter', { reason: 'invalid filter' })
        : new DockerError('invalid-filter', { name });
}

/** The values of a key, or undefined when it is not asked for. */
export function wanted(filters: Filters, key: string): readonly string[] | undefined {
  const values = filters[key];
  return values === undefined || values.length === 0 ? undefined : values;
}

/** All of the `label` filters hold: `k` is there, `k=v` has that value. */
export function labelsMatch(
  filters: Filters,
  labels: Readonly<Record<string, string>>,
  key = 'label',
): boolean {
  return (wanted(filters, key) ?? []).every((filter) => {
    const at = filter.indexOf('=');
    if (at < 0) return filter in labels;
    return labels[filter.slice(0, at)] === filter.slice(at + 1);
  });
}

/** None of the `label!` filters of the prune commands holds. */
export function labelsAllowed(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  return (wanted(filters, 'label!') ?? []).every((filter) => !labelsMatch({ label: [filter] }, labels));
}

/** Matches as the engine's `filters.Match`: a regular expression, or the text itself. */
export function matches(values: readonly string[], text: string): boolean {
  return values.some((value) => {
    if (value === text) return true;
    try {
      return new RegExp(value).test(text);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}

/** A yes/no filter such as `dangling`: its value, or undefined when not given. */
export function flag(filters: Filters, key: string): boolean | undefined {
  const values = wanted(filters, key);
  if (values === undefined) return undefined;
  // Only these words count; beside one of them, others are passed over (filters.GetBoolOrDefault).
  const yes = values.some((value) => value === '1' || value === 'true');
  const no = values.some((value) => value === '0' || value === 'false');
  if (yes !== no) return yes;
  throw new DockerError('invalid-filter-list', { name: key, values: values.join(' ') });
}

/** The `until` filter of the prune commands in milliseconds since 1970. */
export function untilTime(filters: Filters, now: number): number | undefined {
  const values = wanted(filters, 'until');
  if (values === undefined) return undefined;
  if (values.length > 1)
    throw new DockerError('bad-parameter', { reason: 'more than one until filter specified' });
  const time = readTime(values[0] ?? '', now);
  if (typeof time === 'object') throw new DockerError('bad-parameter', { reason: time.problem });
  return time;
}

/** The entries of a record in the order of their keys, as Go prints maps. */
export function sortedRecord<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const keys = Object.keys(record).sort();
  return Object.fromEntries(keys.map((key) => [key, record[key] as T]));
}
