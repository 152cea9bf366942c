import { describe, expect, test } from 'vitest';
import { searchable, wordsOf } from '../../../src/site/client/sheet-filter.ts';
import { notesSnippetIds } from '../../../src/site/inventory.ts';
import { withPdfLinks } from '../../../src/site/sheets/pdf.ts';
import { groupId } from '../../../src/site/sheets/rows.ts';
import { sentenceParts } from '../../../src/site/sheets/sentence.ts';
import { parseSheet, readSheets } from '../../../src/site/sheets/sheets.ts';

const row = (text: string) =>
  `title: { es: a, en: b }\ngroups:\n  - title: { es: c, en: Stop, start }\n    rows:\n${text}`
    .replace('Stop, start', "'Stop, start'")
    .replaceAll(/^- /gm, '      - ')
    .replaceAll(/^ {2}(?=\w+:)(?!- )/gm, '        ')
    .replace('        - title', '  - title');

const problemsOf = (text: string): string => {
  try {
    parseSheet(text, 'x', new Set(['001-s001']));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const good = '- run: docker ps\n  es: Lista.\n  en: List.\n';

describe('a sheet as data', () => {
  test('every sheet of the site can be read', () => {
    const sheets = readSheets();
    expect([...sheets.keys()]).toEqual([
      'cleaning',
      'cli',
      'compose',
      'dockerfile',
      'first-day',
      'networking',
      'volumes',
    ]);
    for (const { groups } of sheets.values()) expect(new Set(groups.map(groupId)).size).toBe(groups.length);
  });

  test('is read with its groups and rows', () => {
    const sheet = parseSheet(row(`${good}  note: [001-s001]\n`), 'x', new Set(['001-s001']));
    expect(sheet).toMatchObject({
      name: 'x',
      groups: [{ title: { en: 'Stop, start' }, rows: [{ run: 'docker ps', note: ['001-s001'] }] }],
    });
  });

  test.each([
    ['- run: docker ps\n  es: Lista.\n', 'content/sheets/x.yaml:5: group 1, row 1, "en":'],
    [
      `${good}- run: docker images\n  es: Lista\n  en: List.\n`,
      ':9: group 1, row 2, "es": must end with a full stop',
    ],
    [
      `${good}- run: docker ps\n  es: Otra.\n  en: Other.\n`,
      ':8: group 1, row 2, "run": "docker ps" stands already in group 1, row 1.',
    ],
    [
      `${good}  note: [001-s999]\n`,
      ':8: group 1, row 1, "note": "001-s999" is not in content/notes/snippets.json.',
    ],
    [`${good}  colour: red\n`, 'Unrecognized key'],
    [
      `- run: ${'x'.repeat(59)}\n  es: Lista.\n  en: List.\n`,
      'must have no line longer than 58 characters, or paper cuts it',
    ],
    [`${good}  file: dockerfile\n  setup: docker ps\n`, 'a row that is part of a file is not run'],
    [`${good}  place: top\n`, '"place" is for yaml rows only'],
    ['- run: [\n', 'not valid YAML'],
  ])('what is wrong is told with its place: %j', (text, message) => {
    expect(problemsOf(row(text))).toContain(message);
  });

  test('a note id that the notes have is taken', () => {
    expect(notesSnippetIds().has('001-s095')).toBe(true);
  });
});

describe('what is drawn', () => {
  test('a sentence falls apart into text and code', () => {
    expect(sentenceParts('`-a` and `-q` too.')).toEqual([
      { text: '-a', isCode: true },
      { text: ' and ', isCode: false },
      { text: '-q', isCode: true },
      { text: ' too.', isCode: false },
    ]);
  });

  test('links to PDFs replace those of an earlier run', () => {
    const pdfs = { a4: 'sheets/a.pdf', letter: 'sheets/l.pdf' };
    const once = withPdfLinks('<p><span data-pdfs></span></p>', 'es', pdfs);
    expect(once).toContain('<a href="/sheets/a.pdf" type="application/pdf">PDF A4</a>');
    expect(withPdfLinks(once, 'es', pdfs)).toBe(once);
  });

  test('the filter compares without case and accents', () => {
    expect(searchable('Imágenes ÑANDÚ')).toBe('imagenes nandu');
    expect(wordsOf('  Volúmenes  --RM ')).toEqual(['volumenes', '--rm']);
  });
});
