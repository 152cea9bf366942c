import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

const session = (files: Readonly<Record<string, string>> = {}): Promise<Session> =>
  Session.create({ seed: 'build', images: ['busybox:latest', 'alpine:latest'], files });

const run = async (s: Session, command: string): Promise<string> => {
  const { stdout, stderr } = await s.run(command);
  return stdout + stderr;
};

/** Title and end of each step: `[2/3] RUN x` ⇒ DONE. */
function steps(output: string): Record<string, string> {
  const titles = new Map<string, string>();
  const out: Record<string, string> = {};
  for (const line of output.split('\n')) {
    const [, number = '', rest = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (number === '') continue;
    if (!titles.has(number)) titles.set(number, rest.replace(/@sha256:\w+/, ''));
    else if (/^(?:DONE|CACHED|ERROR|CANCELED)/.test(rest))
      out[titles.get(number) ?? ''] = rest.split(/[ :]/)[0] ?? '';
  }
  return out;
}

describe('BuildKit', () => {
  it('runs what has changed and nothing else', async () => {
    const s = await session({
      Dockerfile: 'FROM busybox\nRUN echo one > /one\nCOPY f /f\nRUN cat /f\n',
      f: 'x',
    });
    expect(steps(await run(s, 'docker build -t a .'))).toMatchObject({
      '[1/4] FROM docker.io/library/busybox:latest': 'DONE',
      '[4/4] RUN cat /f': 'DONE',
    });
    expect(steps(await run(s, 'touch f; docker build -t a .'))).toMatchObject({
      '[2/4] RUN echo one > /one': 'CACHED',
      '[3/4] COPY f /f': 'CACHED',
      '[4/4] RUN cat /f': 'CACHED',
    });
    expect(steps(await run(s, 'echo y > f; docker build -t a .'))).toMatchObject({
      '[2/4] RUN echo one > /one': 'CACHED',
      '[3/4] COPY f /f': 'DONE',
      '[4/4] RUN cat /f': 'DONE',
    });
    expect(steps(await run(s, 'docker build --no-cache -t a .'))).toMatchObject({
      '[1/4] FROM docker.io/library/busybox:latest': 'CACHED',
      '[2/4] RUN echo one > /one': 'DONE',
    });
  });

  it('skips stages nobody needs and copies from others', async () => {
    const s = await session({
      Dockerfile:
        'FROM busybox AS make\nRUN echo made > /out\nFROM busybox AS unused\nRUN false\nFROM alpine\nCOPY --from=make /out /out\nCOPY --from=0 /out /two\n',
    });
    const output = await run(s, 'docker build -t m . && docker run --rm m cat /out /two');
    expect(output).toContain('made\nmade\n');
    expect(Object.keys(steps(output)).join()).not.toContain('false');
    expect(
      await run(s, 'docker build --target make -q -t t . >/dev/null && docker run --rm t cat /out'),
    ).toBe('made\n');
  });

  it('keeps the scopes of ARG', async () => {
    const s = await session({
      Dockerfile:
        'ARG V=1\nFROM busybox\nRUN echo "a[$V]"\nARG V\nRUN echo "b[$V]"\nENV V=e\nRUN echo "c[$V]"\n',
    });
    const output = await run(s, 'docker build --build-arg V=2 . 2>&1 | grep -o "[abc]\\[.*\\]$"');
    expect(output.split('\n').filter((line) => !line.includes('"'))).toEqual(['a[]', 'b[2]', 'c[e]', '']);
  });

  it('runs in the shell, folder and account that were set', async () => {
    const s = await session({
      Dockerfile:
        'FROM busybox\nWORKDIR /w\nUSER nobody\nRUN pwd; id -un; echo $HOSTNAME\nSHELL ["/bin/sh","-ec"]\nRUN false; true\n',
    });
    const output = await run(s, 'docker build .');
    expect(output).toMatch(/ \/w\n#\d+ [\d.]+ nobody\n#\d+ [\d.]+ buildkitsandbox\n/);
    expect(output).toContain(
      'ERROR: failed to build: failed to solve: process "/bin/sh -ec false; true" did not complete successfully: exit code: 1',
    );
  });

  it('fetches base images from the registry without naming them here', async () => {
    const s = await Session.create({ seed: 'x', files: { Dockerfile: 'FROM busybox\nRUN echo hi\n' } });
    expect(
      await run(s, 'docker build -t b . 2>&1 | grep -c extracting; docker images --format "{{.Repository}}"'),
    ).toBe('1\nb\n');
    const { stderr, exit } = await s.run("printf 'FROM nosuchimage\\n' | docker build -");
    expect(exit).toBe(1);
    expect(stderr).toContain(
      'nosuchimage: failed to resolve source metadata for docker.io/library/nosuchimage:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    );
  });

  it('replaces the image that had the name', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nRUN date > /d\n' });
    await run(s, 'docker build -q -t same .; docker build --no-cache -q -t same .');
    expect(await run(s, 'docker images -aq | wc -l')).toBe('3\n');
  });

  it('leaves nothing running when it is interrupted', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nRUN sleep 100\n' });
    const { exit, stderr } = await s.run('docker build .', { stopAfter: 2000 });
    expect(exit).toBe(130);
    expect(stderr).toContain('#5 CANCELED');
    expect(s.engine.rooms.networks.get('bridge').endpoints.size).toBe(0);
  });

  it('draws over itself on a terminal', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nRUN sleep 1\n' });
    const { stdout } = await s.run('docker build .', { terminal: { columns: 80, rows: 24 } });
    expect(stdout).toContain('\x1b[?25l[+] Building 0.');
    expect(stdout).toMatch(/\[\+\] Building 1\.\ds \(\d\/\d\) FINISHED +docker:default/);
  });

  it('prunes its cache', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nRUN echo > /x\n' });
    await run(s, 'docker build -q -t p .');
    expect(await run(s, 'docker builder prune -f | grep -c "true"')).toBe('2\n');
    await run(s, 'docker builder prune -af');
    expect(steps(await run(s, 'docker build -t p .'))).toMatchObject({ '[2/2] RUN echo > /x': 'DONE' });
  });
});

describe('the legacy builder', () => {
  it('makes an image a step and uses them again', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nENV A=1\nRUN echo $A\n' });
    const build = 'DOCKER_BUILDKIT=0 docker build -t l . 2>/dev/null';
    expect(await run(s, build)).toMatch(
      /^Sending build context to Docker daemon {2}2\.048kB\nStep 1\/3 : FROM busybox\n ---> \w{12}\nStep 2\/3 : ENV A=1\n ---> Running in (\w{12})\n ---> Removed intermediate container \1\n ---> \w{12}\nStep 3\/3 : RUN echo \$A\n ---> Running in (\w{12})\n1\n ---> Removed intermediate container \2\n ---> (\w{12})\nSuccessfully built \3\nSuccessfully tagged l:latest\n$/,
    );
    expect((await run(s, build)).match(/Using cache/g)).toHaveLength(2);
    expect(await run(s, 'docker ps -aq | wc -l')).toBe('0\n');
  });

  it('ends with the code of the command that failed', async () => {
    const s = await session({ Dockerfile: 'FROM busybox\nRUN exit 7\n' });
    const { exit, stderr } = await s.run('DOCKER_BUILDKIT=0 docker build .');
    expect(exit).toBe(7);
    expect(stderr).toContain("The command '/bin/sh -c exit 7' returned a non-zero code: 7\n");
  });
});
