import { execFileSync } from 'node:child_process';
import { findChromium } from '../src/tools/chromium.ts';

export { chromiumArguments } from '../src/tools/chromium.ts';

/** As `findChromium`, but installs one where it can; else says plainly what to do. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  const attempts: [string, string[]][] = [
    ['npx', ['playwright', 'install', 'chromium']],
    ['apt-get', ['update', '-qq']],
    ['apt-get', ['install', '-y', '-qq', 'chromium', 'poppler-utils']],
  ];
  for (const [command, args] of attempts) {
    try {
      console.log(`No Chromium here: trying ${command} ${args.join(' ')}`);
      execFileSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], timeout: 600_000 });
    } catch {
      // The next way may work; the message below says what to do when none does.
    }
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'The tests need Chromium and could not install it.\n' +
      'Install it by one of these and run the tests again:\n' +
      '  npx playwright install chromium\n' +
      '  sudo apt-get install chromium        (Debian, Ubuntu)\n' +
      'or name one that you have: CHROMIUM=/path/to/chromium npm test',
  );
}
