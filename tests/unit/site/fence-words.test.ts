import { describe, expect, test } from 'vitest';
import { parseFenceWords } from '../../../src/site/markdown/fence-words.ts';
import { withoutComments } from '../../../src/site/markdown/languages.ts';

describe('fence words', () => {
  test.each([
    ['sh run', { language: 'sh', kind: 'run', expect: 0, notes: [] }],
    ['sh run expect=125', { language: 'sh', kind: 'run', expect: 125, notes: [] }],
    ['sh run stop=1.5s', { language: 'sh', kind: 'run', expect: 130, stop: 1500, notes: [] }],
    ['sh run stop=500ms expect=0', { language: 'sh', kind: 'run', expect: 0, stop: 500, notes: [] }],
    [
      'sh term input="a \\"b\\"\\n\\u0010"',
      { language: 'sh', kind: 'term', expect: 0, input: 'a "b"\n\u0010', notes: [] },
    ],
    [
      'sh norun reason="needs a GPU"',
      { language: 'sh', kind: 'norun', expect: 0, reason: 'needs a GPU', notes: [] },
    ],
    [
      'dockerfile file=app/Dockerfile',
      { language: 'dockerfile', kind: 'file', expect: 0, file: 'app/Dockerfile', notes: [] },
    ],
    [
      'html file="my page.html"',
      { language: 'html', kind: 'file', expect: 0, file: 'my page.html', notes: [] },
    ],
    ['bash file=run.sh', { language: 'bash', kind: 'file', expect: 0, file: 'run.sh', notes: [] }],
    [
      'sh run note=000-s004,002-s002',
      { language: 'sh', kind: 'run', expect: 0, notes: ['000-s004', '002-s002'] },
    ],
    ['yaml', { language: 'yaml', kind: 'show', expect: 0, notes: [] }],
    ['text note=001-s010', { language: 'text', kind: 'show', expect: 0, notes: ['001-s010'] }],
  ])('%s', (info, expected) => {
    expect(parseFenceWords(info)).toEqual(expected);
  });

  test.each([
    ['', /no language/],
    ['shell run', /unknown language "shell"\. Known: sh, bash/],
    ['sh', /must say what happens to it/],
    ['bash', /must say what happens to it/],
    ['sh runn', /unknown word "runn"\. Fences look like/],
    ['sh run colour=red', /unknown word "colour="/],
    ['sh run run', /"run" stands twice/],
    ['sh run expect=1 expect=2', /"expect" stands twice/],
    ['sh run term input="x"', /run and term exclude each other/],
    ['sh run file=x', /run and file= exclude each other/],
    ['yaml run', /"run" is only for shell commands/],
    ['sh run expect=one', /expect=one: an exit code is a number from 0 to 255/],
    ['sh run expect=256', /number from 0 to 255/],
    ['sh run stop=3', /stop=3: write a time with its unit/],
    ['sh run stop=0s', /write a time/],
    ['sh run input="x"', /"input=" does not go with "run"/],
    ['yaml expect=1', /"expect=" does not go with a fence that is only shown/],
    ['sh term', /needs what is typed/],
    ['sh term input=ls', /write the value in double quotes/],
    ['sh term input="a\\q"', /is not a JSON string/],
    ['sh term input="open', /cannot read input="open/],
    ['sh norun', /needs reason="…"/],
    ['sh norun reason="  "', /needs reason="…"/],
    ['yaml file=/etc/x', /name a file inside the session's folder/],
    ['yaml file=../x', /name a file inside/],
    ['yaml file=a//b', /name a file inside/],
    ['sh run note=12', /"12" is not the id/],
    ['sh run note=000-s001,000-s001', /"000-s001" stands twice/],
  ])('%s is refused', (info, message) => {
    expect(() => parseFenceWords(info)).toThrow(message);
  });
});

describe('comment lines', () => {
  test('are left out for the comparison', () => {
    expect(withoutComments('sh', '# lista\ndocker ps # todo\n  # otra\nls')).toBe('docker ps # todo\nls');
    expect(withoutComments('js', '// x\na();')).toBe('a();');
    expect(withoutComments('html', '<!-- x -->\n<p>')).toBe('<p>');
    expect(withoutComments('json', '# x')).toBe('# x');
  });

  test('a shebang and the body of a here-document are content', () => {
    expect(withoutComments('sh', '#!/bin/sh\n# x')).toBe('#!/bin/sh');
    expect(withoutComments('sh', "cat > f <<'END'\n# a\nEND\n# b")).toBe("cat > f <<'END'\n# a\nEND");
    expect(withoutComments('sh', 'cat <<-END\n# a\n\tEND\n# b\ncat <<< x\n# c')).toBe(
      'cat <<-END\n# a\n\tEND\ncat <<< x',
    );
  });
});
