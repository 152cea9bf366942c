import type { Filters } from '../engine/api.ts';
import type { Flags } from './parse/flags.ts';

/** The `--filter` values as the API takes them: `['a=1', 'a=2']` ⇒ `{a: ['1', '2']}`; keys in lower case. */
export function readFilters(flags: Flags): Filters {
  const out: Record<string, string[]> = {};
  for (const filter of flags.list('filter')) {
    const at = filter.indexOf('=');
    if (at < 0) continue;
    const key = filter.slice(0, at).trim().toLowerCase();
    const values = out[key] ?? [];
    const value = filter.slice(at + 1).trim();
    if (!values.includes(value)) values.push(value);
    out[key] = values;
  }
  return out;
}
