import { startProject } from '../../../compose/engine/converge.ts';
import { together } from '../../../compose/engine/progress.ts';
import { containersOf, nameOf, serviceOf } from '../../../compose/engine/state.ts';
import { inReverse, stopContainer } from '../../../compose/engine/stop.ts';
import type { Project } from '../../../compose/project/model.ts';
import type { ContainerSummary } from '../../../engine/api.ts';
import { text } from '../../../kernel/bytes.ts';
import { type Sys, WaitQueue } from '../../../kernel/wait.ts';
import { CliError } from '../../failure.ts';
import { nanoTime } from '../../format/units.ts';
import { type ComposeCall, progressOf, timeoutOf } from './context.ts';

/** Colours of the names before log lines, in turn. */
const RAINBOW = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1'];

/** `web-1` for shop-web-1; a name of its own stays. */
export const logName = (project: string, container: ContainerSummary): string => {
  const name = nameOf(container);
  return name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
};

/** Writes lines of several containers, each with its name in front. */
export class LogWriter {
  readonly #call: ComposeCall;
  readonly #names = new Map<string, string>();
  readonly #colour: boolean;
  readonly #prefix: boolean;
  #width = 0;

  constructor(call: ComposeCall) {
    const { p, flags, group } = call;
    this.#call = call;
    this.#colour =
      (p.isatty(1) || group.string('ansi') === 'always') &&
      !flags.bool('no-color') &&
      group.string('ansi') !== 'never';
    this.#prefix = !flags.bool('no-log-prefix');
  }

