import type { Page } from '@playwright/test';
import { expect, test } from './guard.ts';

/** Presses Tab until the focus is on what is wanted; a keyboard trap or an unreachable control fails. */
async function tabTo(page: Page, wanted: { selector: string; text?: RegExp }, limit = 80): Promise<void> {
  for (let i = 0; i < limit; i++) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate(
      ({ selector, source }) => {
        const element = document.activeElement;
        return (
          element?.matches(selector) === true &&
          (source === undefined || new RegExp(source).test(element.textContent ?? ''))
        );
      },
      { selector: wanted.selector, source: wanted.text?.source },
    );
    if (there) return;
  }
  throw new Error(`Tab never reached ${wanted.selector} ${wanted.text ?? ''}`);
}

test.describe('with the keyboard alone', () => {
  test('skip to the content, find a page by search, switch its language', async ({ page }) => {
    await page.goto('/es/');
    await page.keyboard.press('Tab');
    await expect(page.locator(':focus')).toHaveAttribute('href', /^#/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused();
    await page.keyboard.type('pausa');
    const results = page.getByRole('dialog').getByRole('link');
    await expect(results.first()).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/es\/[a-z-]+\//);
    const here = new URL(page.url()).pathname;
    expect(here.startsWith('/es/')).toBe(true);
    await tabTo(page, { selector: 'a[hreflang="en"]' });
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });

  test('run a snippet, stop an endless one', async ({ page }) => {
    await page.goto('/en/first-containers/');
    const snippet = page.locator('run-snippet[data-step="0"]');
    // Past the header and the list of pages.
    await page.keyboard.press('Tab');
    await expect(page.locator('.skip')).toBeFocused();
    await page.keyboard.press('Enter');
    await tabTo(page, { selector: 'run-snippet[data-step="0"] button', text: /^Run$/ });
    await page.keyboard.press('Enter');
    await expect(snippet).toHaveAttribute('status', 'ok');
    await tabTo(page, { selector: 'run-snippet[data-step="0"] button', text: /^Edit$/ });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('while true; do sleep 1; done');
    await page.keyboard.press('Control+Enter');
    await expect(snippet).toHaveAttribute('status', 'running');
    const stop = snippet.getByRole('button', { name: 'Stop' });
    await expect(stop).toBeVisible();
    await stop.focus();
    await page.keyboard.press('Enter');
    await expect(snippet).toHaveAttribute('status', 'failed');
    await expect(snippet.locator('[data-status]')).toContainText('130');
  });

  test('open the terminal, use it, leave it', async ({ page }) => {
    await page.goto('/en/docker-run/');
    await page.keyboard.press('Control+`');
    const log = page.locator('muelle-terminal').getByRole('log');
    await expect(page.locator('muelle-terminal').getByRole('textbox')).toBeFocused();
    await page.keyboard.type('echo from the $(echo keyboard)\n');
    await expect(log).toContainText('from the keyboard');
    await page.keyboard.press('Escape');
    await expect(page.locator('muelle-terminal').getByRole('textbox')).toHaveCount(0);
    // The focus is where the terminal is opened again.
    await expect(page.locator('button:focus')).toHaveText(/Terminal/);
  });
});
