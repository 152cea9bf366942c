import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { href } from './base-path.ts';
import { contentProblems } from './checks/all.ts';
import { readDocuments } from './checks/documents.ts';
import { snippetProblems } from './checks/snippets.ts';
import { type CoverageInput, coverage } from './coverage/coverage.ts';
import { LEFT_OUT_FILE, parseLeftOut } from './coverage/left-out.ts';
import { notesInventory, notesSnippets } from './inventory.ts';
import { DEFAULT_LOCALE } from './locales.ts';
import type { PageDocument } from './markdown/document.ts';
import { fencePlugin } from './markdown/fences.ts';
import { termPlugin } from './markdown/terms.ts';
import { pageOf } from './pages.ts';
import { examplesDocument } from './reference/examples.ts';
import { referenceEntries, referenceProblems } from './reference/pages.ts';
import { sheetNotes, sheetOf } from './sheets/sheets.ts';
import { onlyWarn } from './snippets/strictness.ts';
import { theWorkshop } from './snippets/workshop.ts';

/** The Sätteri plugins of the pages: terms of the glossary, and fences as snippets: `satteri({ hastPlugins: muelleMarkdown() })`. */
export function muelleMarkdown() {
  return [termPlugin(), fencePlugin(theWorkshop)];
}

function coverageInput(documents: readonly PageDocument[]): CoverageInput {
  return {
    documents,
    notes: { sections: [...notesInventory().keys()], snippets: notesSnippets() },
    leftOut: parseLeftOut(readFileSync(resolve(LEFT_OUT_FILE), 'utf8')),
    sheetNotes: (sheet) => sheetNotes(sheetOf(sheet)),
    addressOf: (key, locale) => href(pageOf(key, locale).path),
  };
}

function failWith(problems: readonly string[]): void {
  if (problems.length > 0)
    throw new Error(`${problems.length} problem(s):\n\n  ${problems.join('\n\n  ')}\n`);
}

/** Before anything is built, checks all pages and runs all their snippets; everything that is wrong is told at once. */
export function muelleChecks(): AstroIntegration {
  return {
    name: 'muelle-checks',
    hooks: {
      'astro:build:start': async ({ logger }) => {
        const { documents, problems } = readDocuments();
        failWith(problems);
        failWith(referenceProblems());
        failWith(contentProblems(coverageInput(documents)));
        const start = performance.now();
        const examples = [...referenceEntries().values()].map((text) =>
          examplesDocument(text, DEFAULT_LOCALE),
        );
        const failed = await snippetProblems([...documents, ...examples], await theWorkshop());
        if (onlyWarn()) for (const problem of failed) logger.warn(problem);
        else failWith(failed);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        logger.info(`${documents.length} pages checked, their snippets run in ${seconds} s`);
      },
    },
  };
}

/** After the build, writes `coverage.json`: where each section and snippet of the original notes is. */
export function muelleCoverage(): AstroIntegration {
  return {
    name: 'muelle-coverage',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        const result = coverage(coverageInput(readDocuments().documents));
        writeFileSync(new URL('coverage.json', dir), `${JSON.stringify(result, null, 1)}\n`);
        const { sections, snippets } = result.totals;
        logger.info(
          `of the notes, ${sections.covered}/${sections.total} sections and ${snippets.covered}/${snippets.total} snippets are on pages (${fileURLToPath(dir)}coverage.json)`,
        );
      },
    },
  };
}
