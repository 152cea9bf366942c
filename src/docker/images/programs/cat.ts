import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { eachInput } from '../tool/files.ts';
import { LineReader } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import type { Flavour } from '../tool/tool.ts';

/** cat(1): -n, -b, -s, -E, -T, -v, -A. */
export function* cat(p: Process, flavour: Flavour): Sys<number> {
  p.reaps = false;
  const o = parseOptions(p, {
    short: 'nbsEeTtvAu',
    long: {
      number: 'n',
      'number-nonblank': 'b',
      'squeeze-blank': 's',
      'show-ends': 'E',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
      'show-all': 'A',
    },
  });
  const plain = o.order.every(([name]) => name === 'u');
  const state = { number: 0, blank: false };
  return yield* eachInput(p, flavour, o.args, function* (file) {
    if (plain) yield* copy(p, file);
    else {
      const lines = new LineReader(file);
      for (let line = yield* lines.next(); line !== undefined; line = yield* lines.next()) {
        const empty = line === '';
        if (empty && state.blank && o.has('s')) continue;
        state.blank = empty;
        let out = line;
        if (o.has('v', 'A', 'e', 't')) out = visible(out);
        if (o.has('T', 'A', 't')) out = out.replaceAll('\t', '^I');
        const numbered = o.has('b') ? !empty : o.has('n');
        const prefix = numbered ? `${String(++state.number).padStart(6)}\t` : '';
        const end = lines.unterminated ? '' : `${o.has('E', 'A', 'e') ? '$' : ''}\n`;
        yield* p.print(`${prefix}${out}${end}`);
      }
    }
  });
}

/** Copies a file to standard output. */
export function* copy(p: Process, file: OpenFile): Sys<void> {
  for (;;) {
    const chunk = yield* file.read();
    if (chunk.length === 0) return;
    yield* p.print(chunk);
    yield TURN;
  }
}

function visible(line: string): string {
  return line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}`);
}

/** tac(1): lines, last one first. */
export function* tac(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: '' });
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const lines = new LineReader(file);
    const all: string[] = [];
    for (let line = yield* lines.next(); line !== undefined; line = yield* lines.next())
      all.push(lines.unterminated ? line : `${line}\n`);
    yield* p.print(all.reverse().join(''));
  });
}

/** rev(1): the characters of each line, last one first. */
export function* rev(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: '' });
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const lines = new LineReader(file);
    for (let line = yield* lines.next(); line !== undefined; line = yield* lines.next())
      yield* p.print(`${[...line].reverse().join('')}${lines.unterminated ? '' : '\n'}`);
  });
}

/** strings(1): runs of four or more printable characters. */
export function* strings(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'an:' });
  const least = Number(o.get('n') ?? 4);
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const lines = new LineReader(file);
    for (let line = yield* lines.bytes(); line !== undefined; line = yield* lines.bytes()) {
      const found = text(line).match(new RegExp(`[\\t -~]{${least},}`, 'g')) ?? [];
      for (const run of found) yield* p.print(`${run}\n`);
    }
  });
}
