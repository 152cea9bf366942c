import { describe, expect, test } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

/** Rules learnt from our own recordings (tests/conformance/own), each in one session. */
const session = (): Promise<Session> => Session.create({ seed: 'rules', images: ['busybox', 'redis'] });

async function output(on: Session, command: string): Promise<string> {
  const { stdout, stderr } = await on.run(command, { timeout: 60_000 });
  return stdout + stderr;
}

describe('mounts', () => {
  test('a tmpfs holds no more than its size', async () => {
    const s = await session();
    const said = await output(
      s,
      "docker run --rm --tmpfs /t:size=64k busybox sh -c 'dd if=/dev/zero of=/t/f bs=1k count=100; wc -c < /t/f'",
    );
    expect(said).toContain('No space left on device');
    expect(said).toContain('65536');
  });

  test('a volume may be a tmpfs with an owner, or another directory', async () => {
    const s = await session();
    await s.run('docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m,uid=1000 tv');
    expect(await output(s, 'docker run --rm -v tv:/t busybox stat -c %u /t')).toBe('1000\n');
    await s.run(
      'mkdir own; touch own/here; docker volume create --opt type=none --opt o=bind --opt device=$PWD/own bv',
    );
    expect(await output(s, 'docker run --rm -v bv:/b busybox ls /b')).toBe('here\n');
    expect(await output(s, 'docker volume create --opt type=nfs nf')).toContain(
      'missing required option: "device"',
    );
  });
});

describe('builds', () => {
  test('secrets are files or variables, and in no layer', async () => {
    const s = await session();
    s.writeFile('token', 'abc');
    s.writeFile(
      'Dockerfile',
      'FROM busybox\nRUN --mount=type=secret,id=t cat /run/secrets/t > /copy\nRUN ls /run/secrets || echo gone\n',
    );
    await s.run('docker build -q --secret id=t,src=token -t img .');
    expect(await output(s, 'docker run --rm img cat /copy')).toBe('abc');
    expect(await output(s, 'docker run --rm img ls /run/secrets')).toContain('No such file');
  });

  test('--output writes the files of the result', async () => {
    const s = await session();
    s.writeFile('Dockerfile', 'FROM scratch\nCOPY token /t\n');
    s.writeFile('token', 'abc');
    await s.run('docker build -o out .');
    expect(await output(s, 'cat out/t')).toBe('abc');
  });

  test('an ARG with a value beats an earlier ENV, a later ENV beats the ARG', async () => {
    const s = await session();
    s.writeFile(
      'Dockerfile',
      'FROM busybox\nENV A=2\nARG A=1\nRUN echo first=$A\nENV A=4\nRUN echo second=$A\n',
    );
    const said = await output(s, 'docker build --progress plain --build-arg A=3 .');
    expect(said).toContain('first=3');
    expect(said).toContain('second=4');
  });

  test('gzipped archives are unpacked by ADD and loaded', async () => {
    const s = await session();
    await s.run('mkdir d; echo one > d/1; tar -C d -czf a.tgz .; docker save busybox | gzip > b.tgz');
    s.writeFile('Dockerfile', 'FROM busybox\nADD a.tgz /x/\n');
    await s.run('docker build -q -t img .');
    expect(await output(s, 'docker run --rm img cat /x/1')).toBe('one\n');
    expect(await output(s, 'docker load < b.tgz')).toContain('Loaded image: busybox:latest');
  });
});

describe('the CLI', () => {
  test('contexts are made, used and removed', async () => {
    const s = await session();
    expect(await output(s, 'docker context create lab --docker host=unix:///var/run/docker.sock')).toContain(
      'lab\n',
    );
    await s.run('docker context use lab');
    expect(await output(s, 'docker context show')).toBe('lab\n');
    expect((await s.run('docker ps')).exit).toBe(0);
    expect(await output(s, 'docker context rm lab')).toContain('is in use, set -f flag to force remove');
    await s.run('docker context use default; docker context rm lab');
    expect(await output(s, 'docker context ls -q')).toBe('default\n');
  });

  test('ps words the failures of its templates in its own way', async () => {
    const s = await session();
    expect(await output(s, "docker ps --format '{{.Names'")).toMatch(/^failed to parse template: /);
    expect(await output(s, "docker volume ls --format '{{.X'")).toMatch(/^template parsing error: /);
  });

  test('what stands in the configuration is the format of ps', async () => {
    const s = await session();
    await s.run(`mkdir -p ~/.docker; echo '{"psFormat":"<{{.Names}}>"}' > ~/.docker/config.json`);
    await s.run('docker create --name one busybox');
    expect(await output(s, 'docker ps -a')).toBe('<one>\n');
  });
});

test('a container that is paused or stopped counts as unhealthy', async () => {
  const s = await session();
  await s.run('docker run -d --name hh --health-cmd true --health-interval 200ms busybox sleep 100; sleep 1');
  const status = "docker inspect hh -f '{{.State.Health.Status}}'";
  expect(await output(s, status)).toBe('healthy\n');
  await s.run('docker pause hh');
  expect(await output(s, status)).toBe('unhealthy\n');
  await s.run('docker unpause hh; sleep 1');
  expect(await output(s, status)).toBe('healthy\n');
});

test('processes of containers have the numbers that runc leaves', async () => {
  const s = await session();
  await s.run('docker run -d --name nn busybox sleep 100');
  expect(await output(s, "docker exec nn sh -c 'echo $$'")).toBe('7\n');
});
