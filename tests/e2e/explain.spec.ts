import { expect, test } from './guard.ts';
import { builtHtml, sitePages } from './sitemap.ts';

const PAGE = '/es/docker-run/';
const EXPLAINED = '/es/explicar/docker-run/';

test('every snippet of every page leads to its explanation', () => {
  const pages = sitePages().filter(({ path }) => builtHtml(path).includes('data-action="explain"'));
  expect(pages.length).toBeGreaterThan(40);
  for (const { path } of pages) {
    for (const [, address = ''] of builtHtml(path).matchAll(
      /<a href="?([^"\s>]+)"? data-action="?explain/g,
    )) {
      const [page = '', id = ''] = address.split('#');
      if (page === '') expect(id).toBe('main');
      else expect(builtHtml(page), `${path}: ${address}`).toMatch(new RegExp(`id="?${id}["\\s>]`));
    }
  }
});

test('without JavaScript the link leads to the words of the snippet', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(PAGE);
  const snippet = page.locator('run-snippet[data-step="3"]');
  await snippet.getByRole('link', { name: 'Explicar' }).click();
  await expect(page).toHaveURL(new RegExp(`${EXPLAINED}#step-3$`));
  const section = page.locator('#step-3');
  await expect(section.locator('.explained-parts li').first()).toContainText('docker');
  const parts = await section.locator('.explained-line a').count();
  expect(parts).toBeGreaterThanOrEqual(await section.locator('.explained-parts li').count());
  await section.locator('.explained-line a').nth(1).click();
  await expect(section.locator('li:target')).toHaveCount(1);
  await context.close();
});

test('with JavaScript a button shows it in place, and the keyboard is enough', async ({ page }) => {
  await page.goto(PAGE);
  const snippet = page.locator('run-snippet[data-step="3"]');
  await page.mouse.move(5, 5);
  await page.mouse.move(50, 50);
  const button = snippet.getByRole('button', { name: 'Explicar' });
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await button.focus();
  await page.keyboard.press('Space');
  const panel = snippet.getByRole('region', { name: 'Explicación' });
  await expect(panel).toBeVisible();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(page).toHaveURL(new RegExp(`${PAGE}$`));
  const part = panel.locator('.explained-line a').nth(1);
  await part.focus();
  await expect(part).toHaveClass(/is-lit/);
  await expect(panel.locator('li.is-lit')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Enter');
  await expect(panel).toBeVisible();
});

test('what the reader has written is explained too', async ({ page }) => {
  await page.goto(PAGE);
  const snippet = page.locator('run-snippet[data-step="0"]');
  await snippet.getByRole('button', { name: 'Editar' }).click();
  await snippet.getByRole('textbox').fill('docker ps --quiet # mine');
  await snippet.getByRole('textbox').press('Control+Enter');
  await expect(snippet).toHaveAttribute('status', 'ok', { timeout: 20_000 });
  await snippet.getByRole('button', { name: 'Explicar' }).click();
  await expect(snippet.locator('.explained-parts li', { hasText: '--quiet' })).toBeVisible();
  await expect(snippet.locator('.explained-parts li', { hasText: '# mine' })).toBeVisible();
});

test('a failing snippet offers its cause and cure', async ({ page }) => {
  await page.goto(PAGE);
  const snippet = page.locator('run-snippet[data-step="0"]');
  await snippet.getByRole('button', { name: 'Editar' }).click();
  await snippet.getByRole('textbox').fill('docker stop nosuch');
  await snippet.getByRole('textbox').press('Control+Enter');
  const why = snippet.locator('details.why');
  await expect(why).toHaveAttribute('data-error', 'no-such-container', { timeout: 20_000 });
  await why.getByText('¿Por qué ha fallado?').click();
  await expect(why).toContainText('docker ps -a');
});

test('the terminal explains commands and errors', async ({ page }) => {
  await page.goto('/en/playground/');
  await page.getByRole('button', { name: 'Open the terminal' }).click();
  const input = page.getByRole('textbox');
  await input.fill('explain docker run --rm busybox | wc');
  await input.press('Enter');
  const log = page.getByRole('log');
  await expect(log).toContainText('Create a container', { timeout: 20_000 });
  await input.fill('docker stop nosuch');
  await input.press('Enter');
  await expect(page.locator('details.why')).toHaveAttribute('data-error', 'no-such-container', {
    timeout: 20_000,
  });
});

test('pages that explain are whole on paper and lose nothing on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(EXPLAINED);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.explained-parts li').first()).toBeVisible();
});
