import type { HistoryItem } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Command } from '../../call.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { ellipsis, humanSize, shortId } from '../../format/units.ts';
import { readPlatform } from '../../platform.ts';

interface Row {
  readonly item: HistoryItem;
  readonly trunc: boolean;
  readonly human: boolean;
  readonly now: number;
}

const rfc3339 = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** docker/cli's image.historyContext. */
const HISTORY_ROWS: RowKind<Row> = {
  goType: '*image.historyContext',
  headers: {
    ID: 'IMAGE',
    CreatedSince: 'CREATED',
    CreatedAt: 'CREATED AT',
    CreatedBy: 'CREATED BY',
    Size: 'SIZE',
    Comment: 'COMMENT',
  },
  columns: {
    Comment: ({ item }) => item.Comment,
    CreatedAt: ({ item }) => (item.Created === 0 ? '' : rfc3339(item.Created)),
    CreatedBy: ({ item, trunc }) => {
      const text = item.CreatedBy.replaceAll('\t', ' ');
      return trunc ? ellipsis(text, 45) : text;
    },
    CreatedSince: ({ item, human, now }) =>
      human ? `${humanDuration(now - item.Created * 1000)} ago` : rfc3339(item.Created),
    ID: ({ item, trunc }) => (trunc && item.Id !== '<missing>' ? shortId(item.Id) : item.Id),
    Size: ({ item, human }) => (human ? humanSize(item.Size, 3) : String(item.Size)),
  },
};

/** `docker history` */
export const history: Command = {
  flags: { format: 'full', human: 'full', 'no-trunc': 'full', platform: 'full', quiet: 'full' },
  *run({ p, engine, flags, args: [name = ''] }) {
    const platform = yield* readPlatform(p, flags, 'invalid platform: ');
    const human = flags.bool('human');
    const table = `{{.ID}}\t{{${human ? '.CreatedSince' : '.CreatedAt'}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`;
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.ID}}' }
      : readFormat(flags.string('format'), table);
    const trunc = !flags.bool('no-trunc');
    const rows = engine
      .imageHistory(name, platform)
      .map((item) => ({ item, trunc, human, now: p.kernel.clock.now }));
    yield* p.print(formatRows(HISTORY_ROWS, format, rows));
    return 0;
  },
};
