/** What a YAML file holds, once read. */
export type Tree = null | boolean | number | string | readonly Tree[] | TreeMap;

export interface TreeMap {
  readonly [key: string]: Tree;
}

export const isMap = (value: Tree | undefined): value is TreeMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isMoment(value);

/** A time: YAML has them, the model has no place for one. */
export const isMoment = (value: unknown): boolean => value instanceof Date;

export const isList = (value: Tree | undefined): value is readonly Tree[] => Array.isArray(value);

/** A mapping, or an empty one for anything else (null above all). */
export const mapOf = (value: Tree | undefined): TreeMap => (isMap(value) ? value : {});

export const listOf = (value: Tree | undefined): readonly Tree[] => (isList(value) ? value : []);

/** A scalar as Go prints it; nothing for null. */
export const textOf = (value: Tree | undefined): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

/** `key: value` in the order of the keys. */
export function sortKeys<Value>(map: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
