import { describe, expect, test } from 'vitest';
import { CommandList } from '../../../src/site/search/rank.ts';
import { pack, packWords, type SearchRecord, unpack } from '../../../src/site/search/record.ts';

const record = (name: string, text: string, more: Partial<SearchRecord> = {}): SearchRecord => ({
  kind: 'command',
  name,
  path: `/en/reference/${name.replaceAll(' ', '-')}/`,
  text,
  phrases: [],
  other: '',
  weight: 0,
  flags: [],
  ...more,
});

const rmFlag = { long: '--rm', short: undefined, text: 'Remove it when it ends.', phrases: ['throw away'] };
const all = { long: '--all', short: '-a', text: 'Show stopped ones too.', phrases: [] };
const records = [
  record('docker run', 'Create and start a container.', {
    flags: [rmFlag],
    other: 'crea arranca contenedor',
    weight: 5,
  }),
  record('docker rm', 'Remove containers.', { other: 'borra contenedores' }),
  record('docker ps', 'List containers.', { flags: [all], phrases: ['contenedores activos'] }),
  record('docker tag', 'Give an image another name.'),
  record('Bind mounts', '', { kind: 'page' }),
];
const list = new CommandList(records);
const names = (query: string) =>
  list.find(query).map(({ record: found, flag }) => (flag ? `${found.name} ${flag.long}` : found.name));

describe('the command list', () => {
  test('finds a command by its name, whatever follows it', () => {
    expect(names('docker rm')[0]).toBe('docker rm');
    expect(names('rm')[0]).toBe('docker rm');
    expect(names('docker run -d --name web nginx')[0]).toBe('docker run');
  });

  test('tells a flag from a word, and knows its short name', () => {
    expect(names('--rm')).toEqual(['docker run --rm']);
    expect(names('-a')[0]).toBe('docker ps --all');
    expect(names('docker ps -a')[0]).toBe('docker ps --all');
  });

  test('finds by words of both languages, with or without accents, in any form', () => {
    expect(names('borrar contenedor')[0]).toBe('docker rm');
    expect(names('contenedores ACTIVÓS')[0]).toBe('docker ps');
    expect(names('throw away')[0]).toBe('docker run --rm');
  });

  test('forgives one letter, but not where the word exists', () => {
    expect(names('contaniers')[0]).toMatch(/docker (ps|rm)/);
    expect(names('tag')).toEqual(['docker tag']);
  });

  test('leaves unknown words out of account', () => {
    expect(names('bind mounts xyzzy')[0]).toBe('Bind mounts');
    expect(names('xyzzy')).toEqual([]);
    expect(names('')).toEqual([]);
  });

  test('travels without loss', () => {
    expect(unpack(records.map(pack), packWords(records))).toEqual(records);
  });
});
