import { stringify } from 'yaml';

/** A tree as YAML in the manner of the real CLI. */
export const writeYaml = (tree: object): string =>
  stringify(tree, { lineWidth: 0, nullStr: 'null', version: '1.1', aliasDuplicateObjects: false });
