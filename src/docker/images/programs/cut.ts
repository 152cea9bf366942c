import { text, utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { eachInput } from '../tool/files.ts';
import { LineReader } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, type Flavour } from '../tool/tool.ts';
import { backslashes } from './echo.ts';

type Ranges = readonly (readonly [number, number])[];

function parseList(written: string, what: string): Ranges {
  return written.split(',').map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (match === null || (match[1] === '' && match[3] === ''))
      throw new BadUsage(
        part === '-' ? 'invalid range with no endpoint: -' : `invalid ${what} value '${part}'`,
      );
    const from = match[1] === '' ? 1 : Number(match[1]);
    if (from === 0)
      throw new BadUsage(
        what === 'field' ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1',
      );
    const to = match[2] === '' ? from : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (to < from) throw new BadUsage('invalid decreasing range');
    return [from, to] as const;
  });
}

const within = (ranges: Ranges, n: number): boolean => ranges.some(([from, to]) => n >= from && n <= to);

/** cut(1): -b, -c, -f LIST, -d DELIM, -s, --complement, --output-delimiter. */
export function* cut(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'b:c:f:d:snz',
    long: {
      bytes: 'b:',
      characters: 'c:',
      fields: 'f:',
      delimiter: 'd:',
      'only-delimited': 's',
      complement: 'not',
      'output-delimiter': 'out:',
    },
  });
  const given = (['b', 'c', 'f'] as const).filter((key) => o.has(key));
  const [kind] = given;
  if (kind === undefined)
    throw new BadUsage(
      flavour === 'gnu'
        ? 'you must specify a list of bytes, characters, or fields'
        : 'expected a list of bytes, characters, or fields',
      1,
      flavour === 'busybox',
    );
  if (given.length > 1) throw new BadUsage('only one type of list may be specified');
  const ranges = parseList(o.get(kind) ?? '', kind === 'f' ? 'field' : 'byte or character');
  const delimiter = o.get('d') ?? '\t';
  if (delimiter.length > 1) throw new BadUsage('the delimiter must be a single character');
  const keep = (n: number): boolean => within(ranges, n) !== o.has('not');
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const reader = new LineReader(file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      let out: string;
      if (kind === 'f') {
        if (!line.includes(delimiter)) {
          if (o.has('s')) continue;
          out = line;
        } else
          out = line
            .split(delimiter)
            .filter((_, i) => keep(i + 1))
            .join(o.get('out') ?? delimiter);
      } else if (kind === 'b') out = text(utf8(line).filter((_, i) => keep(i + 1)));
      else out = [...line].filter((_, i) => keep(i + 1)).join('');
      yield* p.print(`${out}\n`);
    }
  });
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\t-\r ',
  blank: '\t ',
  punct: '!-/:-@[-`{-~',
  print: ' -~',
  cntrl: '\x00-\x1f\x7f',
  xdigit: '0-9A-Fa-f',
};

/** The characters of a tr set: ranges, classes, escapes, `[x*3]`. */
function expand(set: string): string[] {
  const classes = set.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
  const source = backslashes(classes, 'printf').text;
  const out: string[] = [];
  const characters = [...source];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] ?? '';
    const repeat = c === '[' ? /^\[(.)\*(\d*)\]/u.exec(characters.slice(i).join('')) : null;
    if (repeat !== null) {
      const count = repeat[2] === '' ? 4096 : Number(repeat[2]);
      for (let n = 0; n < count; n++) out.push(repeat[1] ?? '');
      i += [...repeat[0]].length - 1;
      continue;
    }
    const end = characters[i + 2];
    if (characters[i + 1] === '-' && end !== undefined) {
      const from = c.codePointAt(0) ?? 0;
      const to = end.codePointAt(0) ?? 0;
      if (to < from)
        throw new BadUsage(
          `range-endpoints of '${c}-${end}' are in reverse collating sequence order`,
          1,
          true,
        );
      for (let code = from; code <= to; code++) out.push(String.fromCodePoint(code));
      i += 2;
    } else out.push(c);
  }
  return out;
}

/** tr(1): -d, -s, -c, -C, -t. */
export function* tr(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'dscCt',
    long: { delete: 'd', 'squeeze-repeats': 's', complement: 'c', 'truncate-set1': 't' },
    stop: true,
  });
  const [one, two] = o.args;
  if (one === undefined) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  if (two === undefined && !o.has('d', 's'))
    throw new BadUsage(
      flavour === 'gnu' ? `missing operand after '${one}'\nTwo strings must be given when translating.` : '',
    );
  const first = expand(one);
  const complement = o.has('c', 'C');
  const listed = new Set(first);
  const selected = (c: string): boolean => listed.has(c) !== complement;
  const second = two === undefined ? [] : expand(two);
  const squeezed = o.has('s')
    ? two === undefined || (!o.has('d') && second.length === 0)
      ? selected
      : (c: string) => second.includes(c)
    : undefined;
  const last = second.at(-1) ?? '';
  const map = new Map(first.map((c, i) => [c, second[i] ?? (o.has('t') ? c : last)]));
  const translate = (c: string): string =>
    two === undefined || o.has('d') ? c : complement ? (listed.has(c) ? c : last) : (map.get(c) ?? c);
  let previous = '';
  const file = p.file(0);
  for (;;) {
    const chunk = yield* file.read();
    if (chunk.length === 0) return 0;
    let out = '';
    for (const c of text(chunk)) {
      if (o.has('d') && selected(c)) continue;
      const changed = translate(c);
      if (squeezed?.(changed) === true && changed === previous) continue;
      previous = changed;
      out += changed;
    }
    yield* p.print(out);
    yield TURN;
  }
}
