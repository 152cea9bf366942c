import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Path of a Chromium that can be started: Playwright's own, else the system's; undefined if there is none. */
export function findChromium(): string | undefined {
  const own = chromium.executablePath();
  if (own !== '' && existsSync(own)) return own;
  const chosen = process.env['CHROMIUM'];
  return [...(chosen === undefined ? [] : [chosen]), ...SYSTEM].find((path) => existsSync(path));
}

/** Chromium refuses its sandbox to root. */
export const chromiumArguments: string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
