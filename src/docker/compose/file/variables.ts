import { isList, isMap, type Tree } from './tree.ts';

/** A variable that files use. */
export interface Variable {
  readonly name: string;
  readonly required: boolean;
  readonly fallback: string;
  readonly alternate: string;
}

const USE = /\$(?:\$|([_a-z]\w*)|\{([_a-z]\w*)(?:(:?[-+?])((?:[^{}]|\{[^{}]*\})*))?\})/gi;

/** The variables in every string of a tree, by name; what is said of one last counts. */
export function variablesOf(tree: Tree): Variable[] {
  const found = new Map<string, Variable>();
  const look = (value: Tree): void => {
    if (isList(value)) for (const item of value) look(item);
    else if (isMap(value)) for (const item of Object.values(value)) look(item);
    else if (typeof value === 'string')
      for (const [, bare, braced, operator = '', word = ''] of value.matchAll(USE)) {
        const name = bare ?? braced;
        if (name === undefined) continue;
        found.set(name, {
          name,
          required: operator.endsWith('?'),
          fallback: operator.endsWith('-') ? word : '',
          alternate: operator.endsWith('+') ? word : '',
        });
      }
  };
  look(tree);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
