import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCommands, commandAt } from '../../../src/docker/spec/spec.ts';
import { argumentNames, COMMANDS_FOLDER, readReference } from '../../../src/site/reference/load.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A project whose one broken file is this; the other files are those of Muelle. */
function withFile(name: string, text: string): string[] {
  const root = temporaryFolder();
  mkdirSync(join(root, 'content'), { recursive: true });
  cpSync(COMMANDS_FOLDER, join(root, COMMANDS_FOLDER), { recursive: true });
  writeFileSync(join(root, COMMANDS_FOLDER, name), text);
  return readReference(root).problems;
}

const LOGOUT = `
summary: { es: Cierra la sesión., en: Log out. }
arguments: { SERVER: { es: El registro., en: The registry. } }
`;

describe('the reference of commands', () => {
  test('says something of every command, flag and argument, in both languages', () => {
    expect(readReference().problems).toEqual([]);
  });

  test('explains every flag of every spelling', () => {
    const { commands } = readReference();
    const silent = allCommands().flatMap((spec) =>
      spec.flags
        .filter(({ name, hidden }) => !hidden && name !== 'help')
        .filter(({ name }) => commands.get(spec.id)?.flags[name] === undefined)
        .map(({ name }) => `docker ${spec.path} --${name}`),
    );
    expect(silent).toEqual([]);
  });

  test('names the arguments of a usage line', () => {
    const names = (path: string) => {
      const spec = commandAt(path);
      return spec && argumentNames(spec);
    };
    expect(names('pull')).toEqual(['NAME']);
    expect(names('cp')).toEqual(['CONTAINER', 'SRC_PATH', 'DEST_PATH']);
    expect(names('container')).toEqual([]);
  });

  test.each([
    [
      'an unknown flag',
      (text: string) => `${text}\nflags: { nosuch: { es: a, en: b } }`,
      'has no flag --nosuch',
    ],
    ['an unknown argument', (text: string) => text.replace('SERVER', 'SRVER'), 'has no argument SRVER'],
    ['a missing language', (text: string) => text.replace(', en: Log out.', ''), 'summary.en'],
    ['an unknown key', (text: string) => `${text}\nflagz: {}`, 'flagz'],
    ['an unknown command', (text: string) => `${text}\nrelated: [nosuch]`, 'there is no command "nosuch"'],
  ])('refuses %s', (_, change, message) => {
    expect(withFile('logout.yaml', change(LOGOUT))).toContainEqual(
      expect.stringMatching(new RegExp(`logout.yaml.*${message}`)),
    );
  });
});
