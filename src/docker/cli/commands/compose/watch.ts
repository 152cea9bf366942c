import { converge, startProject } from '../../../compose/engine/converge.ts';
import { buildImages } from '../../../compose/engine/images.ts';
import { Progress } from '../../../compose/engine/progress.ts';
import { containersOf } from '../../../compose/engine/state.ts';
import { type Change, Watched } from '../../../compose/engine/watch.ts';
import { ComposeError } from '../../../compose/error.ts';
import { select } from '../../../compose/project/graph.ts';
import type { Project } from '../../../compose/project/model.ts';
import { writeTar } from '../../../kernel/fs/tar.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { type ComposeCall, type ComposeCommand, project, warning } from './context.ts';
import { bringUp } from './up.ts';

/** How often files are looked at, and how long they must have been quiet before something is done about them. */
const LOOK = 100;
const QUIET = 500;

/** `docker compose watch`: brings the project up, then carries changed files over, or builds anew. */
export const watch: ComposeCommand = {
  flags: { 'no-up': 'full', prune: 'parsed', quiet: 'parsed' },
  *run(call) {
    const whole = yield* project(call);
    const selected = select(whole, call.args, true);
    if (!call.flags.bool('no-up')) yield* bringUp(call, building(selected), building(whole));
    yield* follow(call, selected);
    return 0;
  },
};

/** What is watched is built before it is started. */
const building = (loaded: Project): Project => ({
  ...loaded,
  services: Object.fromEntries(
    Object.entries(loaded.services).map(([name, service]) => [
      name,
      service.build !== undefined && service.develop !== undefined
        ? { ...service, pull_policy: 'build' }
        : service,
    ]),
  ),
});

function* follow(call: ComposeCall, selected: Project): Sys<void> {
  const { p } = call;
  const watched: Watched[] = [];
  for (const [service, { develop, build, volumes }] of Object.entries(selected.services))
    for (const rule of develop?.watch ?? []) {
      if (rule.action === 'rebuild' && build === undefined)
        throw new ComposeError(
          `can't watch service ${JSON.stringify(service)} with action rebuild without a build context`,
        );
      const mounted = (volumes ?? []).some(
        ({ type, source = '' }) =>
          type === 'bind' && (rule.path === source || rule.path.startsWith(`${source}/`)),
      );
      if (rule.action.startsWith('sync') && mounted)
        yield* warning(
          call,
          `path '${rule.path}' also declared by a bind mount volume, this path won't be monitored!\n`,
        );
      else watched.push(new Watched(p.fs, service, rule));
    }
  if (watched.length === 0)
    throw new ComposeError(
      "none of the selected services is configured for watch, consider setting a 'develop' section",
    );
  yield* say(call, 'Watch enabled');
  for (;;) {
    let changes = watched.flatMap((one) => one.changes());
    if (changes.length === 0) {
      yield* p.sleep(LOOK);
      continue;
    }
    for (;;) {
      yield* p.sleep(QUIET);
      const more = watched.flatMap((one) => one.changes());
      if (more.length === 0) break;
      changes = [...changes, ...more];
    }
    yield* act(call, selected, changes);
  }
}

/** A line of the watcher; this command gives it no name in front. */
const say = ({ p }: ComposeCall, text: string): Sys<void> => p.print(`${text}\n`);

function* act(call: ComposeCall, selected: Project, changes: readonly Change[]): Sys<void> {
  const of = (...actions: string[]): Change[] => changes.filter(({ action }) => actions.includes(action));
  const names = (list: readonly Change[]): string[] => [...new Set(list.map(({ service }) => service))];
  const rebuilt = names(of('rebuild'));
  if (rebuilt.length > 0) yield* rebuild(call, selected, rebuilt);
  const synced = of('sync', 'sync+restart', 'sync+exec');
  for (const service of names(synced)) {
    const files = new Map(
      synced.filter((change) => change.service === service).map((change) => [change.target, change]),
    );
    yield* say(call, `Syncing service ${JSON.stringify(service)} after ${files.size} changes were detected`);
    for (const change of files.values()) yield* carry(call, selected, change);
  }
  const restarted = names(of('restart', 'sync+restart'));
  if (restarted.length === 0) return;
  for (const { Id } of containersOf(call.engine, selected.name, { services: restarted }))
    yield* call.engine.containerRestart(Id);
  yield* say(call, `service(s) ${quoted(restarted)} restarted`);
}

const quoted = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(' ')}]`;

/** Brings one file into the containers of its service, or takes it out. */
function* carry({ engine }: ComposeCall, { name }: Project, { service, target, file }: Change): Sys<void> {
  for (const { Id } of containersOf(engine, name, { services: [service], running: true })) {
    if (file === undefined) {
      const exec = engine.execCreate(Id, { Cmd: ['rm', '-rf', target] });
      yield* engine.execStart(exec, { detach: true });
      yield* engine.execWait(exec);
      continue;
    }
    const entry = { ...file, path: target.replace(/^\//, ''), uid: 0, gid: 0 };
    yield* engine.containerArchivePut(Id, '/', writeTar([entry]), {});
  }
}

function* rebuild(call: ComposeCall, selected: Project, names: readonly string[]): Sys<void> {
  const { p, engine } = call;
  yield* say(call, `Rebuilding service(s) ${quoted(names)} after changes were detected...`);
  try {
    yield* buildImages(p, engine, selected, names, {
      noCache: false,
      pull: false,
      quiet: false,
      args: new Map(),
      progress: 'plain',
      write: (lines) => say(call, lines.replace(/\n$/, '')),
    });
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    yield* say(call, `Build failed. Error: ${error.message}`);
    return;
  }
  yield* say(call, `service(s) ${quoted(names)} successfully built`);
  const quiet = new Progress(p, '', 'quiet');
  const alone = select(selected, names, false);
  yield* converge(p, engine, { ...alone, disabled: { ...alone.disabled, ...selected.services } }, quiet, {
    recreate: 'force',
    named: [],
    removeOrphans: false,
    renewVolumes: false,
    timeout: undefined,
    warn: (message) => warning(call, message),
  });
  yield* startProject(p, engine, alone, quiet);
}
