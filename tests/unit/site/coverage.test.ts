import { describe, expect, test } from 'vitest';
import { type CoverageInput, coverage, coverageProblems } from '../../../src/site/coverage/coverage.ts';
import { parseLeftOut } from '../../../src/site/coverage/left-out.ts';
import { parseDocument } from '../../../src/site/markdown/document.ts';
import { fence } from './fake-simulator.ts';

const notes = {
  sections: ['000-01', '000-02'],
  snippets: [
    { id: '000-s001', section: '000-01' },
    { id: '000-s002', section: '000-02' },
  ],
};

function input(page: string, leftOut: string): CoverageInput {
  return {
    documents: (['es', 'en'] as const).map((locale) =>
      parseDocument(page, `content/docs/${locale}/a.mdx`, { locale, key: 'a' }),
    ),
    notes,
    leftOut: parseLeftOut(leftOut),
    sheetNotes: () => [],
    addressOf: (key, locale) => `/${locale}/${key}/`,
  };
}

const written = `---\ncovers: [000-01]\n---\n\n${fence('sh run note=000-s001', 'x')}`;
const rest = 'left-out: { 000-02: the section is empty, 000-s002: the site is long gone }\n';

test('coverage.json gives pages or reasons for everything', () => {
  const result = coverage(input(written, rest));
  expect(result.sections).toEqual({
    '000-01': { es: '/es/a/', en: '/en/a/' },
    '000-02': { reason: 'the section is empty' },
  });
  expect(result.snippets).toEqual({
    '000-s001': { es: '/es/a/', en: '/en/a/' },
    '000-s002': { reason: 'the site is long gone' },
  });
  expect(result.totals).toEqual({
    sections: { total: 2, covered: 1, leftOut: 1 },
    snippets: { total: 2, covered: 1, leftOut: 1 },
  });
});

describe('problems', () => {
  test('none when everything is on a page or left out for a reason', () => {
    expect(coverageProblems(input(written, rest))).toEqual([]);
  });

  test('a section and a snippet that no page has', () => {
    expect(coverageProblems(input(written, 'left-out: {}\n'))).toEqual([
      'section "000-02" of the notes is on no page. Write about it and add it to the "covers" of the page (in both languages), or leave it out in content/notes/left-out.yaml with a reason.',
      expect.stringMatching(/^snippet "000-s002" of section "000-02" is on no page\. Add note=000-s002/),
    ]);
  });

  test('a covered section loses a snippet', () => {
    expect(coverageProblems(input('---\ncovers: [000-01]\n---\n', rest))).toEqual([
      expect.stringMatching(
        /^content\/docs\/es\/a\.mdx:1: snippet "000-s001" of section "000-01" is on no page/,
      ),
    ]);
  });

  test('left-out.yaml is wrong', () => {
    const leftOut = `${rest.replace(' }', ', 000-s001: it is said to be gone, 000-s999: nobody knows it }')}`;
    expect(coverageProblems(input(written, leftOut))).toEqual([
      'content/notes/left-out.yaml:1: "000-s001" is on a page, so it is not left out. Remove it here.',
      'content/notes/left-out.yaml:1: "000-s999" is no section or snippet of the notes. Correct the id.',
    ]);
    expect(() => parseLeftOut('left-out: { 000-01: x }\n')).toThrow(
      /left-out\.000-01: say why in a sentence/,
    );
    expect(() => parseLeftOut('left-out: [')).toThrow(/left-out\.yaml: not valid YAML/);
  });
});
