import { describe, expect, test } from 'vitest';
import { type RunResult, Session } from '../../../src/shell/session.ts';

const start = (compose: string, files: Readonly<Record<string, string>> = {}): Promise<Session> =>
  Session.create({
    seed: 'compose',
    images: ['busybox:latest', 'nginx:latest'],
    files: { 'compose.yaml': compose, ...files },
  });

const runs = async (session: Session, command: string): Promise<RunResult> =>
  session.run(command, { timeout: 60_000 });

describe('docker compose', () => {
  test('a service is found by its name, and down keeps volumes', async () => {
    const session = await start(
      'services:\n  web:\n    image: nginx\n  one:\n    image: busybox\n    command: sleep 100\n    stop_grace_period: 1s\n    volumes: ["data:/data"]\nvolumes: {data: }\n',
    );
    expect((await runs(session, 'docker compose up -d')).exit).toBe(0);
    expect(
      (await runs(session, 'docker compose exec -T one wget -qO- http://web | grep -c nginx')).exit,
    ).toBe(0);
    expect((await runs(session, 'docker compose up -d')).stderr).toBe(
      ' Container lab-one-1  Running\n Container lab-web-1  Running\n',
    );
    expect((await runs(session, 'docker compose down')).exit).toBe(0);
    expect((await runs(session, 'docker ps -aq; docker volume ls -q')).stdout).toBe('lab_data\n');
    expect((await runs(session, 'docker compose down -v; docker volume ls -q')).stdout).toBe('');
  });

  test('what changed is made anew, the rest is left alone', async () => {
    const file = (value: number): string =>
      `services:\n  a:\n    image: busybox\n    command: sleep 100\n    stop_grace_period: 1s\n    environment: {N: ${value}}\n  b:\n    image: busybox\n    command: sleep 100\n    stop_grace_period: 1s\n`;
    const session = await start(file(1));
    await runs(session, 'docker compose up -d');
    session.writeFile('compose.yaml', file(2));
    const { stderr } = await runs(session, 'docker compose up -d');
    expect(stderr).toContain('Container lab-a-1  Recreated');
    expect(stderr).toContain('Container lab-b-1  Running');
    expect((await runs(session, 'docker compose exec -T a env | grep ^N')).stdout).toBe('N=2\n');
  });

  test('in the foreground the exit code is 0 unless it is asked for', async () => {
    const session = await start(
      'services:\n  a:\n    image: busybox\n    command: sh -c "echo hi; exit 3"\n',
    );
    const plain = await runs(session, 'docker compose up');
    expect([plain.exit, plain.stdout]).toEqual([
      0,
      'Attaching to a-1\na-1  | hi\n\r\x1b[Ka-1 exited with code 3\n',
    ]);
    expect((await runs(session, 'docker compose up --exit-code-from a')).exit).toBe(3);
  });

  test('Ctrl-C stops the services', async () => {
    const session = await start('services:\n  a:\n    image: nginx\n');
    const result = await session.run('docker compose up', { stopAfter: 2000, timeout: 60_000 });
    expect(result.exit).toBe(130);
    expect(result.stderr).toContain('Container lab-a-1  Stopped');
    expect((await runs(session, 'docker compose ps -q')).stdout).toBe('');
  });

  test('a failed dependency stops up', async () => {
    const session = await start(
      'services:\n  m:\n    image: busybox\n    command: "false"\n  w:\n    image: busybox\n    depends_on: {m: {condition: service_completed_successfully}}\n',
    );
    const { exit, stderr } = await runs(session, 'docker compose up -d');
    expect(exit).toBe(1);
    expect(stderr).toMatch(/service "m" didn't complete successfully: exit 1\n$/);
  });

  test('errors', async () => {
    const session = await start('services:\n  a:\n    image: ${NO:?tell me}\n');
    const said = async (command: string): Promise<string> => (await runs(session, command)).stderr;
    expect(await said('docker compose config')).toBe(
      'error while interpolating services.a.image: required variable NO is missing a value: tell me\n',
    );
    expect(await said('docker compose up --foo')).toBe('unknown flag: --foo\n');
    expect(await said('docker compose publish x')).toBe(
      'muelle: docker compose publish is not simulated here\n',
    );
    expect(await said('cd /; docker compose ps')).toBe('no configuration file provided: not found\n');
  });

  test('docker-compose is its old name', async () => {
    const session = await start('services:\n  a:\n    image: busybox\n');
    expect((await runs(session, 'docker-compose config --services')).stdout).toBe('a\n');
  });
});
