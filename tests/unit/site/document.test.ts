import { expect, test } from 'vitest';
import { fieldLine, listField, parseDocument } from '../../../src/site/markdown/document.ts';
import { fence } from './fake-simulator.ts';

const page = { locale: 'es', key: 'a' } as const;
const parse = (source: string) => parseDocument(source, 'content/docs/es/a.mdx', page);

test('reads frontmatter, headings and fences with their lines', () => {
  const source = `---
title: A
covers: [000-01, 000-02]
---

## Uno {#one}

- paso

  \`\`\`sh run note=000-s001
  docker ps
    -a
  \`\`\`

<Note>

### Dos

${fence('yaml file=compose.yaml', 'a: 1')}
</Note>
`;
  const document = parse(source);
  expect(document.headings.map(({ line, depth }) => ({ line, depth }))).toEqual([
    { line: 6, depth: 2 },
    { line: 17, depth: 3 },
  ]);
  expect(document.fences.map(({ line, code }) => ({ line, code }))).toEqual([
    { line: 10, code: 'docker ps\n  -a' },
    { line: 19, code: 'a: 1' },
  ]);
  expect(fieldLine(document, 'covers')).toBe(3);
  expect(listField(document, 'covers')).toEqual(['000-01', '000-02']);
  expect(listField(document, 'figures')).toEqual([]);
});

test('escapes inside a JSON string reach it as they were written', () => {
  expect(parse(fence('sh term input="echo \\"a\\"\\n"', 'sh')).fences[0]?.words.input).toBe('echo "a"\n');
});

test('every fence that cannot be read is told with file and line', () => {
  const source = `# x\n\n${fence('sh', 'ls')}\n${fence('sh run', 'ls')}\n${fence('sh norun', 'ls')}`;
  expect(() => parse(source)).toThrow(
    /^content\/docs\/es\/a\.mdx:3: a ```sh fence must say[^\n]*\ncontent\/docs\/es\/a\.mdx:11: "norun" needs/,
  );
});
