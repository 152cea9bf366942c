import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/site/checks/documents.ts';
import { coverProblems, noteProblems, notRunProblems } from '../../../src/site/checks/notes.ts';
import { parityProblems } from '../../../src/site/checks/parity.ts';
import { snippetProblems } from '../../../src/site/checks/snippets.ts';
import { type PageDocument, parseDocument } from '../../../src/site/markdown/document.ts';
import { ResultStore } from '../../../src/site/snippets/results.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { FakeSimulator, fence, project } from './fake-simulator.ts';

function page(source: string, locale: 'es' | 'en' = 'es', key = 'a'): PageDocument {
  return parseDocument(source, `content/docs/${locale}/${key}.mdx`, { locale, key });
}

const parity = (es: string, en: string) => parityProblems({ es: page(es), en: page(en, 'en') });

describe('the two languages', () => {
  test('may differ in comments, in the reason of norun, and in shown text', () => {
    const both = (comment: string, reason: string) =>
      [
        fence('sh run', `# ${comment}\ndocker ps`),
        fence(`sh norun reason="${reason}"`, 'x'),
        fence('text', `tree ${comment}`),
        fence('dockerfile file=Dockerfile', `# ${comment}\nFROM a`),
      ].join('\n');
    expect(parity(both('lista', 'no hay'), both('lists', 'none'))).toEqual([]);
  });

  test('not in commands', () => {
    expect(parity(fence('sh run', 'docker ps'), `intro\n\n${fence('sh run', 'docker ps -a')}`)).toEqual([
      'content/docs/es/a.mdx:1 and content/docs/en/a.mdx:3: the code differs. Only comment lines may; copy the rest from one to the other.\n    es:\n      docker ps\n    en:\n      docker ps -a',
    ]);
  });

  test('not in a comment at the end of a command', () => {
    expect(parity(fence('sh run', 'ls # lista'), fence('sh run', 'ls # list'))[0]).toMatch(
      /the code differs/,
    );
  });

  test('not in the words of a fence', () => {
    expect(parity(fence('sh run expect=1', 'x'), fence('sh run note=000-s001', 'x'))[0]).toMatch(
      /a\.mdx:1 and .*: the words of the fence differ\. Write the same in both\.\n {6}es: sh run expect=1\n {6}en: sh run expect=0 note="000-s001"/,
    );
  });

  test('not in the number of fences', () => {
    expect(parity(fence('sh run', 'x'), `${fence('sh run', 'x')}\n${fence('yaml', 'a: 1')}`)).toEqual([
      'content/docs/en/a.mdx:5: this fence has no counterpart in content/docs/es/a.mdx, which has 1 fences to 2. Add it there, or remove it here.',
    ]);
  });

  test('not in the levels of headings', () => {
    expect(parity('## a\n\n### b\n', '## a\n\n## c\n')).toEqual([
      'content/docs/es/a.mdx:3 and content/docs/en/a.mdx:3: the headings differ. Give both languages the same headings, level by level.\n      es: ### b\n      en: ## c',
    ]);
    expect(parity('## a\n', '## a\n\n## c\n')[0]).toMatch(/es: no further heading\n {6}en: ## c/);
  });

  test('not in covers, snippets, figures and start', () => {
    expect(parity('---\ntitle: x\ncovers: [000-01]\n---\n', '---\ncovers: [000-02]\n---\n')).toEqual([
      'content/docs/es/a.mdx:3 and content/docs/en/a.mdx:2: "covers" differs. Write the same, in the same order.\n      es: ["000-01"]\n      en: ["000-02"]',
    ]);
    expect(parity('---\nfigures: [states]\nstart: [nginx]\n---\n', '---\ntitle: x\n---\n')).toHaveLength(2);
  });
});

describe('the original notes', () => {
  test('unknown snippets', () => {
    expect(noteProblems([page(fence('sh run note=000-s001,000-s999', 'x'))], new Set(['000-s001']))).toEqual([
      'content/docs/es/a.mdx:1: note=000-s999 is not in content/notes/snippets.json. Correct the id, or remove it.',
    ]);
  });

  test('a section has one home page', () => {
    const one = page('---\ncovers: [000-01]\n---\n');
    const two = page('---\ntitle: x\ncovers: [000-01, 000-02, 000-02]\n---\n', 'es', 'b');
    expect(coverProblems([one, two, page('---\ncovers: [000-01]\n---\n', 'en')])).toEqual([
      'content/docs/es/b.mdx:3: "000-01" is already covered by content/docs/es/a.mdx:2. A section of the notes has one home page: remove it from one (in both languages).',
      'content/docs/es/b.mdx:3: "covers" names "000-02" twice. Remove one.',
    ]);
  });

  test('at most 5 % of the shell snippets are only shown', () => {
    const run = fence('sh run', 'x').repeat(19);
    const norun = fence('sh norun reason="why"', 'x');
    expect(notRunProblems([page(run + norun), page(norun, 'en')])).toEqual([]);
    expect(notRunProblems([page(norun + run + norun)])).toEqual([
      '2 of 21 shell snippets are "norun"; at most 5 % may be. Make some of them run:\n      content/docs/es/a.mdx:1: why\n      content/docs/es/a.mdx:61: why',
    ]);
  });
});

describe('a project', () => {
  const frontmatter = (locale: string) =>
    `---\ntitle: ${locale}\ndescription: about ${locale}\nslug: ${locale}\nnav: x\ngroup: home\norder: 1\n---\n\n`;

  test('a fence that cannot be read, with file and line', () => {
    const root = project({
      'es/a.mdx': `${frontmatter('es')}${fence('sh runn', 'x')}`,
      'en/a.mdx': `${frontmatter('en')}${fence('sh run', 'x')}`,
    });
    const { documents, problems } = readDocuments(root);
    expect(documents.map(({ file }) => file)).toEqual(['content/docs/en/a.mdx']);
    expect(problems).toEqual([expect.stringMatching(/^content\/docs\/es\/a\.mdx:10: unknown word "runn"/)]);
  });

  test('snippets that fail are all told, once for both languages', async () => {
    const source = `${fence('sh run', 'exit 1')}\n${fence('sh run', 'exit 2')}`;
    const documents = [page(source), page(source, 'en'), page(fence('sh run', 'crash'), 'es', 'b')];
    const results = new ResultStore(new FakeSimulator(), 'v1', temporaryFolder());
    expect(await snippetProblems(documents, { results })).toEqual([
      expect.stringMatching(/^content\/docs\/es\/a\.mdx:1: .*exit code 1/),
      expect.stringMatching(/^content\/docs\/es\/a\.mdx:5: .*exit code 2/),
      expect.stringMatching(/^content\/docs\/es\/b\.mdx: line 1: the simulator failed/),
    ]);
  });
});
