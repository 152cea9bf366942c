/**
 * `npm run sheets`: prints the built cheat sheets (`dist/`) to `dist/sheets/*.pdf`, in both papers and languages, and puts
 * the links to them on the pages. Without a Chromium it says so, and the pages keep their print button alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright';
import { BASE } from '../site/base-path.ts';
import { builtSheets, withPdfLinks } from '../site/sheets/pdf.ts';
import { PAPER_NAMES, PAPERS } from '../site/sheets/texts.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import { serveFolder } from './static-server.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const executablePath = findChromium();
if (executablePath === undefined) {
  console.log('No Chromium here: no PDFs. The sheets keep their print button. (CHROMIUM=/path names one.)');
  process.exit(0);
}
const sheets = builtSheets(dist);
if (sheets.length === 0) {
  console.error('There is no sheet in dist/: run `npm run build` first.');
  process.exit(1);
}

const { server, port } = await serveFolder(dist, 0);
const browser = await chromium.launch({ executablePath, args: chromiumArguments });
// A reader's dark screen must not matter; so print from one.
const page = await browser.newPage({ colorScheme: 'dark' });
mkdirSync(join(dist, 'sheets'), { recursive: true });
for (const sheet of sheets) {
  await page.goto(`http://127.0.0.1:${port}${sheet.path}`, { waitUntil: 'load' });
  for (const paper of PAPER_NAMES) {
    await page.pdf({
      path: join(dist, sheet.pdfs[paper]),
      format: PAPERS[paper],
      preferCSSPageSize: true,
      tagged: true,
      outline: true,
    });
  }
}
await browser.close();
server.close();
for (const { file, locale, pdfs } of sheets)
  writeFileSync(file, withPdfLinks(readFileSync(file, 'utf8'), locale, pdfs));
console.log(
  `${sheets.length * PAPER_NAMES.length} PDFs in dist/sheets/, linked from their pages (base ${BASE})`,
);
