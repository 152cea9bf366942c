import { isList, isMap, isMoment, type Tree } from './tree.ts';

/** What is wrong at a place of a file. */
export interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  /** How near the cause it is: the deeper the place, the nearer; an unknown key counts as one below its place. */
  readonly depth: number;
}

/** A rule of a JSON schema, in the order of whose faults compose-go names the first of the deepest. */
export type Check = (value: Tree, path: readonly string[]) => Fault[];

type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';

const isType = (value: Tree, type: TypeName): boolean => {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isList(value);
    case 'object':
      return isMap(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
};

const readable = (type: TypeName): string => (type === 'object' ? 'mapping' : type);

const fault = (path: readonly string[], message: string, below = 0): Fault => ({
  path,
  message,
  depth: path.length + below,
});

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** One of these types. */
export const type =
  (...types: TypeName[]): Check =>
  (value, path) => {
    if (types.some((name) => isType(value, name))) return [];
    if (isMoment(value)) return [fault(path, 'invalid jsonType time.Time')];
    const names = types.map(readable).sort();
    const wanted =
      names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
    return [fault(path, `must be a ${wanted}`)];
  };

/** The second rule counts only where the first holds. */
const both =
  (first: Check, second: Check): Check =>
  (value, path) => {
    const faults = first(value, path);
    return faults.length > 0 ? faults : second(value, path);
  };

/** One of these words. */
export const oneOf = (...words: string[]): Check =>
  both(type('string'), (value, path) =>
    typeof value === 'string' && words.includes(value)
      ? []
      : [fault(path, `value must be ${words.length === 1 ? '' : 'one of '}${quoted(words)}`)],
  );

export const pattern = (form: RegExp): Check =>
  both(type('string'), (value, path) =>
    typeof value === 'string' && form.test(value)
      ? []
      : [fault(path, `'${String(value)}' does not match pattern '${form.source}'`)],
  );

export const between = (least: number, most: number): Check =>
  both(type('integer'), (value, path) =>
    typeof value !== 'number'
      ? []
      : value < least
        ? [fault(path, `must be greater than or equal to ${least}`)]
        : value > most
          ? [fault(path, `must be less than or equal to ${most}`)]
          : [],
  );

export const list =
  (item: Check): Check =>
  (value, path) =>
    isList(value) ? value.flatMap((one, at) => item(one, [...path, String(at)])) : type('array')(value, path);

/** A list in which nothing stands twice. */
export const unique = (item: Check): Check =>
  both(list(item), (value, path) => {
    if (!isList(value)) return [];
    const texts = value.map((one) => JSON.stringify(one));
    const second = texts.findIndex((text, at) => texts.indexOf(text) < at);
    return second < 0
      ? []
      : [fault(path, `items at ${texts.indexOf(texts[second] ?? '')} and ${second} are equal`)];
  });

const additional = (keys: readonly string[], path: readonly string[]): Fault[] =>
  keys.length === 0 ? [] : [fault(path, `additional properties ${quoted([...keys].sort())} not allowed`, 1)];

/** A mapping whose keys are free, or of one form. */
export const anyMap =
  (item: Check, names?: RegExp): Check =>
  (value, path) => {
    if (!isMap(value)) return type('object')(value, path);
    const wrong = Object.keys(value).filter((key) => names !== undefined && !names.test(key));
    return [
      ...Object.keys(value)
        .filter((key) => !wrong.includes(key))
        .flatMap((key) => item(value[key] ?? null, [...path, key])),
      ...additional(wrong, path),
    ];
  };

/** A mapping with these keys and no others but `x-…`. */
export const object =
  (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (!isMap(value)) return type('object')(value, path);
    const keys = Object.keys(value);
    const missing = required.filter((key) => !keys.includes(key));
    return [
      ...(missing.length > 0
        ? [fault(path, `missing propert${missing.length === 1 ? 'y' : 'ies'} ${quoted(missing)}`)]
        : []),
      ...keys.flatMap((key) => fields[key]?.(value[key] ?? null, [...path, key]) ?? []),
      ...additional(
        keys.filter((key) => !Object.hasOwn(fields, key) && !key.startsWith('x-')),
        path,
      ),
    ];
  };

/** Any of these; if none fits, what is wrong with each, in order. */
export const either =
  (...checks: Check[]): Check =>
  (value, path) => {
    const all = checks.map((check) => check(value, path));
    return all.some((faults) => faults.length === 0) ? [] : all.flat();
  };

/** A mapping or nothing. */
export const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? [] : isMap(value) ? check(value, path) : type('object', 'null')(value, path);

export const any: Check = () => [];
export const str = type('string');
export const bool = type('boolean', 'string');
export const num = type('number', 'string');
export const int = type('integer', 'string');
export const strings = list(str);
export const uniqueStrings = unique(str);
