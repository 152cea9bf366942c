import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Screen } from '../../../src/terminal/screen.ts';
import { toSpans } from '../../../src/terminal/spans.ts';

function shown(text: string, columns = 20, rows = 5): string[] {
  const screen = new Screen({ columns, rows });
  screen.write(text);
  return screen.lines().map((line) => line.runs.map((run) => run.text).join(''));
}

function spans(text: string) {
  const screen = new Screen({ columns: 40, rows: 5 });
  screen.write(text);
  return screen.lines().flatMap(toSpans);
}

describe('characters and line ends', () => {
  test('a carriage return goes back and overwrites', () => {
    expect(shown('50 %\r100')).toEqual(['100%']);
    expect(shown('a\r\nb\nc')).toEqual(['a', 'b', 'c']);
  });

  test('backspace moves, tab goes to the next multiple of eight', () => {
    expect(shown('abc\b\bX')).toEqual(['aXc']);
    expect(shown('a\tb\t\tc', 40)).toEqual(['a       b               c']);
  });

  test('what a program wrote at the end of a line is kept, what it only skipped is not', () => {
    expect(shown('a  ')).toEqual(['a  ']);
    expect(shown('a\x1b[5C')).toEqual(['a']);
    expect(shown('a\x1b[2Cb')).toEqual(['a  b']);
  });

  test('text wraps at the width, only when a character follows', () => {
    expect(shown('12345', 5)).toEqual(['12345']);
    expect(shown('12345\n', 5)).toEqual(['12345', '']);
    expect(shown('1234567', 5)).toEqual(['12345', '67']);
    expect(shown('\x1b[?7l1234567', 5)).toEqual(['12347']);
  });

  test('joined lines undo the wrapping', () => {
    const screen = new Screen({ columns: 5, rows: 3 });
    screen.write('1234567890ab\nx\n');
    expect(screen.joinedLines().map((line) => line.runs.map((run) => run.text))).toEqual([
      ['1234567890ab'],
      ['x'],
      [],
    ]);
    expect(screen.text()).toBe('1234567890ab\nx\n');
  });

  test('wide and combining characters', () => {
    expect(shown('鯨鯨鯨', 4)).toEqual(['鯨鯨', '鯨']);
    expect(shown('e\u0301a')).toEqual(['e\u0301a']);
    expect(shown('鯨\rx')).toEqual(['x']);
    expect(shown('🐳x')).toEqual(['🐳x']);
  });

  test('other control characters and DEL leave no trace', () => {
    expect(shown('a\x00\x07\x7f\x85b')).toEqual(['ab']);
  });
});

describe('cursor', () => {
  test('a progress display redraws its lines', () => {
    expect(shown('one\r\ntwo\r\n\x1b[2A\x1b[2Kdone\r\n\x1b[1B')).toEqual(['done', 'two', '']);
  });

  test('absolute and relative moves stay inside the window', () => {
    expect(shown('\x1b[2;3Hx\x1b[Hy')).toEqual(['y', '  x']);
    expect(shown('\x1b[99;99Hx', 4, 2)).toEqual(['', '   x']);
    expect(shown('a\x1b[99Db')).toEqual(['b']);
    expect(shown('abc\x1b[2Gx')).toEqual(['axc']);
    expect(shown('a\nb\x1b[Fc\x1b[Ed')).toEqual(['c', 'd']);
  });

  test('saving and restoring', () => {
    expect(shown('ab\x1b7cd\x1b8X')).toEqual(['abXd']);
    expect(shown('ab\x1b[scd\x1b[uX')).toEqual(['abXd']);
  });

  test('is reported', () => {
    const screen = new Screen({ columns: 10, rows: 2 });
    screen.write('a\nb\ncd\x1b[?25l');
    expect(screen.cursor).toEqual({ line: 2, row: 1, column: 2, visible: false });
  });
});

describe('erasing', () => {
  test('in the line', () => {
    expect(shown('abc\x1b[2D\x1b[K')).toEqual(['a']);
    expect(shown('abc\x1b[2D\x1b[1K')).toEqual(['  c']);
    expect(shown('abc\x1b[2K')).toEqual(['']);
    expect(shown('abcd\x1b[3D\x1b[2X')).toEqual(['a  d']);
  });

  test('in the window, not in what has scrolled away', () => {
    expect(shown('a\nb\nc\nd\x1b[H\x1b[2Jx', 10, 2)).toEqual(['a', 'b', 'x']);
    expect(shown('a\nb\nc\x1b[2A\x1b[J')).toEqual(['a']);
  });

  test('clear(1) empties everything', () => {
    expect(shown('a\nb\nc\nd\x1b[H\x1b[2J\x1b[3Jx', 10, 2)).toEqual(['x']);
  });

  test('inserting and deleting', () => {
    expect(shown('abcd\x1b[3D\x1b[2@')).toEqual(['a  bcd']);
    expect(shown('abcd\x1b[3D\x1b[2P')).toEqual(['ad']);
    expect(shown('a\nb\nc\x1b[1A\x1b[L')).toEqual(['a', '', 'b', 'c']);
    expect(shown('a\nb\nc\x1b[1A\x1b[M')).toEqual(['a', 'c']);
  });
});

