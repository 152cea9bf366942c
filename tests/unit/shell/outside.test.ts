import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

const LAB = '/home/student/lab';

async function session(
  images: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Session> {
  const made = await Session.create({ seed: 'outside', images });
  made.onBug = (error) => {
    throw error;
  };
  for (const [name, content] of Object.entries(files)) made.writeFile(`${LAB}/${name}`, content);
  return made;
}

describe('the outside world', () => {
  it('serves WordPress over https to hosts and containers, while the way out is open', async () => {
    const lab = await session(['busybox']);
    const get = 'wget -qO- https://wordpress.org/latest.tar.gz | tar tz | head -n 2';
    expect((await lab.run(`docker run --rm busybox sh -c '${get}'`)).stdout).toBe(
      'wordpress/\nwordpress/index.php\n',
    );
    expect(
      (await lab.run("docker run --rm --network none busybox sh -c 'wget -q http://wordpress.org'")).stderr,
    ).toBe("wget: bad address 'wordpress.org'\n");
    expect((await lab.run('docker run --rm busybox wget -q http://nosuch.example.com')).stderr).toContain(
      'bad address',
    );
    const stand = await lab.run('docker run --rm busybox wget -qO- http://example.com');
    expect(stand.stdout).toContain('stands for example.com');
    expect((await lab.run('docker run --rm busybox ping -c 1 8.8.8.8')).stdout).toContain('ttl=115');
    lab.engine.online = false;
    expect((await lab.run(`docker run --rm busybox wget -q https://wordpress.org`)).stderr).toContain(
      'bad address',
    );
  });

  it('ADD takes a file from a URL, with mode 0600', async () => {
    const lab = await session(['busybox'], {
      Dockerfile:
        'FROM busybox\nADD https://www.mongodb.org/static/pgp/server-8.0.asc /k/\nRUN stat -c %a /k/server-8.0.asc > /mode\n',
      'bad/Dockerfile': 'FROM busybox\nADD https://www.mongodb.org/nosuch /k/\n',
    });
    await lab.run('docker build -q -t t .');
    expect((await lab.run('docker run --rm t cat /mode')).stdout).toBe('600\n');
    expect((await lab.run('docker build -q bad')).stderr).toContain('invalid response status 404');
  });

  it('telnet leaves with Ctrl-] quit', async () => {
    const lab = await session(['ubuntu:24.04'], {
      Dockerfile:
        'FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y telnet\nCMD ["telnet", "towel.blinkenlights.nl"]\n',
    });
    await lab.run('docker build -q -t film .');
    const ran = await lab.run('docker run -it --rm film', {
      terminal: { columns: 80, rows: 24 },
      input: '\x1dquit\n',
    });
    expect(ran.stdout).toContain('Connected to towel.blinkenlights.nl.');
    expect(ran.stdout).toMatch(/telnet> quit\r\nConnection closed\.\r\n$/);
    expect(ran.exit).toBe(0);
  });

  it('apt wants the certificates and a readable key of another repository', async () => {
    const source =
      'deb [signed-by=/k.asc] https://repo.mongodb.org/apt/ubuntu noble/mongodb-org/8.0 multiverse';
    const build = (steps: string): Record<string, string> => ({
      Dockerfile: `FROM ubuntu:24.04\n${steps}\nRUN echo '${source}' > /etc/apt/sources.list.d/m.list\nRUN apt-get update && apt-get install -y mongodb-org-server\n`,
    });
    const ca = 'RUN apt-get update && apt-get install -y ca-certificates';
    const key = 'ADD --chmod=644 https://www.mongodb.org/static/pgp/server-8.0.asc /k.asc';
    const said = async (steps: string): Promise<string> =>
      (await (await session(['ubuntu:24.04'], build(steps))).run('docker build --progress=plain .')).stderr;
    expect(await said(key)).toContain('Certificate verification failed');
    expect(await said(ca)).toContain('NO_PUBKEY');
    expect(await said(`${ca}\n${key.replace(' --chmod=644', '')}`)).toContain("not readable by user '_apt'");
    expect(await said(`${ca}\n${key}`)).toContain('Setting up mongodb-org-server (8.0.15)');
  });
});

describe('gcc', () => {
  const dockerfile = (base: string, flags: string): string =>
    `FROM ${base} AS b\nRUN apt-get update && apt-get install -y gcc\nCOPY h.c /\nRUN gcc ${flags} -o /h /h.c\nFROM scratch\nCOPY --from=b /h /h\nCMD ["/h"]\n`;
  const good =
    '#include <stdio.h>\nint main(void) {\n  for (int i = 0; i < 2; i++) printf("%d\\n", i);\n  return 3;\n}\n';

  it('a static program runs without a system, a dynamic one does not', async () => {
    const lab = await session(['debian:13'], {
      'h.c': good,
      Dockerfile: dockerfile('debian:13', '-static'),
      Dynamic: dockerfile('debian:13', ''),
    });
    await lab.run('docker build -q -t s .; docker build -q -t d -f Dynamic .');
    expect(await lab.run('docker run --rm s')).toMatchObject({ stdout: '0\n1\n', exit: 3 });
    expect(await lab.run('docker run --rm d')).toMatchObject({
      stderr: 'exec /h: no such file or directory\n',
      exit: 255,
    });
  });

  it('a missing header is a warning before GCC 14 and an error since', async () => {
    const files = { 'h.c': 'int main() {\n  puts("x");\n  return 0;\n}\n' };
    const build = async (base: string): Promise<string> =>
      (
        await (
          await session([base], { ...files, Dockerfile: dockerfile(base, '') })
        ).run('docker build --progress=plain .')
      ).stderr;
    expect(await build('debian:12')).toMatch(
      /h\.c:2:3: warning: implicit declaration[\s\S]*exporting to image/,
    );
    expect(await build('debian:13')).toMatch(/h\.c:2:3: error: implicit declaration[\s\S]*exit code: 1/);
  });
});

it('a container sees its limits in the files of cgroup v2, as on current machines', async () => {
  const lab = await session(['alpine']);
  const read = 'cd /sys/fs/cgroup; cat memory.max cpu.max pids.max cpu.weight; nproc';
  const limits = '-m 64m --cpus 1.5 --pids-limit 50 --cpu-shares 512 --cpuset-cpus 1';
  expect((await lab.run(`docker run --rm ${limits} alpine sh -c '${read}'`)).stdout).toBe(
    '67108864\n150000 100000\n50\n20\n1\n',
  );
  expect((await lab.run(`docker run --rm alpine sh -c '${read}'`)).stdout).toBe(
    'max\nmax 100000\nmax\n100\n2\n',
  );
});
