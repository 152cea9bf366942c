import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { eachInput } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import type { Flavour } from '../tool/tool.ts';

/** wc(1): -l -w -c -m -L. */
export function* wc(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'lwcmL',
    long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' },
  });
  const wanted = ['l', 'w', 'm', 'c', 'L'].filter((key) => o.has(key));
  const keys = wanted.length === 0 ? ['l', 'w', 'c'] : wanted;
  const rows: { counts: Record<string, number>; name: string }[] = [];
  const totals: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 };
  const code = yield* eachInput(p, flavour, o.args, function* (file, path) {
    const counts: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 };
    let inWord = false;
    let length = 0;
    for (;;) {
      const chunk = yield* file.read();
      if (chunk.length === 0) break;
      counts['c'] = (counts['c'] ?? 0) + chunk.length;
      for (const byte of chunk) {
        const space = byte === 0x20 || (byte >= 9 && byte <= 13);
        if (byte === 0x0a) {
          counts['l'] = (counts['l'] ?? 0) + 1;
          counts['L'] = Math.max(counts['L'] ?? 0, length);
          length = 0;
        } else if ((byte & 0xc0) !== 0x80) length++;
        if ((byte & 0xc0) !== 0x80) counts['m'] = (counts['m'] ?? 0) + 1;
        if (!space && !inWord) counts['w'] = (counts['w'] ?? 0) + 1;
        inWord = !space;
      }
      yield TURN;
    }
    counts['L'] = Math.max(counts['L'] ?? 0, length);
    for (const key of Object.keys(totals))
      totals[key] =
        key === 'L' ? Math.max(totals[key] ?? 0, counts[key] ?? 0) : (totals[key] ?? 0) + (counts[key] ?? 0);
    rows.push({ counts, name: o.args.length === 0 ? '' : path });
  });
  if (o.args.length > 1) rows.push({ counts: totals, name: 'total' });
  const single = rows.length === 1 && keys.length === 1;
  const digits = Math.max(
    ...rows.flatMap(({ counts }) => keys.map((key) => String(counts[key] ?? 0).length)),
    1,
  );
  const width =
    flavour === 'busybox'
      ? single
        ? 0
        : 9
      : single
        ? 0
        : o.args.length === 0 || o.args.includes('-')
          ? 7
          : Math.max(digits, String(totals['c'] ?? 0).length);
  for (const { counts, name } of rows) {
    const cells = keys.map((key) => String(counts[key] ?? 0).padStart(width));
    yield* p.print(`${cells.join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  }
  return code;
}
