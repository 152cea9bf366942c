import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';

/** A wrong command gets Docker's own words and exit code; the page stays whole. */
const CASES: readonly [command: string, exit: number, words: string][] = [
  ['docker nosuchcommand', 1, 'docker: unknown command: docker nosuchcommand'],
  ['docker run --nosuch busybox', 125, 'unknown flag: --nosuch'],
  ['docker run nosuchimage', 125, "Unable to find image 'nosuchimage:latest' locally"],
  [
    'docker create --name twice busybox && docker create --name twice busybox',
    1,
    'The container name "/twice" is already in use',
  ],
  [
    'docker run -d --name a1 -p 8080:80 nginx && docker run -d --name a2 -p 8080:80 nginx',
    125,
    ':8080 failed: port is already allocated',
  ],
  ['docker run -p notaport busybox', 125, 'invalid containerPort: notaport'],
  ['docker run -v :::: busybox', 125, 'invalid'],
  ['docker run --env-file missing.env busybox', 125, 'no such file or directory'],
  ['docker run --gpus all busybox', 125, 'could not select device driver'],
  ['docker buildx history ls', 1, 'muelle: docker buildx history ls is not simulated here'],
  ['nosuchprogram', 127, 'nosuchprogram: command not found'],
  ['if then', 2, 'syntax error near unexpected token'],
];

async function runEdited(page: Page, command: string): Promise<void> {
  const snippet = page.locator('run-snippet[data-step="0"]');
  await snippet.getByRole('button', { name: 'Edit' }).click();
  await snippet.getByRole('textbox').fill(command);
  await page.keyboard.press('Control+Enter');
}

for (const [command, exit, words] of CASES) {
  test(`${command} ends with ${exit}`, async ({ page }) => {
    await page.goto('/en/first-containers/');
    const snippet = page.locator('run-snippet[data-step="0"]');
    await runEdited(page, command);
    await expect(snippet).toHaveAttribute('status', 'failed', { timeout: 20_000 });
    await expect(snippet.locator('[data-status]')).toContainText(`exit ${exit}`);
    await expect(snippet.locator('[data-output]').last()).toContainText(words);
    await expect(page.locator('h1')).toHaveCount(1);
  });
}
