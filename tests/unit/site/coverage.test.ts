import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CoverageInput, coverage, coverageProblems } from '../../../src/site/coverage/coverage.ts';
import { LEFT_OUT_FILE, parseLeftOut } from '../../../src/site/coverage/left-out.ts';
import { notesInventory } from '../../../src/site/inventory.ts';
import { parseDocument } from '../../../src/site/markdown/document.ts';
import { fence } from './fake-simulator.ts';

const notes = {
  sections: ['000-01', '000-02', '000-03'],
  snippets: [
    { id: '000-s001', section: '000-01' },
    { id: '000-s002', section: '000-02' },
    { id: '000-s003', section: '000-03' },
  ],
};

const planned = `planned:
  - { page: 1, slug: a, sections: [000-01] }
  - { page: 2, slug: b, sections: [000-02, 000-03] }
`;

function input(page: string, leftOut: string): CoverageInput {
  return {
    documents: (['es', 'en'] as const).map((locale) =>
      parseDocument(page, `content/docs/${locale}/a.mdx`, { locale, key: 'a' }),
    ),
    notes,
    leftOut: parseLeftOut(leftOut + planned),
    sheetNotes: () => [],
    addressOf: (key, locale) => `/${locale}/${key}/`,
  };
}

const written = `---\norder: 1\ncovers: [000-01]\n---\n\n${fence('sh run note=000-s001', 'x')}`;

describe('coverage.json', () => {
  test('gives pages or reasons for everything', () => {
    const result = coverage(input(written, 'left-out: { 000-s003: the site is long gone }\n'));
    expect(result.sections).toEqual({
      '000-01': { es: '/es/a/', en: '/en/a/' },
      '000-02': { reason: 'planned: page 2 of the outline' },
      '000-03': { reason: 'planned: page 2 of the outline' },
    });
    expect(result.snippets).toEqual({
      '000-s001': { es: '/es/a/', en: '/en/a/' },
      '000-s002': { reason: 'planned: page 2 of the outline' },
      '000-s003': { reason: 'the site is long gone' },
    });
    expect(result.totals).toEqual({
      sections: { total: 3, covered: 1, planned: 2, leftOut: 0 },
      snippets: { total: 3, covered: 1, planned: 1, leftOut: 1 },
    });
  });
});

describe('problems', () => {
  test('none when written pages hold what they promise', () => {
    expect(coverageProblems(input(written, 'left-out: {}\n'))).toEqual([]);
  });

  test('a written page forgets a section', () => {
    expect(
      coverageProblems(
        input('---\norder: 2\ncovers: [000-02]\nsnippets: [000-s002]\n---\n', 'left-out: {}\n'),
      ),
    ).toEqual([
      'content/docs/es/a.mdx:3: page 2 of the outline must cover "000-03". Write about it and add it to "covers" (in both languages), or give it another page in content/notes/left-out.yaml.',
    ]);
  });

  test('a covered section loses a snippet', () => {
    expect(coverageProblems(input('---\norder: 1\ncovers: [000-01]\n---\n', 'left-out: {}\n'))).toEqual([
      'content/docs/es/a.mdx:1: the page covers section "000-01" but not its snippet "000-s001". Add note=000-s001 to the fence that carries it, name it in "snippets" when the prose treats it, or leave it out in content/notes/left-out.yaml with a reason.',
    ]);
  });

  test('left-out.yaml is wrong', () => {
    const leftOut = 'left-out:\n  000-s001: it is said to be gone\n  000-s999: nobody knows it\n';
    expect(coverageProblems(input(written, leftOut))).toEqual([
      'content/notes/left-out.yaml:2: "000-s001" is on a page, so it is not left out. Remove it here.',
      'content/notes/left-out.yaml:3: "000-s999" is no section or snippet of the notes. Correct the id.',
    ]);
    expect(() => parseLeftOut('left-out: { 000-01: x }\nplanned: []\n')).toThrow(
      /left-out\.000-01: say why in a sentence/,
    );
    expect(() => parseLeftOut('left-out: [')).toThrow(/left-out\.yaml: not valid YAML/);
  });
});

test('the real left-out.yaml knows every section', () => {
  const leftOut = parseLeftOut(readFileSync(LEFT_OUT_FILE, 'utf8'));
  expect([...notesInventory().keys()].filter((id) => !leftOut.plannedPage.has(id))).toEqual([]);
});
