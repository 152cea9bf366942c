import { test as base, expect } from '@playwright/test';

/** What went wrong on a page without anybody asking: console errors, exceptions, CSP violations, failed requests. */
export const test = base.extend<{ troubles: string[] }>({
  troubles: [
    async ({ page }, use) => {
      const troubles: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          troubles.push(`console ${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText ?? '';
        // Leaving a page cuts off what it was still loading.
        if (why !== 'net::ERR_ABORTED') troubles.push(`request failed: ${request.url()} ${why}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400) troubles.push(`status ${response.status()}: ${response.url()}`);
      });
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(
            `CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
          );
        });
      });
      await use(troubles);
      expect(troubles, 'the page was quiet').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
