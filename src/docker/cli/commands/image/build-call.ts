import type { BuildOutcome, BuildRequest } from '../../../build/build.ts';
import { excerpt, type Lines } from '../../../build/dockerfile/error.ts';
import type { Warning } from '../../../build/dockerfile/linter.ts';
import { ruleDescription, ruleUrl } from '../../../build/dockerfile/rules.ts';
import type { Planner } from '../../../build/solve/plan.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { CliError } from '../../failure.ts';
import { align } from '../../format/tabwriter.ts';

/** `--call`: the method, and what follows it (buildx util/buildflags/call.go). */
export interface CallOption {
  readonly method: string;
  readonly json: boolean;
  readonly ignoreStatus: boolean;
}

/** Reads `check`, `targets,format=json`. Throws CliError. */
export function readCall(written: string): CallOption {
  const [method = '', ...options] = written.split(',').map((field) => field.trim());
  let json = false;
  let ignoreStatus = false;
  for (const option of options) {
    const [key = '', value = ''] = option.split('=');
    if (key === 'format') json = value === 'json';
    else if (key === 'ignorestatus') ignoreStatus = value !== 'false';
    else throw new CliError(`ERROR: invalid print field: ${option}`);
  }
  return { method: method === 'lint' ? 'check' : method, json, ignoreStatus };
}

/** `1 warning`, `2 warnings` */
export const count = (warnings: readonly Warning[]): string =>
  warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;

/** Prints what a `--call` found. Returns the exit code. */
export function* printCall(
  p: Process,
  { context }: BuildRequest,
  place: string,
  call: CallOption,
  outcome: BuildOutcome,
): Sys<number> {
  const text = typeof context.dockerfile === 'string' ? context.dockerfile : '';
  const source: SourceFile = { name: context.dockerfileName, text };
  if (call.json) yield* p.print(`${JSON.stringify(asJson(call.method, outcome, source), undefined, 2)}\n`);
  else if (call.method === 'targets') yield* p.print(targets(outcome));
  else if (call.method === 'outline') yield* p.print(outline(outcome.planner));
  return call.method === 'check' ? yield* printCheck(p, { name: place, text }, outcome, call) : 0;
}

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

function* printCheck(
  p: Process,
  { name, text }: SourceFile,
  { warnings, error }: BuildOutcome,
  { json, ignoreStatus }: CallOption,
): Sys<number> {
  if (!json && warnings.length > 0) {
    yield* p.print(
      `Check complete, ${count(warnings)} ${warnings.length === 1 ? 'has' : 'have'} been found!\n`,
    );
    for (const warning of [...warnings].sort((a, b) => a.lines.start - b.lines.start))
      yield* p.print(warningDetails(name, text, warning));
  }
  if (error !== undefined) {
    if (!json && warnings.length > 0) yield* p.print('\n');
    const where = error.lines === undefined ? '' : excerpt(name, text, error.lines);
    throw new CliError(`ERROR: ${error.message}\n${where}`);
  }
  if (!json && warnings.length === 0) yield* p.print('Check complete, no warnings found.\n');
  return warnings.length > 0 && !ignoreStatus ? 1 : 0;
}

function warningDetails(name: string, text: string, { rule, message, lines }: Warning): string {
  const url = ruleUrl(rule);
  return `\nWARNING: ${rule}${url === '' ? '' : ` - ${url}`}\n${message}\n${excerpt(name, text, lines)}`;
}

/** What `docker --debug build` adds to each warning. */
export function debugDetails(name: string, text: string, { rule, lines }: Warning): string {
  const url = ruleUrl(rule);
  return `${ruleDescription(rule)}\n${url === '' ? '' : `More info: ${url}\n`}${excerpt(name, text, lines)}\n`;
}

/** A comment above that begins with the name describes it. */
function description(name: string, comments: readonly string[]): string {
  const found = comments.findLast((comment) => comment.startsWith(`${name} `));
  return name === '' || found === undefined ? '' : found.slice(name.length + 1);
}

const NARROW = { minWidth: 0, padding: 1 };
const WIDE = { minWidth: 0, padding: 3 };

function targets({ dockerfile }: BuildOutcome): string {
  const stages = dockerfile?.stages ?? [];
  const rows = stages.map(({ from }, i) => {
    const words = [from.name, i === stages.length - 1 ? '(default)' : ''];
    return `${words.filter((word) => word !== '').join(' ')}\t${description(from.name, from.comments)}\n`;
  });
  return align(`TARGET\tDESCRIPTION\n${rows.join('')}`, NARROW);
}

function outline(planner: Planner | undefined): string {
  if (planner === undefined) return '';
  const { target, args, secrets } = planner.outline();
  let out = '';
  if (target.name !== '') {
    const about = description(target.name, target.comments);
    out += `${align(`TARGET:\t${target.name}\n${about === '' ? '' : `DESCRIPTION:\t${about}\n`}`, NARROW)}\n`;
  }
  const argRows = args.map(
    ({ name, value, comments }) => `${name}\t${value}\t${description(name, comments)}\n`,
  );
  if (args.length > 0) out += `${align(`BUILD ARG\tVALUE\tDESCRIPTION\n${argRows.join('')}`, WIDE)}\n`;
  const secretRows = secrets.map(({ name, required }) => `${name}\t${required ? 'true' : ''}\n`);
  if (secrets.length > 0) out += `${align(`SECRET\tREQUIRED\n${secretRows.join('')}`, WIDE)}\n`;
  return out;
}

const ranges = ({ start, end }: Lines): object => ({
  ranges: [{ start: { line: start }, end: { line: end } }],
});

/** Leaves out what Go's `omitempty` leaves out. */
const filled = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );

function asJson(
  method: string,
  { dockerfile, planner, warnings, error }: BuildOutcome,
  file: SourceFile,
): object {
  const data = btoa(String.fromCharCode(...utf8(file.text)));
  if (method === 'targets') {
    const stages = dockerfile?.stages ?? [];
    const list = stages.map(({ from }, i) =>
      filled({
        name: from.name,
        default: i === stages.length - 1,
        description: description(from.name, from.comments),
        base: from.base,
        platform: from.written.platform,
        location: ranges(from),
      }),
    );
    return { targets: list, sources: [data] };
  }
  if (method === 'outline' && planner !== undefined) {
    const { target, args, secrets } = planner.outline();
    return filled({
      name: target.name,
      description: description(target.name, target.comments),
      args: args.map(({ name, value, comments, lines }) =>
        filled({ name, description: description(name, comments), value, location: ranges(lines) }),
      ),
      secrets: secrets.map(({ name, required, lines }) =>
        filled({ name, required, location: ranges(lines) }),
      ),
      sources: [data],
    });
  }
  const list = warnings.map(({ rule, message, lines }) =>
    filled({
      ruleName: rule,
      description: ruleDescription(rule),
      url: ruleUrl(rule),
      detail: message,
      location: ranges(lines),
    }),
  );
  return filled({
    warnings: list.length === 0 ? null : list,
    sources: [{ filename: file.name, data, language: 'Dockerfile' }],
    buildError:
      error === undefined
        ? ''
        : { message: error.message, location: error.lines === undefined ? {} : ranges(error.lines) },
  });
}
