import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';
import { builtFile, builtHtml, sitePages } from './sitemap.ts';

const pages = sitePages();
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function accessibilityTroubles(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap((v) =>
    v.nodes.map((node) => `${v.id}: ${v.help} — ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
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

for (const { path, twins } of pages) {
  test(`page ${path}`, async ({ page }) => {
    const response = await page.goto(path);
    expect(response?.status()).toBe(200);
    await expect(page.locator('h1')).toHaveCount(1);
    expect(await page.title()).not.toBe('');
    const policy = await page.locator('meta[http-equiv="content-security-policy" i]').getAttribute('content');
    expect(policy).toContain("default-src 'none'");
    expect(policy?.replace("'wasm-unsafe-eval'", '')).not.toContain('unsafe-');

    await test.step('is accessible in both themes', async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await accessibilityTroubles(page), colorScheme).toEqual([]);
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

  test(`links of ${path}`, async ({ page }) => {
    await page.goto(path);
    const targets = await page
      .locator('a[href]')
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
    const origin = new URL(page.url()).origin;
    const broken = targets
      .map((target) => new URL(target))
      .filter((url) => url.origin === origin)
      .filter((url) => {
        const file = builtFile(decodeURI(url.pathname));
        if (file === undefined) return true;
        const id = decodeURIComponent(url.hash.slice(1));
        return id !== '' && file.endsWith('.html') && !idsOf(url.pathname).has(id);
      })
      .map((url) => url.href);
    expect(broken).toEqual([]);
    expect(targets.length).toBeGreaterThan(0);
  });

  const languages = Object.keys(twins).filter((language) => language !== 'x-default');
  if (languages.length > 1) {
    test(`language switch of ${path} goes to the same page`, async ({ page }) => {
      const here = path.split('/')[1] ?? '';
      const other = languages.find((language) => language !== here) ?? '';
      await page.goto(path);
      await expect(page.locator('html')).toHaveAttribute('lang', here);
      const back = pages.find((candidate) => candidate.path === twins[other]);
      expect(back?.twins[here], 'hreflang is mutual').toBe(path);
      await page.locator(`a[hreflang="${other}"]`).first().click();
      await expect(page).toHaveURL(new RegExp(`${twins[other]}$`));
      await expect(page.locator('html')).toHaveAttribute('lang', other);
    });
  }
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
