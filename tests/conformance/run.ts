/**
 * `npm run conformance [-- NAME… | --show NAME]`: every scenario against its recording, a line each, then the totals: of the
 * given recordings (all), and of our own. `--show` prints the differing steps of one scenario; with `--new`, only those that
 * are not in the list of known differences.
 */
import { isFirstChapter, type Verdict } from './compare.ts';
import { type Collection, judge, knownDifferences, scenarioNames } from './scenarios.ts';

const args = process.argv.slice(2);
const show = args.includes('--show');
const onlyNew = args.includes('--new');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const collections: Collection[] = ['given', 'own'];
const queue = collections.flatMap((collection) =>
  scenarioNames(collection)
    .filter((name) => wanted.length === 0 || wanted.some((w) => name.startsWith(w)))
    .map((name) => ({ name, collection })),
);
const known = { given: knownDifferences('given'), own: knownDifferences('own') };
const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

function indent(text: string, mark: string): string {
  return text
    .split('\n')
    .filter((line, i, all) => line !== '' || i < all.length - 1)
    .map((line) => `${mark}${line}`)
    .join('\n');
}

function explain(verdict: Verdict): void {
  console.log(`$ ${verdict.command}`);
  const { expected, actual } = verdict;
  if (!verdict.exit) console.log(`  exit: recorded ${expected.exit}, here ${actual?.exit ?? 'none'}`);
  if (verdict.output) return;
  for (const stream of ['stdout', 'stderr'] as const) {
    if (expected[stream] === (actual?.[stream] ?? '')) continue;
    console.log(indent(expected[stream], `  - ${stream === 'stderr' ? '2> ' : ''}`));
    console.log(indent(actual?.[stream] ?? '', `  + ${stream === 'stderr' ? '2> ' : ''}`));
  }
}

const all: Record<Collection, Verdict[]> = { given: [], own: [] };
const results: (Awaited<ReturnType<typeof judge>> & { collection: Collection })[] = [];
await Promise.all(
  [0, 1].map(async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, collection } = next;
      results.push({ collection, ...(await judge(name, collection)) });
    }
  }),
);
results.sort((a, b) => a.name.localeCompare(b.name));
for (const { name, collection, verdicts, failure } of results) {
  all[collection].push(...verdicts);
  const exits = verdicts.filter((v) => v.exit).length;
  const outputs = verdicts.filter((v) => v.exit && v.output).length;
  console.log(
    `${name.padEnd(24)} steps ${String(verdicts.length).padStart(3)}  exit ${percent(exits, verdicts.length).padStart(7)}  same ${percent(outputs, verdicts.length).padStart(7)}${failure === undefined ? '' : `  FAILED: ${failure.split('\n')[0]}`}`,
  );
  if (!show) continue;
  const listed = onlyNew ? (known[collection][name] ?? {}) : {};
  for (const verdict of verdicts)
    if ((!verdict.exit || !verdict.output) && !(verdict.command in listed)) explain(verdict);
}
for (const [title, list] of [
  ['containers chapter', all.given.filter((v) => isFirstChapter(v.command))],
  ['all', all.given],
  ['own', all.own],
] as const) {
  if (list.length === 0 && wanted.length > 0) continue;
  console.log(
    `${title}: ${list.length} steps, exit codes ${percent(list.filter((v) => v.exit).length, list.length)}, same ${percent(list.filter((v) => v.exit && v.output).length, list.length)}`,
  );
}
