/**
 * `npm run conformance [-- NAME… | --show NAME]`: every scenario against its recording, a line each, then the totals.
 * `--show` prints the differing steps of one scenario.
 */
import { isFirstChapter, type Verdict } from './compare.ts';
import { judge, scenarioNames } from './scenarios.ts';

const args = process.argv.slice(2);
const show = args.includes('--show');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const names = scenarioNames().filter((name) => wanted.length === 0 || wanted.some((w) => name.startsWith(w)));
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

const all: Verdict[] = [];
const queue = [...names];
const results: Awaited<ReturnType<typeof judge>>[] = [];
await Promise.all(
  [0, 1].map(async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) results.push(await judge(name));
  }),
);
results.sort((a, b) => a.name.localeCompare(b.name));
for (const { name, verdicts, failure } of results) {
  all.push(...verdicts);
  const exits = verdicts.filter((v) => v.exit).length;
  const outputs = verdicts.filter((v) => v.exit && v.output).length;
  console.log(
    `${name.padEnd(24)} steps ${String(verdicts.length).padStart(3)}  exit ${percent(exits, verdicts.length).padStart(7)}  same ${percent(outputs, verdicts.length).padStart(7)}${failure === undefined ? '' : `  FAILED: ${failure.split('\n')[0]}`}`,
  );
  if (show) for (const verdict of verdicts) if (!verdict.exit || !verdict.output) explain(verdict);
}
for (const [title, list] of [
  ['containers chapter', all.filter((v) => isFirstChapter(v.command))],
  ['all', all],
] as const) {
  console.log(
    `${title}: ${list.length} steps, exit codes ${percent(list.filter((v) => v.exit).length, list.length)}, same ${percent(list.filter((v) => v.exit && v.output).length, list.length)}`,
  );
}
