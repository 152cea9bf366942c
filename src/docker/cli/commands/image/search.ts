import type { SearchResult } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { readFilters } from '../../filters.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { ellipsis } from '../../format/units.ts';

interface Row {
  readonly found: SearchResult;
  readonly trunc: boolean;
}

/** docker/cli's registry.searchContext. */
const SEARCH_ROWS: RowKind<Row> = {
  goType: '*registry.searchContext',
  headers: {
    Name: 'NAME',
    Description: 'DESCRIPTION',
    StarCount: 'STARS',
    IsOfficial: 'OFFICIAL',
  },
  columns: {
    Description: ({ found, trunc }) => {
      const text = found.description.replaceAll(/[\r\n]/g, ' ');
      return trunc ? ellipsis(text, 45) : text;
    },
    IsOfficial: ({ found }) => (found.is_official ? '[OK]' : ''),
    Name: ({ found }) => found.name,
    StarCount: ({ found }) => String(found.star_count),
  },
};

/** `docker search` */
export const search: Command = {
  flags: { filter: 'full', format: 'full', limit: 'full', 'no-trunc': 'full' },
  *run({ p, engine, flags, args: [term = ''] }) {
    const options = {
      filters: readFilters(flags),
      ...(flags.changed('limit') ? { limit: flags.int('limit') } : {}),
    };
    if ('is-automated' in options.filters)
      yield* p.error(
        'WARNING: the "is-automated" filter is deprecated, and searching for "is-automated=true" will not yield any results in future.\n',
      );
    const found = yield* engine.imageSearch(term, options);
    const rows = found.map((found) => ({ found, trunc: !flags.bool('no-trunc') }));
    const format = readFormat(
      flags.string('format'),
      '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}',
    );
    yield* p.print(formatRows(SEARCH_ROWS, format, rows));
    return 0;
  },
};
