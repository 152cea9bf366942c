import AxeBuilder from '@axe-core/playwright';
import { LOCALES } from '../../src/site/locales.ts';
import { readSheets } from '../../src/site/sheets/sheets.ts';
import { expect, test } from './guard.ts';
import { builtHtml, sitePages } from './sitemap.ts';

const sheets = readSheets();
const sheetPages = sitePages().flatMap(({ path }) => {
  const name = / data-sheet="?([\w-]+)/.exec(builtHtml(path))?.[1] ?? '';
  const sheet = sheets.get(name);
  return sheet ? [{ path, sheet, locale: path.split('/')[1] as (typeof LOCALES)[number] }] : [];
});
const cli = sheetPages.find(({ path }) => path === '/es/chuleta-cli/')?.path ?? '';

test('every sheet has a page in each language', () => {
  expect(sheetPages.map(({ sheet, locale }) => `${sheet.name} ${locale}`).sort()).toEqual(
    [...sheets.keys()].flatMap((name) => LOCALES.map((locale) => `${name} ${locale}`)).sort(),
  );
});

for (const { path, sheet, locale } of sheetPages) {
  test(`copy on ${path} gives commands byte for byte`, async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(path);
    await page.locator('.sheet').hover();
    const cards = page.locator('.sheet-card');
    await expect(cards).toHaveCount(sheet.groups.length);
    const pasted = () => page.evaluate(() => navigator.clipboard.readText());
    for (const [at, { rows }] of sheet.groups.entries()) {
      const card = cards.nth(at);
      await card.locator('[data-action="copy-group"]').click();
      await expect.poll(pasted).toBe(rows.map(({ run }) => run).join('\n'));
      // The rows are the same in every language, and so is what their buttons do.
      for (const [row, { run }] of locale === LOCALES[0] ? rows.entries() : []) {
        await card.locator('.sheet-row').nth(row).locator('[data-action="copy"]').click();
        await expect.poll(pasted).toBe(run);
      }
    }
  });
}

test('the filter needs no accents and hides what does not match', async ({ page }) => {
  await page.goto(cli);
  await page.getByLabel('Filtrar las filas').fill('imagenes etiqueta');
  await expect(page.locator('.sheet-row:visible')).toHaveCount(1);
  await expect(page.locator('.sheet-row:visible code').first()).toHaveText('docker images');
  await expect(page.locator('.sheet-count')).toHaveText(/^1 de \d+ filas$/);
  await page.getByLabel('Filtrar las filas').fill('zzz');
  await expect(page.locator('.sheet-card:visible')).toHaveCount(0);
  await expect(page.locator('.sheet-count')).toHaveText('Ninguna fila contiene «zzz».');
  await page.getByLabel('Filtrar las filas').press('Escape');
  await expect(page.locator('.sheet-card:visible')).not.toHaveCount(0);
});

test('a row runs in the terminal, with what it needs', async ({ page }) => {
  await page.goto(cli);
  const row = page.locator('.sheet-row', { has: page.getByText('docker logs web', { exact: true }) });
  await row.getByRole('button', { name: 'Ejecutar' }).click();
  const terminal = page.locator('muelle-terminal');
  await expect(terminal).toHaveAttribute('status', 'idle');
  await expect(terminal).toContainText('# Preparado antes: docker start web ||', { timeout: 20_000 });
  await expect(terminal).toContainText('ready for start up');
});

test('a row explains its words in place, and on a page of its own', async ({ page }) => {
  await page.goto(cli);
  const row = page.locator('.sheet-row', { has: page.getByText('docker rm -f web', { exact: true }) });
  const explain = row.getByRole('link', { name: 'Explicar' });
  const address = await explain.getAttribute('href');
  await explain.click();
  const panel = row.locator('.snippet-explained');
  await expect(panel.locator('.explained-parts li')).toHaveCount(4);
  await expect(row).toBeInViewport();
  await row.getByRole('button', { name: 'Explicar' }).click();
  await expect(panel).toHaveCount(0);
  await page.goto(address ?? '');
  await expect(page.locator(`[id="${address?.split('#')[1]}"] .explained-line`)).toHaveText(
    /docker.*rm.*-f.*web/,
  );
});

test('an interactive row leaves the reader in the container', async ({ page }) => {
  await page.goto(cli);
  const row = page.locator('.sheet-row', {
    has: page.getByText('docker exec -it web bash', { exact: true }),
  });
  await row.getByRole('button', { name: 'Ejecutar' }).click();
  const terminal = page.locator('muelle-terminal');
  await expect(terminal).toContainText(/root@[0-9a-f]{12}/, { timeout: 20_000 });
  await terminal.getByRole('textbox').fill('exit');
  await terminal.getByRole('textbox').press('Enter');
  await expect(terminal).toHaveAttribute('status', 'idle');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a sheet on a narrow ${colorScheme} screen has no accessibility troubles`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 800 });
    await page.goto(cli);
    await page.locator('.sheet').hover();
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target)}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
}
