import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { AstroIntegration } from 'astro';
import { LOCALES } from '../locales.ts';
import { listAddress, wordsAddress } from './addresses.ts';
import { pack, packWords } from './record.ts';
import { searchRecords } from './records.ts';

/** After the build, writes the command list of each language, which the search box loads when it is focused. */
export function commandLists(): AstroIntegration {
  return {
    name: 'muelle-command-lists',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        mkdirSync(new URL('search/', dir), { recursive: true });
        for (const locale of LOCALES) {
          const records = searchRecords(locale);
          const json = JSON.stringify(records.map(pack));
          writeFileSync(new URL(listAddress(locale), dir), json);
          const words = JSON.stringify(packWords(records));
          writeFileSync(new URL(wordsAddress(locale), dir), words);
          logger.info(
            `${locale}: ${records.length} records, ${gzipSync(json).length} + ${gzipSync(words).length} bytes gzip`,
          );
        }
      },
    },
  };
}
