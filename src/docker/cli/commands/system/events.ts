import type { EngineEvent } from '../../../engine/api.ts';
import { readTime, sentTime } from '../../../engine/timestamp.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { jsonText } from '../../inspect/view.ts';
import { compile, execute, TemplateError } from '../../template/execute.ts';
import { TemplateSyntaxError } from '../../template/parse.ts';
import { GoMap, GoStruct, type Value } from '../../template/values.ts';

/** `docker events` */
export const events: Command = {
  flags: { filter: 'full', format: 'full', since: 'full', until: 'full' },
  *run(call) {
    const { p, engine, flags } = call;
    const show = formatter(flags.string('format'));
    const since = point(call, 'since');
    const until = point(call, 'until');
    if (since !== undefined && until !== undefined && since > until)
      throw new CliError(
        `Error response from daemon: \`since\` time (${sentTime(flags.string('since'), since)}) cannot be after \`until\` time (${sentTime(flags.string('until'), until)})`,
      );
    yield* engine.events(
      {
        filters: readFilters(flags),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      },
      function* (event) {
        yield* p.print(`${show(event)}\n`);
      },
    );
    return 0;
  },
};

function point({ p, flags }: Call, name: 'since' | 'until'): number | undefined {
  const written = flags.string(name);
  if (written === '') return undefined;
  const time = readTime(written, p.kernel.clock.now);
  if (typeof time === 'object') throw new CliError(time.problem);
  return time;
}

const EMPTY: EngineEvent = {
  Type: 'container',
  Action: '',
  Actor: { ID: '', Attributes: {} },
  scope: 'local',
  time: 0,
  timeNano: 0n,
};

/** How an event is written. The template is tried on an empty event first; CliError 64 if it fails there. */
function formatter(format: string): (event: EngineEvent) => string {
  if (format === '') return plain;
  if (format === 'json') return (event) => jsonText(event);
  try {
    const template = compile(format);
    const show = (event: EngineEvent): string => execute(template, message(event));
    show(EMPTY);
    return show;
  } catch (error) {
    if (error instanceof TemplateError || error instanceof TemplateSyntaxError)
      throw new CliError(`Error parsing format: ${error.message}`, 64);
    throw error;
  }
}

/** `2026-11-21T03:40:37.216971640Z container create 867f… (image=busybox, name=ev)` */
function plain(event: EngineEvent): string {
  const seconds = new Date(Number(event.timeNano / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const nanos = String(event.timeNano % 1_000_000_000n).padStart(9, '0');
  const attributes = Object.entries(event.Actor.Attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  return `${seconds}.${nanos}Z ${event.Type} ${event.Action} ${event.Actor.ID}${attributes === '' ? '' : ` (${attributes})`}`;
}

/** The event as Go's events.Message. */
function message(event: EngineEvent): GoStruct {
  const attributes = new GoMap(new Map(Object.entries(event.Actor.Attributes)), 'map[string]string', '');
  const actor = new GoStruct(
    'events.Actor',
    new Map<string, Value>([
      ['ID', event.Actor.ID],
      ['Attributes', attributes],
    ]),
  );
  return new GoStruct(
    '*events.Message',
    new Map<string, Value>([
      ['Type', event.Type],
      ['Action', event.Action],
      ['Actor', actor],
      ['Scope', event.scope],
      ['Time', event.time],
      ['TimeNano', Number(event.timeNano)],
    ]),
    { json: () => jsonText(event) },
  );
}
