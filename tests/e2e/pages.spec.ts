import { brotliCompressSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';
import { builtFile, builtHtml, sitePages } from './sitemap.ts';

const pages = sitePages();
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** axe on a page without frames: the legacy mode needs no second page to gather what frames say, which takes as long again. */
const audit = (page: Page) => new AxeBuilder({ page }).setLegacyMode();

async function accessibilityTroubles(page: Page): Promise<string[]> {
  const { violations } = await audit(page).withTags(RULES).analyze();
  return violations.flatMap((v) =>
    v.nodes.map((node) => `${v.id}: ${v.help} — ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

async function colourTroubles(page: Page): Promise<string[]> {
  const { violations } = await audit(page).withRules(['color-contrast', 'link-in-text-block']).analyze();
  return violations.flatMap((v) =>
    v.nodes.map((node) => `${v.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}

/** Ids that a built page offers as link targets. */
const fragments = new Map<string, Set<string>>();
function idsOf(path: string): Set<string> {
  let ids = fragments.get(path);
  if (ids === undefined) {
    ids = new Set([...builtHtml(path).matchAll(/\sid="([^"]+)"/g)].map((match) => match[1] ?? ''));
    fragments.set(path, ids);
  }
  return ids;
}

/** What a page may cost before the reader acts (issue 2): one TCP window, four requests, little of it script. */
const BUDGET = { total: 14_000, script: 5_000, requests: 4 } as const;
/** Tables of data are longer than prose: a command's hundred flags, a cheat sheet, the words of its rows (design/astro.md, budgets). */
const DATA_TOTAL = 25_000;
const isData = (html: string): boolean => /class="?(?:flags|sheet)\b|id="?row-0\b/.test(html);

interface Loaded {
  readonly url: string;
  readonly type: string;
  readonly bytes: number;
}

/** Watches what a page loads; the answer is complete when `settle` resolves. */
function watchTraffic(page: Page): { settle(): Promise<readonly Loaded[]> } {
  const pending: Promise<Loaded>[] = [];
  page.on('response', (response) => {
    const url = new URL(response.url()).pathname;
    const type = response.request().resourceType();
    pending.push(response.body().then((body) => ({ url, type, bytes: brotliCompressSync(body).length })));
  });
  return { settle: () => Promise.all(pending) };
}

/** Links of the page that lead to no built file or to no id in it. */
async function brokenLinks(page: Page): Promise<string[]> {
  const targets = await page
    .locator('a[href]')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  expect(targets.length).toBeGreaterThan(0);
  const origin = new URL(page.url()).origin;
  return targets
    .map((target) => new URL(target))
    .filter((url) => url.origin === origin)
    .filter((url) => {
      const file = builtFile(decodeURI(url.pathname));
      if (file === undefined) return true;
      const id = decodeURIComponent(url.hash.slice(1));
      return id !== '' && file.endsWith('.html') && !idsOf(url.pathname).has(id);
    })
    .map((url) => url.href);
}

/** Pages drawn from data by the same few components, hundreds of them: reference and explanations. */
const isDrawn = (path: string): boolean =>
  /^\/(?:en\/(?:reference|explain)|es\/(?:referencia|explicar))\//.test(path);

for (const { path, twins } of pages) {
  const html = builtHtml(path);
  // Coming to the search page is the act of searching: the box is ready to type in and its engine is loaded.
  const isSearch = html.includes('data-search-page');

  test(`page ${path}`, async ({ page }) => {
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const traffic = watchTraffic(page);
    // Half a second of silence for each of the hundreds of data pages, which load the same scripts, would be minutes.
    const response = await page.goto(path, { waitUntil: isDrawn(path) ? 'load' : 'networkidle' });
    expect(response?.status()).toBe(200);
    await expect(page.locator('h1')).toHaveCount(1);
    expect(await page.title()).not.toBe('');
    const policy = await page.locator('meta[http-equiv="content-security-policy" i]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy?.replace("'wasm-unsafe-eval'", '')).not.toContain('unsafe-');

    await test.step('keeps its budget', async () => {
      const loaded = await traffic.settle();
      const table = loaded.map((file) => `${file.bytes} ${file.type} ${file.url}`).join('\n');
      const sum = (files: readonly Loaded[]): number => files.reduce((n, file) => n + file.bytes, 0);
      if (isSearch) return;
      expect(loaded.length, table).toBeLessThanOrEqual(BUDGET.requests);
      expect(sum(loaded.filter((file) => file.type === 'script')), table).toBeLessThanOrEqual(BUDGET.script);
      expect(sum(loaded), table).toBeLessThanOrEqual(isData(html) ? DATA_TOTAL : BUDGET.total);
    });

    await test.step('nothing moves', async () => {
      const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
      expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBe(0);
    });

    await test.step('is accessible in both themes', async () => {
      if (isDrawn(path)) {
        // The same components are seen in one theme on the English page and in the other on the Spanish one.
        await page.emulateMedia({ colorScheme: path.startsWith('/en/') ? 'light' : 'dark' });
        expect(await accessibilityTroubles(page)).toEqual([]);
        return;
      }
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await accessibilityTroubles(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      // Only colours differ between the themes.
      expect(await colourTroubles(page), 'dark').toEqual([]);
    });

    await test.step('its links lead somewhere', async () => {
      expect(await brokenLinks(page)).toEqual([]);
    });

    await test.step('the language switch goes to the same page', async () => {
      const here = path.split('/')[1] ?? '';
      await expect(page.locator('html')).toHaveAttribute('lang', here);
      for (const language of Object.keys(twins).filter((name) => name !== 'x-default' && name !== here)) {
        const twin = twins[language] ?? '';
        expect(pages.find((candidate) => candidate.path === twin)?.twins[here], 'hreflang is mutual').toBe(
          path,
        );
        const target = await page.locator(`.languages a[hreflang="${language}"]`).getAttribute('href');
        expect(new URL(target ?? '', page.url()).pathname).toBe(twin);
      }
    });

    await test.step('does not scroll sideways at 320 px', async () => {
      await page.setViewportSize({ width: 320, height: 640 });
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      expect(scroll).toBeLessThanOrEqual(client);
    });
  });
}

test('titles and descriptions are unique', () => {
  const seen = new Map<string, string>();
  const doubles: string[] = [];
  for (const { path } of pages) {
    const html = builtHtml(path);
    const title = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '';
    const description = /<meta name="description" content="([^"]*)"/.exec(html)?.[1] ?? '';
    expect(title, path).not.toBe('');
    expect(description, path).not.toBe('');
    for (const text of [`title ${title}`, `description ${description}`]) {
      const other = seen.get(text);
      if (other !== undefined) doubles.push(`${text}: ${other} and ${path}`);
      seen.set(text, path);
    }
  }
  expect(doubles).toEqual([]);
});

test('no long dash has replaced a flag', () => {
  const wrong = pages.filter(({ path }) => /[\s>(]\u2013[a-z]/.test(builtHtml(path))).map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test('a wrong address gets the page of both languages', async ({ page, troubles }) => {
  const response = await page.goto('/es/no-such-page/');
  expect(response?.status()).toBe(404);
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page.locator('[lang="en"]').first()).toBeVisible();
  await expect(page.locator('[lang="es"]').first()).toBeVisible();
  // The 404 itself is what was asked for.
  troubles.splice(0, troubles.length, ...troubles.filter((trouble) => !trouble.includes('404')));
});
