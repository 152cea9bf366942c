import { describe, expect, test } from 'vitest';
import { readDotenv } from '../../../src/docker/compose/file/dotenv.ts';
import { interpolate, substitute } from '../../../src/docker/compose/file/interpolate.ts';
import { readYaml } from '../../../src/docker/compose/file/read.ts';
import { checkSchema } from '../../../src/docker/compose/file/schema.ts';
import { splitWords } from '../../../src/docker/compose/file/words.ts';

const lookup = (name: string): string | undefined => ({ X: 'x', EMPTY: '' })[name];

describe('interpolation', () => {
  test.each([
    ['$X', 'x'],
    ['a${X}b', 'axb'],
    ['$$X', '$X'],
    ['${NO}', ''],
    ['${NO:-y}', 'y'],
    ['${EMPTY:-y}', 'y'],
    ['${EMPTY-y}', ''],
    ['${NO-y}', 'y'],
    ['${X:+y}', 'y'],
    ['${NO+y}', ''],
    ['${NO:-${X}}', 'x'],
    ['${X:?no}', 'x'],
    ['100%', '100%'],
  ])('%s', (written, value) => expect(substitute(written, lookup)).toBe(value));

  test('tells what is not set, once for each place', () => {
    const unset: string[] = [];
    substitute('$NO ${NO:-y} ${OTHER}', lookup, (name) => unset.push(name));
    expect(unset).toEqual(['NO', 'OTHER']);
  });

  test('names the place of a mistake', () => {
    const tree = { services: { web: { image: '${X' } } };
    expect(() => interpolate(tree, lookup, { unset: () => {} })).toThrow(
      'invalid interpolation format for services.web.image.\nYou may need to escape any $ with another $.\n${X',
    );
  });

  test('a required variable without a value', () => {
    const tree = { services: { web: { image: '${NO:?set it}' } } };
    expect(() => interpolate(tree, lookup, { unset: () => {} })).toThrow(
      'error while interpolating services.web.image: required variable NO is missing a value: set it',
    );
  });
});

describe('environment files', () => {
  test('quotes, comments, export and variables', () => {
    const source = 'A=1 # one\nexport B="two\\nlines"\n# no\nC=\'$A\'\nD=${A}${X}\nX\n\nE=';
    expect([...readDotenv(source, '.env', lookup)]).toEqual([
      ['A', '1'],
      ['B', 'two\nlines'],
      ['C', '$A'],
      ['D', '1x'],
      ['X', 'x'],
      ['E', ''],
    ]);
  });
});

test('commands are split as a shell would', () => {
  expect(splitWords('sh -c "echo \'a b\'; exit 3" x\\ y')).toEqual(['sh', '-c', "echo 'a b'; exit 3", 'x y']);
  expect(() => splitWords('echo "open')).toThrow('invalid command line string');
});

describe('yaml', () => {
  test.each([
    ['services:\n  web:\n    image: nginx\n   ports: []\n', 'yaml: line 1: did not find expected key'],
    ['services:\n\tweb:\n', 'yaml: line 2: found character that cannot start any token'],
    ['services:\n  a:\n    image: b: c\n', 'yaml: line 3: mapping values are not allowed in this context'],
    ['', 'empty compose file'],
  ])('%j', (source, message) => expect(() => readYaml(source, 'f')).toThrow(message));

  test('anchors and merge keys', () =>
    expect(
      readYaml('x-a: &a {image: b}\nservices:\n  w:\n    <<: *a\n    tty: true\n', 'f')['services'],
    ).toEqual({
      w: { image: 'b', tty: true },
    }));
});

describe('schema', () => {
  const web = (value: unknown): { services: { web: never } } => ({ services: { web: value as never } });
  test.each([
    [web({ imgae: 'x' }), "services.web additional properties 'imgae' not allowed"],
    [web({ image: 'x', ports: '80' }), 'services.web.ports must be a array'],
    [web('nginx'), 'services.web must be a mapping'],
    [web({ image: 5 }), 'services.web.image must be a string'],
    [
      web({ healthcheck: { tests: 'x' } }),
      "services.web.healthcheck additional properties 'tests' not allowed",
    ],
    [
      web({ volumes: [{ type: 'bind', src: '/x' }] }),
      "services.web.volumes.0 additional properties 'src' not allowed",
    ],
  ])('%j', (tree, message) => expect(() => checkSchema(tree, '/f')).toThrow(`validating /f: ${message}`));

  test('what is right passes', () =>
    expect(() =>
      checkSchema(
        {
          ...web({ image: 'x', ports: [80, { target: 80 }], environment: ['A=1'], 'x-own': 1 }),
          'x-top': {},
        },
        '/f',
      ),
    ).not.toThrow());
});
