import { type LogEntry, type RunResult, Session, type SessionOptions } from '../../src/shell/session.ts';
import { invariants } from './invariants.ts';

/** Engine time after which a line is killed. */
export const TIMEOUT = 30_000;
/** Computing time that a line may take; some are worth thousands of steps. */
const PATIENCE = 10_000;
/** What JavaScript prints where a value is missing; Docker itself warns of undefined variables and undefined behavior. */
const SLIP = /.*(?:\bundefined\b(?! variable| behavior|-[\w-]+\/)|\[object |\bNaN\b).*/;

/** How many cases a test runs: those of CI, or more by hand with `FUZZ_CASES=20000 FUZZ_SEED=x`. */
export const settings = (cases: number): { cases: number; seed: string } => ({
  cases: Number(process.env.FUZZ_CASES ?? cases),
  seed: process.env.FUZZ_SEED ?? 'fuzz',
});

/** Something that must not happen, and the lines that show it. */
export interface Problem {
  readonly seed: string;
  readonly lines: readonly string[];
  readonly what: string;
}

/** A session that notices what must never happen. */
export interface Watched {
  readonly session: Session;
  readonly bugs: unknown[];
  /** Something may still run that an earlier line put into the background: what it says comes with a later line. */
  background: boolean;
}

export async function openSession(options: SessionOptions): Promise<Watched> {
  const session = await Session.create(options);
  const bugs: unknown[] = [];
  session.onBug = (error) => bugs.push(error);
  return { session, bugs, background: false };
}

/** A docker command alone: its exit code is that of the line. */
const ALONE = /^docker [^|;&>$]*$/;

/** Runs a line and lists what is wrong with how it went and with the engine's state after it. */
export async function step(
  watched: Watched,
  line: string,
): Promise<{ result: RunResult; problems: string[] }> {
  const { session, bugs } = watched;
  const before = process.cpuUsage().user;
  const result = await session.run(line, { timeout: TIMEOUT });
  const problems = bugs
    .splice(0)
    .map((error) => `bug: ${error instanceof Error ? error.stack : String(error)}`);
  const took = (process.cpuUsage().user - before) / 1000;
  if (took > PATIENCE) problems.push(`took ${Math.round(took)} ms`);
  if (result.elapsed > TIMEOUT + 1000)
    problems.push(`${result.elapsed} ms of engine time, timeout ${TIMEOUT}`);
  if (result.stderr.includes('failed inside the simulator') || result.exit === 70)
    problems.push(`exit ${result.exit}: ${result.stderr.slice(-300)}`);
  if (!Number.isInteger(result.exit) || result.exit < 0 || result.exit > 255)
    problems.push(`exit ${result.exit}`);
  const refused = /^muelle: docker .* is not simulated here$/m.test(result.stderr);
  if (/(?:^|[^&>])&(?:[^&>]|$)/.test(line)) watched.background = true;
  if (!watched.background && result.exit === 0 && ALONE.test(line)) {
    if (refused) problems.push('refused, yet exit 0');
    // But for what a container's program prints, what was said of one of several, and `rmi -f` of what is not there.
    const told = /^(?:Error response from daemon|Error: No such|unknown flag|invalid argument).*$/m.exec(
      result.stderr,
    );
    if (told !== null && !/\b(?:run|exec|logs|attach|compose|start|service|stack|rmi|image)\b/.test(line))
      problems.push(`exit 0 with ${told[0]}`);
  }
  if (SLIP.test(`${result.stdout}${result.stderr}`) && !/NaN|undefined/.test(line))
    problems.push(`looks like a slip: ${SLIP.exec(`${result.stdout}${result.stderr}`)?.[0]}`);
  if (invariants(session.engine).length > 0) {
    // A line may end while the daemon cleans up after a container.
    await session.run('sleep 1');
    problems.push(...invariants(session.engine));
  }
  return { result, problems };
}

/** When everything is taken away, nothing of it may be left: ports, folders of volumes, seats in networks. */
export async function leftovers({ session }: Watched): Promise<string[]> {
  const { engine } = session;
  for (const line of [
    'cd; trap - EXIT ERR DEBUG; unset DOCKER_CONTEXT DOCKER_HOST; docker context use default',
    'docker swarm leave -f',
    'docker unpause $(docker ps -q --filter status=paused)',
    'docker rm -f -v $(docker ps -aq)',
    // Pruning leaves networks that only configure others.
    'docker network prune -f; docker network rm $(docker network ls -q --filter type=custom)',
    'docker volume prune -af; sleep 1',
  ])
    await session.run(line, { timeout: TIMEOUT });
  const problems = invariants(engine).map((what) => `leftover: ${what}`);
  for (const { Names } of engine.containerList({ all: true }))
    problems.push(`leftover: container ${Names[0]}`);
  for (const { Name } of engine.volumeList()) problems.push(`leftover: volume ${Name}`);
  for (const { Id } of engine.networkList()) {
    const { Name, Containers } = engine.networkInspect(Id);
    if (!['bridge', 'host', 'none', 'docker_gwbridge'].includes(Name))
      problems.push(`leftover: network ${Name}`);
    if (Object.keys(Containers ?? {}).length > 0)
      problems.push(`leftover: ${Object.keys(Containers ?? {}).join()} in ${Name}`);
  }
  const listening = await session.run('ss -ltn | tail -n +2', { timeout: TIMEOUT });
  if (listening.stdout !== '') problems.push(`leftover: ${listening.stdout}`);
  const folders = await session.run('ls /var/lib/docker/volumes', { timeout: TIMEOUT });
  if (folders.stdout !== '') problems.push(`leftover: folders ${folders.stdout}`);
  return problems;
}

/** All an engine shows of its objects, as text. */
export function state(session: Session): string {
  const { engine } = session;
  const objects = {
    containers: engine.containerList({ all: true, size: true }),
    containerDetails: engine
      .containerList({ all: true })
      .map(({ Id }) => engine.containerInspect(Id, { size: true })),
    images: engine.imageList({ all: true }),
    imageDetails: engine.imageList({ all: true }).map(({ Id }) => engine.imageInspect(Id)),
    networks: engine.networkList().map(({ Id }) => engine.networkInspect(Id)),
    volumes: engine.volumeList(),
    info: engine.info(),
    usage: engine.diskUsage(),
    now: session.now,
  };
  return JSON.stringify(objects, null, 1);
}

/** The state before the last line is had by replaying without it; going on from there is `replay(log) ≡ state`. */
export async function replays(
  options: SessionOptions,
  log: readonly LogEntry[],
  expected: { after: string; before: string; entries: number },
): Promise<string[]> {
  const problems: string[] = [];
  const again = await Session.replay(options, log.slice(0, expected.entries));
  problems.push(...difference('undo', expected.before, state(again)));
  for (const entry of log.slice(expected.entries)) {
    if (entry.kind === 'write') again.writeFile(entry.path, entry.text);
    else await again.run(entry.command, entry);
  }
  problems.push(...difference('replay', expected.after, state(again)));
  return problems;
}

function difference(what: string, expected: string, actual: string): string[] {
  if (expected === actual) return [];
  const a = expected.split('\n');
  const b = actual.split('\n');
  const at = a.findIndex((line, index) => line !== b[index]);
  return [`${what} differs in line ${at}: ${a[at]} | ${b[at]}`];
}

/** Leaves out lines as long as the problem stays. */
export async function minimise(
  lines: readonly string[],
  fails: (lines: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = lines;
  for (let i = kept.length - 1; i >= 0; i--) {
    const fewer = kept.filter((_, index) => index !== i);
    if (fewer.length > 0 && (await fails(fewer))) kept = fewer;
  }
  return kept;
}
