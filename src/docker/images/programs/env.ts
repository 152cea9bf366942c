import { Errno } from '../../kernel/errno.ts';
import { type Executable, findExecutable } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime, parseTime } from '../tool/time.ts';
import { BadUsage, Failure, type Flavour, quoted, reason } from '../tool/tool.ts';
import { groupName, groups, uidOf, userName, users } from '../tool/users.ts';

/** Replaces this process by a command as execvp does, keeping its number; 126 or 127 if the command cannot run. */
export function* execute(
  p: Process,
  argv: readonly string[],
  change: { env?: ReadonlyMap<string, string>; cwd?: string; uid?: number; gid?: number } = {},
  quote: (name: string) => string = quoted,
): Sys<number> {
  const uid = change.uid ?? p.uid;
  const gid = change.gid ?? p.gid;
  const groupList = change.gid === undefined ? p.groups : [gid];
  const variables = change.env ?? p.env;
  const cwd = change.cwd ?? p.cwd;
  let found: Executable;
  try {
    const context = { kernel: p.kernel, fs: p.fs, uid, gid, groups: groupList, cwd };
    found = yield* findExecutable(context, argv, variables.get('PATH'));
  } catch (error) {
    yield* p.error(`${p.name}: ${quote(argv[0] ?? '')}: ${reason(error)}\n`);
    return error instanceof Errno && error.code === 'ENOENT' ? 127 : 126;
  }
  if (variables !== p.env) {
    const copy = [...variables];
    p.env.clear();
    for (const [name, value] of copy) p.env.set(name, value);
  }
  p.uid = uid;
  p.gid = gid;
  p.groups = groupList;
  p.cwd = cwd;
  p.argv = found.argv;
  return yield* found.program(p);
}

/** env(1): NAME=VALUE … COMMAND; -i, -u NAME, -C DIR, -S, -0. */
export function* env(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'iu:C:S:0v',
    long: { 'ignore-environment': 'i', unset: 'u:', chdir: 'C:', 'split-string': 'S:', null: '0' },
    stop: true,
    code: flavour === 'gnu' ? 125 : 1,
  });
  const args = [...(o.get('S')?.trim().split(/\s+/) ?? []), ...o.args];
  if (args[0] === '-') {
    args.shift();
    o.order.push(['i', '']);
  }
  const variables = new Map(o.has('i') ? [] : p.env);
  for (const name of o.all('u')) variables.delete(name);
  while (args[0]?.includes('=') === true && !args[0].startsWith('=')) {
    const assignment = args.shift() ?? '';
    const at = assignment.indexOf('=');
    variables.set(assignment.slice(0, at), assignment.slice(at + 1));
  }
  if (args.length === 0) {
    for (const [name, value] of variables) yield* p.print(`${name}=${value}${o.has('0') ? '\0' : '\n'}`);
    return 0;
  }
  const directory = o.get('C');
  return yield* execute(
    p,
    args,
    { env: variables, ...(directory === undefined ? {} : { cwd: p.fs.resolve(directory, p.cwd).absolute }) },
    flavour === 'gnu' ? quoted : (name) => `can't execute '${name}'`,
  );
}

/** printenv(1). */
export function* printenv(p: Process): Sys<number> {
  const o = parseOptions(p, { short: '0', long: { null: '0' } });
  const end = o.has('0') ? '\0' : '\n';
  if (o.args.length === 0) {
    for (const [name, value] of p.env) yield* p.print(`${name}=${value}${end}`);
    return 0;
  }
  let code = 0;
  for (const name of o.args) {
    const value = p.env.get(name);
    if (value === undefined) code = 1;
    else yield* p.print(`${value}${end}`);
  }
  return code;
}

/** id(1): -u -g -G -n -r and a user. */
export function* id(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'ugGnrz',
    long: { user: 'u', group: 'g', groups: 'G', name: 'n', real: 'r' },
  });
  const [who] = o.args;
  let { uid, gid } = p;
  let all = [...p.groups];
  if (who !== undefined) {
    const found = uidOf(p, who);
    const account = users(p).find((user) => user.uid === found);
    if (found === undefined || account === undefined)
      throw new Failure(flavour === 'gnu' ? `${quoted(who)}: no such user` : `unknown user ${who}`);
    uid = account.uid;
    gid = account.gid;
    all = [
      gid,
      ...groups(p)
        .filter((group) => group.members.includes(account.name))
        .map((group) => group.gid),
    ];
  }
  all = [...new Set([gid, ...all])];
  if (flavour === 'busybox' && o.has('u') && o.has('n') && !users(p).some((user) => user.uid === uid)) {
    yield* p.print(`${uid}\n`);
    throw new Failure(`unknown ID ${uid}`);
  }
  if (o.has('u')) yield* p.print(`${o.has('n') ? userName(p, uid) : uid}\n`);
  else if (o.has('g')) yield* p.print(`${o.has('n') ? groupName(p, gid) : gid}\n`);
  else if (o.has('G')) yield* p.print(`${all.map((g) => (o.has('n') ? groupName(p, g) : g)).join(' ')}\n`);
  else {
    const named = (n: number, name: string): string => (name === String(n) ? String(n) : `${n}(${name})`);
    const list = all.map((g) => named(g, groupName(p, g))).join(',');
    yield* p.print(
      `uid=${named(uid, userName(p, uid))} gid=${named(gid, groupName(p, gid))} groups=${list}\n`,
    );
  }
  return 0;
}

