import { Random } from '../../src/docker/kernel/random.ts';
import type { SessionOptions } from '../../src/shell/session.ts';
import { leftovers, minimise, openSession, type Problem, replays, state, step } from './harness.ts';

/** A kind of fuzzing: what a session starts with and the lines it is given. */
export interface Campaign {
  readonly linesPerSession: number;
  /** Lines and start of a session, from its randomness. */
  readonly make: (random: Random) => { lines: readonly string[]; options: Omit<SessionOptions, 'seed'> };
}

export interface CampaignOptions {
  readonly seed: string;
  readonly cases: number;
  /** After so many problems it stops. */
  readonly most: number;
  /** Hears of each session before it runs, so that a hang can be found. */
  readonly onSession?: (name: string) => void;
  readonly onProblem?: (problem: Problem) => void;
}

/**
 * Runs so many lines in sessions of some, each replayed at its end; the problems, with as few lines as show them.
 */
export async function runCampaign(
  { linesPerSession, make }: Campaign,
  { seed, cases, most, onSession, onProblem }: CampaignOptions,
): Promise<Problem[]> {
  const found: Problem[] = [];
  const times = new Map<string, number>();
  for (let session = 0; session * linesPerSession < cases && found.length < most; session++) {
    const name = `${seed}-${session}`;
    onSession?.(name);
    const { lines, options } = make(new Random(name));
    const [what] = await problemsOf({ ...options, seed: name }, lines, true);
    if (what === undefined) continue;
    // What was seen thrice is one problem; to make more of it smaller would only take time.
    const kind = what.replace(/\d+/g, '#').slice(0, 60);
    times.set(kind, (times.get(kind) ?? 0) + 1);
    if ((times.get(kind) ?? 0) > 3) continue;
    const replay = /^(replay|undo|leftover)/.test(what);
    const fewer = await minimise(lines, async (some) => {
      const [again] = await problemsOf({ ...options, seed: name }, some, replay);
      return again?.slice(0, 30) === what.slice(0, 30);
    });
    const problem = { seed: name, lines: fewer, what };
    found.push(problem);
    onProblem?.(problem);
  }
  return found;
}

/** What goes wrong when these lines are run in one session. */
export async function problemsOf(
  options: SessionOptions,
  lines: readonly string[],
  replay: boolean,
): Promise<string[]> {
  const open = await openSession(options);
  let before = '';
  let entries = 0;
  for (const [at, line] of lines.entries()) {
    if (replay && at === lines.length - 1) {
      entries = open.session.log.length;
      before = state(open.session);
    }
    const { problems } = await step(open, line);
    if (problems.length > 0) return problems.map((what) => `${what} (after ${line})`);
  }
  if (!replay) return [];
  const problems = await replays(options, open.session.log, { before, entries, after: state(open.session) });
  // What the reader's machine has in the background is no leftover of the engine.
  if (problems.length === 0 && !open.background) problems.push(...(await leftovers(open)));
  return problems;
}
