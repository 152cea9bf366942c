import { describe, expect, test } from 'vitest';
import { portsText } from '../../../src/docker/cli/format/ports.ts';
import { align } from '../../../src/docker/cli/format/tabwriter.ts';
import { bytesSize, ellipsis, humanSize, significant } from '../../../src/docker/cli/format/units.ts';
import { parseBytes, parseDuration, parseInteger } from '../../../src/docker/cli/parse/numbers.ts';

describe('sizes', () => {
  test.each([
    [0, '0B', '0B'],
    [999, '999B', '999B'],
    [10_800, '10.8kB', '10.55KiB'],
    [3_138_000, '3.138MB', '2.993MiB'],
    [67_108_864, '67.11MB', '64MiB'],
  ])('%d', (bytes, decimal, binary) =>
    expect([humanSize(bytes), bytesSize(bytes)]).toEqual([decimal, binary]),
  );
  test('three digits in lists', () =>
    expect([humanSize(176_234_000, 3), humanSize(57_012_000, 3), humanSize(4096, 3)]).toEqual([
      '176MB',
      '57MB',
      '4.1kB',
    ]));
  test('Go writes what rounds up in exponents', () => expect(significant(999.9, 3)).toBe('1e+03'));
  test('ellipsis', () => expect(ellipsis("sh -c 'echo one; echo two", 20)).toBe("sh -c 'echo one; ec…"));
});

describe('numbers as Go reads them', () => {
  test.each([
    ['64m', 67_108_864],
    ['1.5g', 1_610_612_736],
    ['100', 100],
    ['10 kb', 10_240],
    ['1KiB', 1024],
  ])('%s', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
  test.each(['lots', '-1', '5x', '5mbb'])('%s is no size', (text) =>
    expect(() => parseBytes(text)).toThrow(),
  );
  test('durations', () => expect([parseDuration('1m30s'), parseDuration('1.5h')]).toEqual([90e9, 5400e9]));
  test('a duration needs a unit', () =>
    expect(() => parseDuration('5')).toThrow('time: missing unit in duration "5"'));
  test('integers', () =>
    expect([parseInteger('0x10'), parseInteger('010'), parseInteger('-3')]).toEqual([16, 8, -3]));
});

describe('tables', () => {
  test('columns are at least ten wide, with three blanks between', () =>
    expect(align('NAME\tSTATUS\na\tUp\n')).toBe('NAME      STATUS\na         Up\n'));
  test('a cell without a tab after it is in no column', () =>
    expect(align('A\tB\nlong long name\n')).toBe('A         B\nlong long name\n'));
  test('characters count, not bytes', () =>
    expect(align('…\tB\nab\tC\n', { minWidth: 0, padding: 1 })).toBe('…  B\nab C\n'));
});

describe('ports', () => {
  const published = (PrivatePort: number, PublicPort: number) => [
    { IP: '0.0.0.0', PrivatePort, PublicPort, Type: 'tcp' },
    { IP: '::', PrivatePort, PublicPort, Type: 'tcp' },
  ];
  test('both families', () =>
    expect(portsText(published(80, 8080))).toBe('0.0.0.0:8080->80/tcp, [::]:8080->80/tcp'));
  test('neighbours that are only exposed', () =>
    expect(portsText([7000, 7001, 7002, 80].map((PrivatePort) => ({ PrivatePort, Type: 'tcp' })))).toBe(
      '80/tcp, 7000-7002/tcp',
    ));
  test('neighbours under the same number', () =>
    expect(portsText([...published(80, 80), ...published(81, 81)])).toBe(
      '0.0.0.0:80-81->80-81/tcp, [::]:80-81->80-81/tcp',
    ));
});
