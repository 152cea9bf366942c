import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';

const PAGE = '/en/first-containers/';
const ACTS = /\/assets\/acts\..*\.js$/;

/** Lets the script of the first act come late; gives what lets it through. */
async function delayActs(page: Page): Promise<() => void> {
  let go = () => {};
  const gate = new Promise<void>((open) => {
    go = open;
  });
  await page.route(ACTS, async (route) => {
    await gate;
    await route.continue();
  });
  return go;
}

test('the first act brings the script, and nothing before it', async ({ page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
  });
  await page.goto(PAGE, { waitUntil: 'networkidle' });
  // The frame's own script, and what it shares with the acts.
  expect(scripts.length).toBeLessThanOrEqual(2);
  expect(scripts.filter((path) => ACTS.test(path))).toEqual([]);
  await page.mouse.move(400, 300);
  await expect.poll(() => scripts.some((path) => ACTS.test(path))).toBe(true);
});

test('what is pressed before the script is there is not lost', async ({ page }) => {
  const go = await delayActs(page);
  await page.goto(PAGE);
  await page.getByRole('link', { name: /^Search/ }).click();
  await page.waitForTimeout(200);
  await expect(page).toHaveURL(new RegExp(`${PAGE}$`));
  go();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('nor are keys, nor a click on Run', async ({ page }) => {
  const go = await delayActs(page);
  await page.goto(PAGE);
  const first = page.locator('run-snippet[data-step="0"]');
  await first.getByRole('button', { name: 'Run' }).click();
  await page.keyboard.press('Control+k');
  go();
  await expect(first).toHaveAttribute('status', 'ok');
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('a press says when its script cannot be loaded', async ({ page, troubles }) => {
  await page.route(ACTS, (route) => route.abort());
  await page.goto(PAGE);
  const first = page.locator('run-snippet[data-step="0"]');
  await first.getByRole('button', { name: 'Run' }).click();
  await expect(first.locator('[data-status]')).toHaveText(/could not be loaded/);
  // The failure is what was asked for.
  troubles.splice(0, troubles.length);
});

test('the theme button goes round, is remembered and says what is on', async ({ page }) => {
  await page.goto(PAGE);
  const button = page.locator('[data-action="theme"]');
  await expect(button).toHaveAccessibleName('Theme: system');
  await button.click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await button.click();
  await expect(button).toHaveAccessibleName('Theme: dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(button).toHaveAccessibleName('Theme: dark');
});
