import { expect, test } from './guard.ts';
import { builtHtml, sitePages } from './sitemap.ts';

/** Of the reference, whose commands are the same in every language, each page is run in one of them. */
function isOtherHalf(path: string): boolean {
  const [, , , command = ''] = path.split('/');
  return path.startsWith(command.length % 2 === 0 ? '/es/referencia/' : '/en/reference/');
}

const pages = sitePages()
  .filter(({ path }) => /<run-snippet[^>]* data-step/.test(builtHtml(path)))
  .filter(({ path }) => !isOtherHalf(path));

for (const { path } of pages) {
  test(`every snippet of ${path} runs to its expected exit code`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.goto(path);
    const snippets = page.locator('run-snippet[data-step]');
    const count = await snippets.count();
    expect(count).toBeGreaterThan(0);
    for (let i = 0; i < count; i++) {
      const snippet = snippets.nth(i);
      const run = snippet.getByRole('button', { name: /^(Run|Ejecutar)$/ });
      // Files and commands that are only shown have no Run button.
      if ((await run.count()) === 0) continue;
      // Interactive snippets open the terminal; runner.spec.ts drives those.
      if ((await snippet.getAttribute('data-input')) !== null) continue;
      await run.click();
      await expect(snippet, `step ${i}: ${await snippet.textContent()}`).toHaveAttribute('status', 'ok', {
        timeout: 20_000,
      });
      await expect(snippet.locator('[data-output]').first()).toBeAttached();
    }
  });
}