  register(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.set(name, RAINBOW[this.#names.size % RAINBOW.length] ?? '');
    this.#width = Math.max(this.#width, name.length);
  }

  *line(name: string, bytes: Uint8Array, time: number): Sys<void> {
    const head = `${name.padEnd(this.#width)}  | `;
    const shown = !this.#prefix ? '' : this.#colour ? `\x1b[${this.#names.get(name)}m${head}\x1b[0m` : head;
    const stamp = this.#call.flags.bool('timestamps') ? `${nanoTime(time)} ` : '';
    yield* this.#call.p.print(`${shown}${stamp}${text(bytes).replace(/\r?\n$/, '')}\n`);
  }

  *exited(name: string, code: number, restarting = false): Sys<void> {
    yield* this.#call.p.print(
      `\r\x1b[K${name} exited with code ${code}${restarting ? ' (restarting)' : ''}\n`,
    );
  }
}

export interface FollowOptions {
  readonly abort: 'never' | 'exit' | 'failure';
  readonly exitCodeFrom: string;
}

/** Foreground `up`: starts the containers, shows what they write until all have ended, and stops them on Ctrl-C. */
export function* followProject(
  call: ComposeCall,
  project: Project,
  attachTo: readonly string[],
  options: FollowOptions,
): Sys<number> {
  const { p, engine, flags } = call;
  const only = flags.list('attach');
  const not = flags.list('no-attach');
  const attached = containersOf(engine, project.name, { services: only.length > 0 ? only : attachTo }).filter(
    (container) => !not.includes(serviceOf(container)),
  );
  const writer = new LogWriter(call);
  for (const container of attached) writer.register(logName(project.name, container));
  yield* p.print(
    `Attaching to ${attached.map((container) => logName(project.name, container)).join(', ')}\n`,
  );
  const watched = containersOf(engine, project.name, { services: Object.keys(project.services) });

  const changed = new WaitQueue();
  let left = watched.length;
  let stopping = false;
  let signalled = 0;
  let failure: unknown;
  let firstCode: number | undefined;
  let fromCode: number | undefined;
  let teardown = false;

  const stopAll = function* (): Sys<void> {
    const progress = progressOf(call, 'Stopping');
    yield* progress.run(
      inReverse(p, project.services, watched, (container) =>
        stopContainer(engine, progress, container, timeoutOf(call), project.services[serviceOf(container)]),
      ),
    );
    teardown = true;
    changed.wake();
  };
  const begin = (announce: Sys<void>): void => {
    if (stopping) return;
    stopping = true;
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        yield* announce;
        yield* stopAll();
        yield* p.error('\n');
      })(),
    );
  };
  const onSignal = (): void => {
    signalled++;
    if (signalled === 1) begin(p.print('Gracefully Stopping... press Ctrl+C again to force\n'));
    else
      p.kernel.thread(
        p,
        (function* (): Sys<void> {
          for (const container of containersOf(engine, project.name, { running: true }))
            yield* engine.containerKill(container.Id);
        })(),
      );
    changed.wake();
  };
  p.onSignal('INT', onSignal);
  p.onSignal('TERM', onSignal);

  for (const container of watched) {
    const shown = attached.some(({ Id }) => Id === container.Id);
    p.kernel.thread(p, watch(container, shown));
  }
  function* watch(container: ContainerSummary, shown: boolean): Sys<void> {
    const name = logName(project.name, container);
    let since = p.kernel.clock.now;
    for (;;) {
      while (!engine.containerInspect(container.Id).State.Running) {
        if (stopping || failure !== undefined) {
          left--;
          changed.wake();
          return;
        }
        yield { queues: [changed], until: p.kernel.clock.now + 20 };
        if (ranAlready(container, since)) break;
      }
      if (shown)
        yield* engine.containerLogs(
          container.Id,
          { stdout: true, stderr: true, follow: true, since },
          function* (line) {
            if (signalled === 0) yield* writer.line(name, line.bytes, line.time);
          },
        );
      else yield* engine.containerWait(container.Id, 'not-running');
      const { State, HostConfig } = engine.containerInspect(container.Id);
      since = p.kernel.clock.now;
      // After a signal nobody looks any more.
      if (shown && signalled === 0) yield* writer.exited(name, State.ExitCode);
      if (State.Restarting || (HostConfig.RestartPolicy.Name === 'always' && !stopping)) continue;
      firstCode ??= State.ExitCode;
      if (serviceOf(container) === options.exitCodeFrom) fromCode ??= State.ExitCode;
      left--;
      if ((options.abort === 'exit' || (options.abort === 'failure' && State.ExitCode !== 0)) && !stopping)
        begin(p.error('\x1b[31m\x1b[1mAborting on container exit...\x1b[0m\n'));
      changed.wake();
      return;
    }
  }
  const ranAlready = (container: ContainerSummary, since: number): boolean =>
    Date.parse(engine.containerInspect(container.Id).State.StartedAt) >= since - 1;

  // A container that is started again goes on being followed; that it ended is told all the same.
  const unsubscribe = engine.subscribe(({ Type, Action, Actor }) => {
    const container = attached.find(({ Id }) => Id === Actor.ID);
    if (Type !== 'container' || Action !== 'die' || container === undefined || stopping) return;
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        yield* p.sleep(1);
        if (engine.containerInspect(Actor.ID).State.Restarting)
          yield* writer.exited(
            logName(project.name, container),
            Number(Actor.Attributes['exitCode'] ?? 0),
            true,
          );
      })(),
    );
  });

  try {
    yield* starter();
    if (failure !== undefined && !stopping) throw failure;
    while (left > 0 || (stopping && !teardown)) yield { queues: [changed] };
  } finally {
    unsubscribe();
  }
  function* starter(): Sys<void> {
    const progress = progressOf(call);
    try {
      yield* progress.run(startProject(p, engine, project, progress, true));
    } catch (error) {
      failure = error;
    }
    changed.wake();
  }
  p.onSignal('INT', undefined);
  p.onSignal('TERM', undefined);
  if (signalled > 0) throw new CliError('', 130);
  if (options.exitCodeFrom !== '') return fromCode ?? 0;
  return options.abort === 'never' ? 0 : (firstCode ?? 0);
}

/** `docker compose logs` of these containers. */
export function* showLogs(
  call: ComposeCall,
  project: string,
  containers: readonly ContainerSummary[],
  range: { since?: number; until?: number; tail?: number },
): Sys<void> {
  const { p, engine, flags } = call;
  const follow = flags.bool('follow');
  const writer = new LogWriter(call);
  for (const container of containers) writer.register(logName(project, container));
  const one = (container: ContainerSummary) =>
    function* (): Sys<void> {
      const name = logName(project, container);
      yield* engine.containerLogs(container.Id, { stdout: true, stderr: true, follow, ...range }, (line) =>
        writer.line(name, line.bytes, line.time),
      );
      if (follow && engine.containerInspect(container.Id).State.Status === 'exited')
        yield* writer.exited(name, engine.containerInspect(container.Id).State.ExitCode);
    };
  if (follow) yield* together(p, containers.map(one));
  else for (const container of containers) yield* one(container)();
}
