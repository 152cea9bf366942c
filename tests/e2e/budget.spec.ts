import { brotliCompressSync } from 'node:zlib';
import { expect, test } from './guard.ts';
import { builtHtml, sitePages } from './sitemap.ts';

/** What a page may cost before the reader acts (issue 2): one TCP window, four requests. */
const TOTAL = 14_000;
/**
 * Pages with several drawings that do not keep the budget yet, and what they weigh. A page may leave this list or get
 * lighter, never heavier.
 */
const HEAVY: Readonly<Record<string, number>> = {
  '/en/dockerfile-basics/': 14_100,
  '/en/legacy-tools/': 14_150,
  '/es/ciclo-de-vida/': 14_150,
  '/es/contenedores-vs-maquinas-virtuales/': 15_350,
  '/es/docker-run/': 14_200,
  '/es/herramientas-antiguas/': 14_700,
  '/es/primer-dockerfile/': 14_600,
};
const SCRIPT = 5_000;
const REQUESTS = 4;

for (const { path } of sitePages()) {
  // Coming to the search page is the act of searching: the box is ready to type in and its engine is loaded.
  const isSearch = builtHtml(path).includes('data-search-page');

  test(`weight of ${path}`, async ({ page }) => {
    test.skip(isSearch);
    const loaded: { url: string; type: string; bytes: number }[] = [];
    const pending: Promise<void>[] = [];
    page.on('response', (response) => {
      pending.push(
        response.body().then((body) => {
          loaded.push({
            url: new URL(response.url()).pathname,
            type: response.request().resourceType(),
            bytes: brotliCompressSync(body).length,
          });
        }),
      );
    });
    await page.goto(path, { waitUntil: 'networkidle' });
    await Promise.all(pending);
    const table = loaded.map((file) => `${file.bytes} ${file.type} ${file.url}`).join('\n');
    const sum = (files: typeof loaded): number => files.reduce((n, file) => n + file.bytes, 0);
    expect(loaded.length, table).toBeLessThanOrEqual(REQUESTS);
    expect(sum(loaded.filter((file) => file.type === 'script')), table).toBeLessThanOrEqual(SCRIPT);
    expect(sum(loaded), table).toBeLessThanOrEqual(HEAVY[path] ?? TOTAL);
  });

  test(`nothing moves on ${path}`, async ({ page }) => {
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(path, { waitUntil: 'networkidle' });
    const moved = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
    );
    expect(moved).toBe(0);
  });
}

test('pages are complete without JavaScript', async ({ browser }) => {
  const withSnippets = sitePages().filter(({ path }) => builtHtml(path).includes('<run-snippet'));
  expect(withSnippets.length).toBeGreaterThan(0);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  for (const { path } of withSnippets) {
    await page.goto(path);
    const snippets = page.locator('run-snippet[data-step]');
    expect(await snippets.count()).toBeGreaterThan(0);
    await expect(page.locator('[data-expected]').first()).toBeVisible();
    await expect(page.getByRole('button', { name: /^(Run|Ejecutar|Copy|Copiar)$/ })).toHaveCount(0);
  }
  await context.close();
});

/** What the runtime may weigh before the first output of a command (issue 2). */
const RUNTIME = 170_000;

test('the runtime is loaded on intent only and stays within its budget', async ({ page }) => {
  const path =
    sitePages().find((candidate) => builtHtml(candidate.path).includes('<run-snippet'))?.path ?? '';
  await page.goto(path, { waitUntil: 'networkidle' });
  const loaded: { url: string; bytes: number }[] = [];
  const pending: Promise<void>[] = [];
  // The worker's own imports are seen by the context, not by the page.
  page.context().on('response', (response) => {
    pending.push(
      response.body().then((body) => {
        loaded.push({ url: new URL(response.url()).pathname, bytes: brotliCompressSync(body).length });
      }),
    );
  });
  const snippet = page.locator('run-snippet[data-step="0"]');
  await snippet.getByRole('button', { name: /^(Run|Ejecutar)$/ }).click();
  await expect(snippet).toHaveAttribute('status', 'ok', { timeout: 20_000 });
  await Promise.all(pending);
  const table = loaded.map((file) => `${file.bytes} ${file.url}`).join('\n');
  expect(
    loaded.some((file) => file.url.includes('worker')),
    table,
  ).toBe(true);
  expect(
    loaded.reduce((n, file) => n + file.bytes, 0),
    table,
  ).toBeLessThanOrEqual(RUNTIME);
});
