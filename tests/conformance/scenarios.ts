import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { compareTranscripts, Partners, type Step, UNORDERED, type Verdict } from './compare.ts';
import { withoutEra } from './own/era.ts';

const run = promisify(execFile);
/** The recordings: those that were given (Engine 29.7.2) and those of our own (`own/`, Engine 28.5.2). */
export type Collection = 'given' | 'own';

const rooms: Record<Collection, URL> = {
  given: new URL('.', import.meta.url),
  own: new URL('own/', import.meta.url),
};

/** The helpers that some of our scenarios define (`b`, `c`, `e`, `r`, `w`, `ls_all`) call docker build. */
const OWN_UNORDERED = new RegExp(`${UNORDERED.source}|(?:^|; )(?:b|c|e|r|w|ls_all)(?: |;|$)`);

/** Names of all recorded scenarios of a collection, e.g. `01-first-steps`. */
export function scenarioNames(collection: Collection = 'given'): string[] {
  return readdirSync(new URL('scenarios/', rooms[collection]))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => name.slice(0, -4))
    .sort();
}

/** Known differences of a collection: scenario → command → why. */
export function knownDifferences(collection: Collection): Record<string, Record<string, string>> {
  return parse(readFileSync(new URL('differences.yaml', rooms[collection]), 'utf8'));
}

/** The recording of a scenario. */
export function recorded(name: string, collection: Collection = 'given'): Step[] {
  const file = new URL(`transcripts/${name}.json`, rooms[collection]);
  const transcript = JSON.parse(readFileSync(file, 'utf8')) as {
    steps: Step[];
  };
  return transcript.steps;
}

/** Runs a scenario in the simulator, as another tool would: in a process of its own, through `npm run simulate`'s entry. */
export async function simulated(
  name: string,
  collection: Collection = 'given',
): Promise<{ steps: Step[]; failure: string | undefined }> {
  const entry = new URL('../../src/tools/simulate.ts', import.meta.url).pathname;
  const file = new URL(`scenarios/${name}.txt`, rooms[collection]).pathname;
  try {
    const { stdout } = await run(process.execPath, [entry, file], { maxBuffer: 1 << 28, timeout: 120_000 });
    return { steps: (JSON.parse(stdout) as { steps: Step[] }).steps, failure: undefined };
  } catch (error) {
    return { steps: [], failure: error instanceof Error ? error.message.slice(0, 2000) : String(error) };
  }
}

/** Runs and compares one scenario. */
export async function judge(
  name: string,
  collection: Collection = 'given',
): Promise<{ name: string; verdicts: Verdict[]; failure: string | undefined }> {
  const { steps, failure } = await simulated(name, collection);
  const verdicts =
    collection === 'own'
      ? compareTranscripts(recorded(name, collection), steps, withoutEra, OWN_UNORDERED, new Partners())
      : compareTranscripts(recorded(name, collection), steps);
  return { name, verdicts, failure };
}