describe('scrollback', () => {
  test('long output stays whole', () => {
    const screen = new Screen({ columns: 10, rows: 3 });
    for (let i = 0; i < 100; i++) screen.write(`${i}\n`);
    expect(screen.lines()).toHaveLength(101);
    expect(screen.dropped).toBe(0);
  });

  test('is capped with a notice', () => {
    const screen = new Screen({ columns: 10, rows: 3, scrollback: 5, notice: (n) => `… ${n} lines` });
    for (let i = 0; i < 100; i++) screen.write(`${i}\n`);
    expect(screen.dropped).toBe(93);
    expect(screen.text().split('\n')).toEqual(['… 93 lines', '93', '94', '95', '96', '97', '98', '99', '']);
  });

  test('10 MB take about a second at most', () => {
    const screen = new Screen({ columns: 100, rows: 40, scrollback: 5000 });
    const block = `${'x'.repeat(99)}\n`.repeat(1000);
    const start = performance.now();
    for (let i = 0; i < 100; i++) screen.write(block);
    screen.write('y'.repeat(1_000_000));
    expect(screen.lines()).toHaveLength(5040);
    // Generous, because the machine may be busy: the aim is to notice quadratic behaviour.
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('tells from where to draw again', () => {
    const screen = new Screen({ columns: 10, rows: 3 });
    screen.write('a\nb\nc');
    expect(screen.takeChanged()).toBe(0);
    screen.write('d');
    expect(screen.takeChanged()).toBe(2);
    screen.write('\x1b[2Ax');
    expect(screen.takeChanged()).toBe(0);
  });
});

describe('looks', () => {
  test('sixteen colours and attributes', () => {
    expect(spans('\x1b[1;31mred\x1b[0m plain \x1b[2;3;4;7mall\x1b[22;23;24;27m')).toEqual([
      { text: 'red', classes: 'ansi-fg-1 ansi-bold' },
      { text: ' plain ', classes: '' },
      { text: 'all', classes: 'ansi-dim ansi-italic ansi-underline ansi-inverse' },
    ]);
    expect(spans('\x1b[94;103mx\x1b[39my\x1b[49mz').map((span) => span.classes)).toEqual([
      'ansi-fg-12 ansi-bg-11',
      'ansi-bg-11',
      '',
    ]);
  });

  test('256 colours and true colour become the nearest of the sixteen', () => {
    expect(spans('\x1b[38;5;196mx\x1b[48;5;9my\x1b[38;5;244mz').map((span) => span.classes)).toEqual([
      'ansi-fg-9',
      'ansi-fg-9 ansi-bg-9',
      'ansi-fg-8 ansi-bg-9',
    ]);
    expect(spans('\x1b[38;2;0;250;5mx\x1b[38:2::0:0:240my').map((span) => span.classes)).toEqual([
      'ansi-fg-10',
      'ansi-fg-4',
    ]);
  });

  test('a link keeps its text', () => {
    expect(shown('\x1b]8;;https://docs.docker.com\x1b\\docs\x1b]8;;\x07!')).toEqual(['docs!']);
  });
});

describe('sequences', () => {
  test('may be cut anywhere', () => {
    const whole = 'a\x1b[1;32mgreen\x1b[0m\x1b]0;title\x07\r\n\x1b(Bz\x1b[2Kend';
    const expected = new Screen({ columns: 20, rows: 4 });
    expected.write(whole);
    const pieces = new Screen({ columns: 20, rows: 4 });
    for (const character of whole) pieces.write(character);
    expect(pieces.lines()).toEqual(expected.lines());
  });

  test('unknown and broken ones are swallowed', () => {
    expect(shown('\x1b[?1049ha\x1b[>c\x1b[6n\x1b=\x1b>b')).toEqual(['ab']);
    expect(shown('\x1b[1\x01a')).toEqual(['a']);
    expect(shown('\x1bPq#0\x1b\\x')).toEqual(['x']);
  });

  test('markup is text', () => {
    expect(shown('<b>&amp;</b>')).toEqual(['<b>&amp;</b>']);
  });
});

describe('below a prompt', () => {
  test('a display that goes up and down again before it draws leaves no empty line', () => {
    const screen = new Screen({ columns: 40, rows: 4, prompted: true });
    screen.write(
      '\x1b[1A\x1b[1B\x1b[0G[+] Running 0/1\r\n ⠋ web\r\n\x1b[2A\x1b[0G[+] Running 1/1\r\n ✔ web\r\n',
    );
    expect(screen.text()).toBe('[+] Running 1/1\n ✔ web\n');
    expect(screen.cursor.line).toBe(2);
  });

  test('clear(1) and a long output remove the line of the prompt', () => {
    const cleared = new Screen({ columns: 10, rows: 3, prompted: true });
    cleared.write('a\n\x1b[H\x1b[2J\x1b[3Jx');
    expect(cleared.text()).toBe('x');
    const long = new Screen({ columns: 10, rows: 2, prompted: true, scrollback: 1 });
    for (let i = 0; i < 9; i++) long.write(`${i}\n`);
    expect(long.text()).toBe('7\n8\n');
    expect(long.dropped).toBe(7);
  });
});

describe('recordings of a real terminal', () => {
  interface Step {
    readonly command: string;
    readonly tty?: boolean;
    readonly raw?: string;
    readonly stdout: string;
  }
  const folder = 'tests/conformance/transcripts';
  const steps = readdirSync(folder).flatMap((name) => {
    const transcript = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { steps: Step[] };
    return transcript.steps.filter(({ raw }) => raw !== undefined);
  });

  test('there are some', () => expect(steps.length).toBeGreaterThan(20));

  test.each(steps)('$command', ({ raw = '', stdout }) => {
    const screen = new Screen({ columns: 120, rows: 40, prompted: true });
    screen.write(raw);
    const plain = (text: string) => text.replace(/ +$/gm, '').trim();
    expect(plain(screen.text())).toBe(plain(stdout));
  });
});
