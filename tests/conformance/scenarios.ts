import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { compareTranscripts, type Step, type Verdict } from './compare.ts';

const run = promisify(execFile);
const here = new URL('.', import.meta.url);

/** Names of all recorded scenarios, e.g. `01-first-steps`. */
export function scenarioNames(): string[] {
  return readdirSync(new URL('scenarios/', here))
    .filter((name) => name.endsWith('.txt'))
    .map((name) => name.slice(0, -4))
    .sort();
}

/** The recording of a scenario. */
export function recorded(name: string): Step[] {
  const transcript = JSON.parse(readFileSync(new URL(`transcripts/${name}.json`, here), 'utf8')) as {
    steps: Step[];
  };
  return transcript.steps;
}

/** Runs a scenario in the simulator, as another tool would: in a process of its own, through `npm run simulate`'s entry. */
export async function simulated(name: string): Promise<{ steps: Step[]; failure: string | undefined }> {
  const entry = new URL('../../src/tools/simulate.ts', here).pathname;
  const file = new URL(`scenarios/${name}.txt`, here).pathname;
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
): Promise<{ name: string; verdicts: Verdict[]; failure: string | undefined }> {
  const { steps, failure } = await simulated(name);
  return { name, verdicts: compareTranscripts(recorded(name), steps), failure };
}
