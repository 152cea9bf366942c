import { describe, expect, test } from 'vitest';
import { layer, withoutRepeats, withoutReset } from '../../../src/docker/compose/project/layers.ts';
import { Session } from '../../../src/shell/session.ts';

const HOME = '/home/student/lab';

async function lab(files: Readonly<Record<string, string>>): Promise<(command: string) => Promise<string>> {
  const session = await Session.create({ seed: 'stages', images: ['busybox'] });
  for (const [name, text] of Object.entries(files)) session.writeFile(`${HOME}/${name}`, text);
  return async (command) => {
    const { stdout, stderr } = await session.run(command, { timeout: 60_000 });
    return stdout + stderr;
  };
}

describe('several files', () => {
  test('pairs are gathered, a later one of the same key takes its place', () => {
    const under = { services: { a: { environment: { A: 1, B: 2 }, ports: ['80'] } } };
    const over = { services: { a: { environment: ['B=3'], ports: ['80', '90'] } } };
    expect(withoutRepeats(layer(under, over))).toEqual({
      services: { a: { environment: ['A=1', 'B=3'], ports: ['80', '90'] } },
    });
  });
  test('what is not of one kind is refused', () =>
    expect(() =>
      layer({ services: { a: { build: {}, ports: ['1'] } } }, { services: { a: { ports: 5 } } }),
    ).toThrow('cannot override services.a.ports'));
  test('!reset drops what was said before', () =>
    expect(withoutReset({ services: { a: { ports: [1], image: 'x' } } }, ['services.a.ports'])).toEqual({
      services: { a: { image: 'x' } },
    }));
  test('!override replaces, !reset removes a service', async () => {
    const run = await lab({
      'compose.yaml': 'services:\n  a:\n    image: x\n    environment: {A: 1}\n  b:\n    image: y\n',
      'over.yaml': 'services:\n  a:\n    environment: !override {B: 2}\n  b: !reset null\n',
    });
    const shown = await run('docker compose -f compose.yaml -f over.yaml config');
    expect(shown).toContain('environment:\n      B: "2"\n');
    expect(shown).not.toContain('image: y');
  });
  test('an included file keeps its own folder, and may not be redefined', async () => {
    const run = await lab({
      'lib/inc.yaml': 'services:\n  tool:\n    image: busybox\n    volumes: ["./d:/d"]\n',
      'compose.yaml': 'include: [lib/inc.yaml]\nservices:\n  a:\n    image: busybox\n',
      'bad.yaml': 'include: [lib/inc.yaml]\nservices:\n  tool:\n    image: alpine\n',
    });
    expect(await run('docker compose config tool')).toContain(`source: ${HOME}/lib/d\n`);
    expect(await run('docker compose -f bad.yaml config')).toBe(
      'services.tool conflicts with imported resource\n',
    );
  });
});

describe('single-letter names', () => {
  test('before a colon are a Windows drive, as compose-go reads them', async () => {
    const run = await lab({
      'compose.yaml': 'services:\n  a:\n    image: busybox\n    volumes: ["v:/v"]\nvolumes: {v: {}}\n',
    });
    expect(await run('docker compose config')).toContain('target: v:/v\n');
  });
});

describe('commands', () => {
  const sleeper = 'image: busybox\n    command: sleep 100\n    stop_grace_period: 0s\n';
  test('--dry-run says what it would do and does nothing', async () => {
    const run = await lab({ 'compose.yaml': `services:\n  a:\n    ${sleeper}` });
    expect(await run('docker compose --dry-run up -d')).toBe(
      ['Network lab_default  Creating', 'Network lab_default  Created', 'Container lab-a-1  Creating']
        .concat(['Container lab-a-1  Created', 'Container lab-a-1  Starting', 'Container lab-a-1  Started'])
        .map((line) => ` DRY-RUN MODE -  ${line}\n`)
        .join(''),
    );
    expect(await run('docker ps -aq; docker network ls -q -f name=lab_default')).toBe('');
  });
  test('wait gives the exit code of the service', async () => {
    const run = await lab({
      'compose.yaml': 'services:\n  a:\n    image: busybox\n    command: sh -c "sleep 2; exit 5"\n',
    });
    await run('docker compose up -d');
    expect(await run('docker compose wait a; echo $?')).toMatch(
      /^container "[0-9a-f]{64}" exited with status code 5\n5\n$/,
    );
  });
  test('hooks run after the start; a failing one stops up', async () => {
    const run = await lab({
      'compose.yaml': `services:\n  a:\n    ${sleeper}    post_start: [{command: touch /tmp/made}]\n`,
      'bad.yaml': `services:\n  b:\n    ${sleeper}    post_start: [{command: "false"}]\n`,
    });
    await run('docker compose up -d');
    expect(await run('docker compose exec -T a ls /tmp')).toBe('made\n');
    expect(await run('docker compose -f bad.yaml up -d; echo $?')).toMatch(/b hook exited with status 1\n$/);
  });
  test('watch carries changed files into the containers', async () => {
    const run = await lab({
      'site/a.txt': 'one\n',
      'compose.yaml': `services:\n  a:\n    ${sleeper}    develop:\n      watch: [{action: sync, path: ./site, target: /site}]\n`,
    });
    await run(
      'docker compose watch > log 2>&1 & sleep 2; echo two > site/a.txt; sleep 2; kill -INT %1; wait',
    );
    expect(await run('docker compose exec -T a cat /site/a.txt; tail -2 log')).toBe(
      'two\nSyncing service "a" after 1 changes were detected\n\n',
    );
  });
  test('secrets of a variable and configs written in the file are put into the container', async () => {
    const run = await lab({
      'compose.yaml':
        'services:\n  a:\n    image: busybox\n    command: cat /run/secrets/s /c\n    secrets: [s]\n    configs: [c]\nsecrets: {s: {environment: S}}\nconfigs: {c: {content: "from ${S}"}}\n',
    });
    expect(await run('S=me docker compose up --no-log-prefix 2>/dev/null')).toContain('mefrom me\n');
  });
});

test('config --variables tells what is required and what stands for it', async () => {
  const run = await lab({
    'compose.yaml': 'services:\n  a:\n    image: "$IMG:${TAG:-1}"\n    command: ${CMD:?none}\n',
  });
  const table = await run('docker compose config --variables');
  expect(table.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'],
    ['CMD', 'true'],
    ['IMG', 'false'],
    ['TAG', 'false', '1'],
    [''],
  ]);
});
