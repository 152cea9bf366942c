import type { Page } from '@playwright/test';
import { LOCALES } from '../../src/site/locales.ts';
import { expect, test } from '../e2e/guard.ts';
import { sitePages } from '../e2e/sitemap.ts';

/** CSS pixels between the margins of A4 (210 mm less 15 mm on each side). */
const WIDTH = 680;

/** What of a page would be missing, superfluous or dark on paper. */
function printTroubles(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`wider than the paper: ${document.documentElement.scrollWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>('main :is(pre, code, table, figure)')) {
      if (!element.checkVisibility()) continue;
      const { overflowX, overflowY } = getComputedStyle(element);
      const isCut =
        (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) ||
        (overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1);
      if (isCut) found.push(`cut: ${element.textContent?.slice(0, 60)}`);
    }
    for (const control of document.querySelectorAll('button, input'))
      if (control.checkVisibility()) found.push(`a control on paper: ${control.outerHTML.slice(0, 80)}`);
    const { backgroundColor } = getComputedStyle(document.documentElement);
    if (backgroundColor !== 'rgb(255, 255, 255)') found.push(`background ${backgroundColor}`);
    return found;
  });
}

for (const locale of LOCALES) {
  test(`every page in ${locale} prints whole and light, from a dark screen too`, async ({ page }) => {
    test.setTimeout(600_000);
    await page.setViewportSize({ width: WIDTH, height: 1000 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const troubles: string[] = [];
    for (const { path } of sitePages().filter(({ path }) => path.startsWith(`/${locale}/`))) {
      await page.goto(path);
      troubles.push(...(await printTroubles(page)).map((trouble) => `${path}: ${trouble}`));
    }
    expect(troubles).toEqual([]);
  });
}
