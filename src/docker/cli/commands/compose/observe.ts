import { together } from '../../../compose/engine/progress.ts';
import { containersOf, LABEL, serviceOf } from '../../../compose/engine/state.ts';
import { down } from '../../../compose/engine/stop.ts';
import { ComposeError } from '../../../compose/error.ts';
import type { EngineEvent } from '../../../engine/api.ts';
import { parseTime } from '../../../engine/human.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { attach as containerAttach } from '../container/attach.ts';
import { showStats } from '../container/stats.ts';
import {
  type ComposeCall,
  type ComposeCommand,
  progressOf,
  projectName,
  projectOrName,
  runningContainer,
  warning,
} from './context.ts';

/** `docker compose wait` */
export const wait: ComposeCommand = {
  docker: true,
  args: [1, Number.POSITIVE_INFINITY],
  flags: { 'down-project': 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name, project } = yield* projectOrName(call);
    const containers = containersOf(engine, name, { services: args, running: true });
    if (containers.length === 0) throw new ComposeError(`no containers for project ${JSON.stringify(name)}`);
    let status = 0;
    yield* together(
      p,
      containers.map(
        ({ Id }) =>
          function* (): Sys<void> {
            const { StatusCode } = yield* engine.containerWait(Id, 'not-running');
            yield* p.print(`container ${JSON.stringify(Id)} exited with status code ${StatusCode}\n`);
            status = StatusCode;
          },
      ),
    );
    if (!flags.bool('down-project')) return status;
    const progress = progressOf(call);
    yield* progress.run(
      down(p, engine, name, project, progress, {
        volumes: false,
        images: '',
        removeOrphans: true,
        timeout: undefined,
        services: [],
        warn: (message) => warning(call, message),
      }),
    );
    return status;
  },
};

/** `docker compose events` */
export const events: ComposeCommand = {
  flags: { json: 'full', since: 'full', until: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const name = yield* projectName(call);
    const since = moment(call, 'since');
    const until = moment(call, 'until');
    yield* engine.events(
      {
        filters: { label: [`${LABEL.project}=${name.toLowerCase()}`] },
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      },
      function* (event) {
        const labels = event.Actor.Attributes;
        if (event.Type !== 'container' || labels[LABEL.oneOff] === 'True') return;
        if (args.length > 0 && !args.includes(labels[LABEL.service] ?? '')) return;
        yield* p.print(`${flags.bool('json') ? jsonLine(event) : line(event)}\n`);
      },
    );
    return 0;
  },
};

function moment({ p, flags }: ComposeCall, name: 'since' | 'until'): number | undefined {
  const written = flags.string(name);
  if (written === '') return undefined;
  const time = parseTime(written, p.kernel.clock.now);
  if (time === undefined)
    throw new ComposeError(`failed to parse value as time or duration: ${JSON.stringify(written)}`);
  return time;
}

/** What the event is about but for Compose's own labels. */
const attributes = ({ Actor }: EngineEvent): [string, string][] =>
  Object.entries(Actor.Attributes).filter(([key]) => !key.startsWith('com.docker.compose.'));

function stamp({ timeNano }: EngineEvent, digits: number): string {
  const at = new Date(Number(timeNano / 1_000_000n)).toISOString();
  const nanos = String(timeNano % 1_000_000_000n).padStart(9, '0');
  return `${at.slice(0, 10)} ${at.slice(11, 19)}.${nanos.slice(0, digits)}`;
}

/** Each line has an end of its own and another one from printing, as the real one's has. */
function line(event: EngineEvent): string {
  const all = attributes(event)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  return `${stamp(event, 6)} container ${event.Action} ${event.Actor.ID} (${all})\n`;
}

function jsonLine(event: EngineEvent): string {
  const sorted = Object.fromEntries(attributes(event).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({
    action: event.Action,
    attributes: sorted,
    id: event.Actor.ID,
    service: event.Actor.Attributes[LABEL.service] ?? '',
    time: `${stamp(event, 9).replace(' ', 'T').replace(/0+$/, '')}Z`,
    type: 'container',
  });
}

/** `docker compose attach` */
export const attach: ComposeCommand = {
  args: [1, Number.POSITIVE_INFINITY],
  flags: { 'detach-keys': 'full', index: 'full', 'no-stdin': 'full', 'sig-proxy': 'full' },
  *run(call) {
    const name = yield* projectName(call);
    const container = runningContainer(call, name, call.args[0] ?? '');
    return yield* containerAttach.run({ ...call, args: [container.Id] });
  },
};

/** `docker compose stats` */
export const stats: ComposeCommand = {
  args: [0, 1],
  flags: { all: 'full', format: 'full', 'no-stream': 'full', 'no-trunc': 'full' },
  *run(call) {
    const name = yield* projectName(call);
    const [service] = call.args;
    const mine = containersOf(call.engine, name, { oneOff: true, running: !call.flags.bool('all') }).filter(
      (container) => service === undefined || serviceOf(container) === service,
    );
    return yield* showStats(
      call,
      mine.map(({ Id }) => Id),
    );
  },
};

/** `docker compose commit` */
export const commit: ComposeCommand = {
  args: [1, 2],
  flags: { author: 'full', change: 'full', index: 'full', message: 'full', pause: 'full' },
  *run(call) {
    const { engine, flags, args } = call;
    const [service = '', reference] = args;
    const name = yield* projectName(call);
    const container = runningContainer(call, name, service);
    const own = (container.Names[0] ?? '').slice(1);
    const progress = progressOf(call, 'Committing');
    yield* progress.run(
      (function* (): Sys<void> {
        yield* progress.event(own, 'Committing', 'working', `Commit ${own}`);
        const id = yield* engine.containerCommit(container.Id, {
          ...(reference === undefined ? {} : { reference }),
          comment: flags.string('message'),
          author: flags.string('author'),
          changes: flags.list('change'),
          pause: flags.bool('pause'),
        });
        yield* progress.event(own, `Committed as ${id}`, 'done', `Commit ${own}`);
      })(),
    );
    return 0;
  },
};

/** `docker compose export` */
export const exportService: ComposeCommand = {
  args: [1, Number.POSITIVE_INFINITY],
  flags: { index: 'full', output: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const name = yield* projectName(call);
    const container = runningContainer(call, name, args[0] ?? '');
    const output = flags.string('output');
    if (output === '' && p.isatty(1))
      throw new ComposeError('output option is required when exporting to terminal');
    const own = (container.Names[0] ?? '').slice(1);
    const progress = progressOf(call, 'Exporting');
    yield* progress.run(
      (function* (): Sys<void> {
        // The real one never says that it is done.
        yield* progress.event(own, 'Exporting', 'working', `export ${own} to ${output}`);
        const archive = yield* engine.containerExport(container.Id);
        if (output === '') yield* p.print(archive);
        else p.fs.write(output, archive, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
      })(),
    );
    return 0;
  },
};
