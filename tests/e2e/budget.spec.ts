import { brotliCompressSync } from 'node:zlib';
import { expect, test } from './guard.ts';
import { builtHtml, sitePages } from './sitemap.ts';

test('pages are complete without JavaScript', async ({ browser }) => {
  test.setTimeout(300_000);
  const withSnippets = sitePages().filter(({ path }) => /<run-snippet[^>]* data-step/.test(builtHtml(path)));
  expect(withSnippets.length).toBeGreaterThan(0);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  for (const { path } of withSnippets) {
    await page.goto(path);
    const snippets = page.locator('run-snippet[data-step]');
    expect(await snippets.count()).toBeGreaterThan(0);
    if (builtHtml(path).includes('data-expected'))
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