/** groups(1). */
export function* groupsProgram(p: Process, flavour: Flavour): Sys<number> {
  const who = p.argv[1];
  if (who === undefined) {
    yield* p.print(`${[...new Set([p.gid, ...p.groups])].map((gid) => groupName(p, gid)).join(' ')}\n`);
    return 0;
  }
  const account = users(p).find((user) => user.name === who);
  if (account === undefined)
    throw new Failure(flavour === 'gnu' ? `${quoted(who)}: no such user` : `unknown user ${who}`);
  const names = groups(p)
    .filter((group) => group.gid === account.gid || group.members.includes(who))
    .map((group) => group.name);
  yield* p.print(`${flavour === 'gnu' ? `${who} : ` : ''}${names.join(' ')}\n`);
  return 0;
}

/** date(1): +FORMAT, -d DATE, -u, -I, -R, --rfc-3339. The clock cannot be set from a container. */
export function* date(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'd:uRI::s:r:f:D:',
    long: {
      date: 'd:',
      utc: 'u',
      universal: 'u',
      'rfc-2822': 'R',
      'rfc-email': 'R',
      'iso-8601': 'I?',
      'rfc-3339': 'rfc:',
      set: 's:',
      reference: 'r:',
    },
  });
  let time: number | undefined = p.kernel.clock.now;
  const written = o.get('d');
  if (written !== undefined) {
    const known =
      flavour === 'gnu' || /^(@\d+|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d\d:\d\d(:\d\d)?)$/.test(written);
    time = known ? parseTime(written, time) : undefined;
    if (time === undefined) throw new BadUsage(`invalid date '${written}'`, 1, true);
  }
  const reference = o.get('r');
  if (reference !== undefined) time = p.fs.stat(reference, p.cwd).mtime;
  const [format, extra] = o.args;
  if (extra !== undefined) throw new BadUsage(`extra operand '${extra}'`);
  if (o.has('s') || (format !== undefined && !format.startsWith('+'))) {
    if (format !== undefined && !/^\d{8,12}(\.\d\d)?$/.test(format))
      throw new BadUsage(`invalid date '${format}'`, 1, true);
    const asked = o.get('s');
    yield* p.print(`${formatTime(asked === undefined ? time : (parseTime(asked, time) ?? time), DEFAULT)}\n`);
    yield* p.error(
      flavour === 'gnu'
        ? 'date: cannot set date: Operation not permitted\n'
        : "date: can't set date: Operation not permitted\n",
    );
    return 1;
  }
  let pattern = DEFAULT;
  if (format !== undefined) pattern = format.slice(1);
  else if (o.has('R')) pattern = '%a, %d %b %Y %H:%M:%S %z';
  else if (o.has('rfc'))
    pattern = { date: '%F', seconds: '%F %T%:z', ns: '%F %T.%N%:z' }[o.get('rfc') ?? ''] ?? '%F %T%:z';
  else if (o.has('I'))
    pattern =
      {
        '': '%F',
        date: '%F',
        hours: '%FT%H%:z',
        minutes: '%FT%R%:z',
        seconds: '%FT%T%:z',
        ns: '%FT%T,%N%:z',
      }[o.get('I') ?? ''] ?? '%F';
  // busybox's date knows no nanoseconds.
  if (flavour === 'busybox') pattern = pattern.replaceAll('%N', '%%N');
  yield* p.print(`${formatTime(time, pattern)}\n`);
  return 0;
}

const DEFAULT = '%a %b %e %H:%M:%S %Z %Y';

/** cal(1): this month, `cal 2 2024` that one, `cal 2024` a year's, -y this year's. */
export function* cal(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'jymM3' });
  const [first, second] = o.args.map(Number);
  if (o.args.some((arg) => !/^\d+$/.test(arg))) throw new BadUsage('');
  const now = new Date(Math.floor(p.kernel.clock.now));
  const year = second ?? (first !== undefined ? first : now.getUTCFullYear());
  if (second === undefined && (first !== undefined || o.has('y'))) {
    yield* p.print(`${String(year).padStart(32)}\n\n`);
    for (let row = 0; row < 12; row += 3) {
      const months = [row, row + 1, row + 2].map((month) => monthLines(year, month, false));
      const height = Math.max(...months.map((lines) => lines.length));
      for (let i = 0; i < height; i++)
        yield* p.print(
          `${months
            .map((lines) => (lines[i] ?? '').padEnd(20))
            .join('  ')
            .trimEnd()}\n`,
        );
    }
    return 0;
  }
  const month = second === undefined ? now.getUTCMonth() : (first ?? 1) - 1;
  if (month < 0 || month > 11) throw new BadUsage(`invalid number '${first}'`, 1, true);
  yield* p.print(`${monthLines(year, month, true).join('\n')}\n`);
  return 0;
}

/** A month as cal draws it: its name, the days of the week, the weeks. */
function monthLines(year: number, month: number, withYear: boolean): string[] {
  const start = Date.UTC(year, month, 1);
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const title = formatTime(start, withYear ? '%B %Y' : '%B');
  const weeks: string[] = [];
  let line = '   '.repeat(new Date(start).getUTCDay());
  for (let day = 1; day <= days; day++) {
    line += String(day).padStart(2);
    if (new Date(Date.UTC(year, month, day)).getUTCDay() === 6 || day === days) {
      weeks.push(line);
      line = '';
    } else line += ' ';
  }
  return [`${' '.repeat(Math.floor((20 - title.length) / 2))}${title}`, 'Su Mo Tu We Th Fr Sa', ...weeks];
}
