import { Document, isScalar, Scalar, visit } from 'yaml';

/** A tree as YAML in the manner of the real CLI. */
export function writeYaml(tree: object): string {
  const document = new Document(tree, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      // go-yaml writes what is not printable with escapes, so in quotes.
      if (
        isScalar(node) &&
        typeof node.value === 'string' &&
        /^[^\n]*[\t\0-\x08\x0b-\x1f][^\n]*$/.test(node.value)
      )
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, nullStr: 'null' });
}
