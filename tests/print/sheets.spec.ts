import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { builtSheets } from '../../src/site/sheets/pdf.ts';
import { readSheets } from '../../src/site/sheets/sheets.ts';
import { PAPER_NAMES } from '../../src/site/sheets/texts.ts';
import { infoOf, linesOf, wordsOf } from './poppler.ts';

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const sheets = readSheets();
const built = builtSheets(dist);

/** Points. */
const SIZE = { a4: [595, 842], letter: [612, 792] } as const;
/** No word of the sheet stands nearer to the edge: printers cannot go there. */
const EDGE = 14;
const SMALLEST = 7;
/** Width of a character of the fonts for commands, in parts of their size (DejaVu, Menlo 0.602; Liberation 0.6; Consolas 0.55). */
const ADVANCE = 0.603;

test.beforeAll(() => {
  const missing = built.some(({ pdfs }) => PAPER_NAMES.some((paper) => !existsSync(join(dist, pdfs[paper]))));
  if (missing) execFileSync('node', ['src/tools/sheets.ts'], { cwd: root, stdio: 'inherit' });
});

test('every sheet is built in both languages', () => {
  expect(built.length).toBe(sheets.size * 2);
});

for (const { name, locale, path, pdfs } of built) {
  const { title, groups } = sheets.get(name) ?? { title: { es: '', en: '' }, groups: [] };
  for (const paper of PAPER_NAMES) {
    test.describe(`${name} in ${locale} on ${paper}`, () => {
      const file = join(dist, pdfs[paper]);
      const pagesOf = () => Number(infoOf(file).get('Pages'));

      test('is tagged, on its paper, and short', () => {
        const info = infoOf(file);
        expect(info.get('Tagged')).toBe('yes');
        expect(info.get('Title')?.toLowerCase()).toContain(title[locale].toLowerCase());
        for (const { width, height } of wordsOf(file))
          expect([Math.floor(width), Math.floor(height)]).toEqual([...SIZE[paper]]);
        expect(pagesOf()).toBeLessThanOrEqual(name === 'first-day' ? 1 : 2);
      });

      test('holds each command once, whole, with its sentence and its card on one page', () => {
        const pages = linesOf(file, pagesOf());
        const lines = pages.flat();
        for (const group of groups) {
          const at = pages.findIndex((page) => page.includes(group.title[locale]));
          expect(at, `the title "${group.title[locale]}"`).toBeGreaterThanOrEqual(0);
          const page = (pages[at] ?? []).join('\n');
          for (const row of group.rows) {
            // Poppler drops the space at the beginning of a line.
            const whole = row.run.replaceAll(/^ +/gm, '');
            expect(`\n${page}\n`, 'a command, line by line').toContain(`\n${whole}\n`);
            const times =
              `\n${lines.join('\n\n')}\n`.split(`\n${whole.replaceAll('\n', '\n\n')}\n`).length - 1;
            const longer = groups.flatMap(({ rows }) => rows).filter(({ run }) => run !== row.run);
            const inOthers = longer.filter(({ run }) =>
              `\n${run.replaceAll(/^ +/gm, '')}\n`.includes(`\n${whole}\n`),
            );
            expect(times, whole).toBe(1 + inOthers.length);
            const words = row[locale].replaceAll('`', '').replaceAll(/\s+/g, '');
            expect(page.replaceAll(/\s+/g, ''), row[locale]).toContain(words);
          }
        }
      });

      test('clips nothing and has no text smaller than 7 points', () => {
        for (const { width, height, words } of wordsOf(file)) {
          for (const { text, left, right, top, bottom } of words) {
            const inside = left >= EDGE && right <= width - EDGE && top >= EDGE && bottom <= height - EDGE;
            expect(inside, `"${text}" stands at ${left} ${top} ${right} ${bottom}`).toBe(true);
            // The browser may shrink a page that is too wide; flags tell, having one width a character everywhere.
            if (/^--[a-z]{3,}$/.test(text))
              expect((right - left) / text.length / ADVANCE, text).toBeGreaterThan(SMALLEST - 0.1);
          }
        }
      });

      test('says its edition, its address and the number of each page', () => {
        const pages = linesOf(file, pagesOf());
        for (const [at, lines] of pages.entries()) {
          const text = lines.join('\n');
          expect(text).toMatch(/Muelle \d+\.\d+\.\d+ · \d{4}-\d\d-\d\d · https?:\/\/\S+/);
          expect(text).toContain(path);
          expect(text).toContain(`${at + 1} / ${pages.length}`);
        }
      });
    });
  }
}

for (const { name, locale, path } of built.filter(({ locale }) => locale === 'es')) {
  test(`${name} in ${locale}: light and no smaller than 7 points, also from a dark screen`, async ({
    page,
  }) => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.goto(path);
    const seen = await page.evaluate(() => {
      const sizes = new Set<number>();
      const colours = new Set<string>();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!parent?.checkVisibility() || node.textContent?.trim() === '') continue;
        const style = getComputedStyle(parent);
        sizes.add(Number.parseFloat(style.fontSize) * 0.75);
        colours.add(style.color);
      }
      const background = getComputedStyle(document.documentElement).backgroundColor;
      return { sizes: [...sizes], colours: [...colours], background };
    });
    expect(Math.min(...seen.sizes)).toBeGreaterThanOrEqual(SMALLEST);
    expect(seen.background).toBe('rgb(255, 255, 255)');
    for (const colour of seen.colours) {
      const [red = 255, green = 255, blue = 255] = (colour.match(/\d+/g) ?? []).map(Number);
      expect(0.2126 * red + 0.7152 * green + 0.0722 * blue, colour).toBeLessThan(120);
    }
  });
}
