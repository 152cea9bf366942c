import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/shell/session.ts';
import { sessionExtras } from '../../../src/site/explain/extras.ts';

const open = (locale: 'es' | 'en') =>
  Session.create({ seed: 'explain', images: ['busybox'] }, sessionExtras(locale));

describe('explain in the terminal', () => {
  it('takes the line as it is written and runs nothing', async () => {
    const session = await open('en');
    const { stdout, exit } = await session.run('explain docker run -d --name web busybox | wc -l > out');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^docker +\S/);
    for (const part of ['run', '-d', '--name', 'web', 'busybox', '|', 'wc', '-l', '> out'])
      expect(
        stdout.split('\n').some((line) => line.startsWith(`${part} `)),
        part,
      ).toBe(true);
    expect(session.engine.containerList({ all: true })).toEqual([]);
    expect(session.readFile('out')).toBeUndefined();
  });

  it('speaks the language of the reader', async () => {
    const [es, en] = await Promise.all([open('es'), open('en')]);
    const [spanish, english] = [await es.run('explain docker ps'), await en.run('explain docker ps')];
    expect(spanish.stdout).not.toBe(english.stdout);
    expect(spanish.stdout).toContain('contenedores');
    expect(english.stdout).toContain('containers');
  });

  it('says how it is used, and where there are no explanations', async () => {
    expect(await (await open('en')).run('explain')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('usage'),
    });
    const bare = await Session.create({ seed: 'bare' });
    expect((await bare.run('explain ls')).exit).toBe(1);
  });

  it('is in no image', async () => {
    const { exit } = await (await open('en')).run('docker run --rm busybox explain ls');
    expect(exit).toBe(127);
  });
});

describe('--help', () => {
  it('describes commands and flags in the language of the reader', async () => {
    const { stdout } = await (await open('es')).run('docker ps --help');
    expect(stdout).toContain('Muestra los contenedores');
    expect(stdout).toMatch(/-a, --all +\S/);
  });

  it('describes nothing without the texts, as before', async () => {
    const { stdout } = await (await Session.create({ seed: 'bare' })).run('docker ps --help');
    expect(stdout).toMatch(/^ {2}-a, --all$/m);
  });
});
