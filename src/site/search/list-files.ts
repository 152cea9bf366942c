import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { AstroIntegration } from 'astro';
import { LOCALES } from '../locales.ts';
import { flagsAddress, listAddress } from './addresses.ts';
import { pack, packFlags } from './record.ts';
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
          const flags = JSON.stringify(packFlags(records));
          writeFileSync(new URL(flagsAddress(locale), dir), flags);
          logger.info(
            `${locale}: ${records.length} records, ${gzipSync(json).length} + ${gzipSync(flags).length} bytes gzip`,
          );
        }
      },
    },
  };
}
