import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';

const PAGE = '/en/first-containers/';

async function openSearch(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: /^(Search Muelle|Buscar en Muelle)$/ })).toBeFocused();
}

const firstCommand = (page: Page) => page.locator('.search-commands li').first();

test.describe('search', () => {
  test('nothing of it is loaded before the reader asks', async ({ page }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(PAGE, { waitUntil: 'networkidle' });
    await page.mouse.move(300, 300);
    await page.waitForTimeout(500);
    expect(asked.filter((path) => /\/search\/|pagefind|search-(box|dialog|engine)/.test(path))).toEqual([]);
  });

  test('commands come first, with their sentence, and lead to the reference', async ({ page }) => {
    await page.goto(PAGE);
    await openSearch(page);
    await page.keyboard.type('remove stopped containers');
    await expect(firstCommand(page)).toContainText('docker container prune');
    await expect(page.locator('.search-status')).toContainText(/\d+ commands/);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/en\/reference\/container-prune\/$/);
  });

  test('a flag leads to its own place', async ({ page }) => {
    await page.goto('/es/primeros-contenedores/');
    await openSearch(page);
    await page.keyboard.type('docker run --rm');
    await expect(firstCommand(page).locator('code')).toHaveText('docker run --rm');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/es\/referencia\/container-run\/#--rm$/);
  });

  test('words of either language find commands; prose is below', async ({ page }) => {
    await page.goto(PAGE);
    await openSearch(page);
    await page.keyboard.type('borrar imagen');
    await expect(firstCommand(page)).toContainText('docker rmi');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('volume');
    await expect(page.locator('.result-page').first()).toBeVisible();
  });

  test('a command is copied and run from the results', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(PAGE);
    await openSearch(page);
    await page.keyboard.type('docker version');
    await expect(firstCommand(page).locator('code')).toHaveText('docker version');
    await firstCommand(page).getByRole('button', { name: /^Copy/ }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('docker version');
    await firstCommand(page).getByRole('button', { name: /^Run/ }).click();
    await expect(page.locator('.terminal-log')).toContainText('containerd:', { timeout: 20_000 });
  });

  test('the search page answers ?q=', async ({ page }) => {
    await page.goto('/es/buscar/?q=dokcer%20ps');
    await expect(firstCommand(page).locator('code')).toHaveText('docker ps');
  });

  test('browsers may add it (OpenSearch)', async ({ page, request }) => {
    await page.goto('/es/');
    const address = await page.locator('link[rel="search"]').getAttribute('href');
    const answer = await request.get(address ?? '');
    expect(await answer.text()).toContain('/es/buscar/?q={searchTerms}');
  });

  test('a first search weighs at most 50 kB, its command list 12 kB', async ({ page }) => {
    const { brotliCompressSync, gzipSync } = await import('node:zlib');
    await page.goto(PAGE, { waitUntil: 'networkidle' });
    const sizes: { path: string; bytes: number; gzip: number }[] = [];
    const pending: Promise<void>[] = [];
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      // The engine for prose has its own budget: Pagefind's WebAssembly alone is 60 kB.
      if (path.includes('/pagefind/')) return;
      pending.push(
        response
          .body()
          .then(
            (body) =>
              void sizes.push({ path, bytes: brotliCompressSync(body).length, gzip: gzipSync(body).length }),
          ),
      );
    });
    await openSearch(page);
    await page.keyboard.type('docker ps');
    await expect(firstCommand(page)).toBeVisible();
    await Promise.all(pending);
    const table = sizes.map(({ path, bytes }) => `${bytes} ${path}`).join('\n');
    expect(sizes.find(({ path }) => path.endsWith('/search/en.json'))?.gzip, table).toBeLessThanOrEqual(
      12_000,
    );
    expect(
      sizes.reduce((sum, { bytes }) => sum + bytes, 0),
      table,
    ).toBeLessThanOrEqual(50_000);
  });
});
