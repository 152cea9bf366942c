import { openFile } from '../../kernel/fs/file.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { parseDuration } from '../tool/time.ts';
import { BadUsage, type Flavour, reason } from '../tool/tool.ts';

/** tee(1): -a, -i. */
export function* tee(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i' } });
  if (o.has('i')) p.onSignal('INT', 'ignore');
  const files: OpenFile[] = [];
  let code = 0;
  for (const path of o.args) {
    try {
      files.push(openFile(p, path, o.has('a') ? 'append' : 'write'));
    } catch (error) {
      code = 1;
      yield* p.error(`tee: ${path}: ${reason(error)}\n`);
    }
  }
  for (;;) {
    const chunk = yield* p.read(0);
    if (chunk.length === 0) break;
    yield* p.print(chunk);
    for (const file of files) yield* file.write(chunk);
    yield TURN;
  }
  for (const file of files) file.release();
  return code;
}

/** seq(1): LAST, FIRST LAST, FIRST STEP LAST; -s, -w, -f. */
export function* seq(p: Process, flavour: Flavour): Sys<number> {
  const argv = p.argv.slice(1).map((arg) => (/^-\d/.test(arg) ? `\0${arg}` : arg));
  const o = parseOptions(
    p,
    { short: 's:wf:', long: { separator: 's:', 'equal-width': 'w', format: 'f:' }, stop: true },
    argv,
  );
  const args = o.args.map((arg) => arg.replace('\0', ''));
  if (args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  if (args.length > 3) throw new BadUsage(flavour === 'gnu' ? `extra operand '${args[3]}'` : '');
  for (const arg of args) {
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(arg))
      throw flavour === 'gnu' ? new BadUsage(`invalid floating point argument: '${arg}'`) : new BadUsage('');
  }
  const [a, b, c] = args;
  const first = b === undefined ? '1' : (a ?? '1');
  const step = c === undefined ? '1' : (b ?? '1');
  const last = Number(c ?? b ?? a);
  if (Number(step) === 0) throw new BadUsage(`invalid Zero increment value: '${step}'`);
  const places = Math.max(...[first, step].map((n) => /\.(\d+)$/.exec(n)?.[1]?.length ?? 0));
  const separator = o.get('s') ?? '\n';
  const width = o.has('w') ? Math.max(first.length, last.toFixed(places).length) : 0;
  const format = o.get('f');
  let out = '';
  for (let i = 0; ; i++) {
    const n = Number(first) + i * Number(step);
    if (Number(step) > 0 ? n > last + 1e-9 : n < last - 1e-9) break;
    let shown = n.toFixed(places);
    if (width > 0) shown = n < 0 ? `-${shown.slice(1).padStart(width - 1, '0')}` : shown.padStart(width, '0');
    if (format !== undefined)
      shown = format.replace(
        /%(0?)(\d*)(?:\.(\d+))?[gfe]/,
        (_w, zero: string, wide: string, precision?: string) =>
          (precision === undefined ? String(n) : n.toFixed(Number(precision))).padStart(
            Number(wide || 0),
            zero === '0' ? '0' : ' ',
          ),
      );
    out += `${i === 0 ? '' : separator}${shown}`;
    if (out.length > 4096) {
      yield* p.print(out);
      out = '';
      yield TURN;
    }
  }
  if (out !== '') yield* p.print(`${out}\n`);
  return 0;
}

/** sleep(1): sums its operands; s, m, h, d. */
export function* sleep(p: Process, flavour: Flavour): Sys<number> {
  p.reaps = false;
  // BusyBox takes `-1` for a number that is none.
  const o = parseOptions(
    p,
    flavour === 'gnu' ? { short: '' } : { stop: true },
    flavour === 'gnu' ? p.argv.slice(1) : ['--', ...p.argv.slice(1)],
  );
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  let sum = 0;
  for (const arg of o.args) {
    const ms = parseDuration(arg);
    if (ms === undefined)
      throw flavour === 'gnu'
        ? new BadUsage(`invalid time interval '${arg}'`)
        : new BadUsage(`invalid number '${arg}'`, 1, true);
    sum += ms;
  }
  const until = p.kernel.clock.now + sum;
  while (p.kernel.clock.now < until) yield* p.sleep(until - p.kernel.clock.now);
  return 0;
}

/** usleep: microseconds (busybox). */
export function* usleep(p: Process): Sys<number> {
  yield* p.sleep(Number(p.argv[1] ?? 0) / 1000);
  return 0;
}
