import { expect, test } from './guard.ts';

const PAGE = '/en/volumes/';

test('the definition of a term shows under the pointer, stays while pointed at, and goes with Escape', async ({
  page,
}) => {
  await page.goto(PAGE);
  const term = page.locator('a.term').first();
  const hint = page.getByRole('tooltip');
  await term.hover();
  await expect(hint).toBeVisible();
  await expect(term).toHaveAccessibleDescription((await hint.textContent()) ?? '');
  await hint.hover();
  await page.waitForTimeout(400);
  await expect(hint).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(hint).toHaveCount(0);
  await page.locator('h1').hover();
  await term.hover();
  await expect(hint).toBeVisible();
  await page.locator('h1').hover();
  await expect(hint).toHaveCount(0);
});

test('the definition of a term shows with the focus', async ({ page }) => {
  await page.goto(PAGE);
  const term = page.locator('a.term').nth(1);
  const hint = page.getByRole('tooltip');
  await term.focus();
  await expect(hint).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(hint).toHaveCount(0);
  await expect(term).toBeFocused();
});

test('a term leads to its place in the glossary', async ({ page }) => {
  await page.goto(PAGE);
  const term = page.locator('a.term').first();
  const id = new URL((await term.getAttribute('href')) ?? '', 'http://localhost').hash.slice(1);
  await term.click();
  await expect(page.locator(`dt[id="${id}"]`)).toBeInViewport();
});
