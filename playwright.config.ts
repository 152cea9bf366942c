import { defineConfig, devices } from '@playwright/test';
import { chromiumArguments, ensureChromium } from './tests/chromium.ts';

const port = Number(process.env.PORT ?? 4399);

export default defineConfig({
  testDir: 'tests',
  testMatch: '{e2e,print}/**/*.spec.ts',
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: `http://127.0.0.1:${port}`,
    // A trace of every test costs a third of the time; `npx playwright test --trace on` makes one when it is needed.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: ensureChromium(), args: chromiumArguments },
  },
  webServer: {
    command: `node tests/serve.ts ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: process.env.CI === undefined,
    timeout: 60_000,
  },
});
