import { describe, expect, it } from 'vitest';
import { isComplete, type LogEntry, type Pace, Session, splitCommands } from '../../../src/shell/session.ts';

const create = (more: Partial<Parameters<typeof Session.create>[0]> = {}): Promise<Session> =>
  Session.create({ seed: 'test', ...more });

/** A pace that calls back at every breath and wait; waits take no real time. */
function pace(onTurn: (turn: number) => void): Pace {
  let turns = 0;
  const next = async (): Promise<void> => onTurn(++turns);
  return { breathe: next, wait: next };
}

describe('a session', () => {
  it('keeps folder, variables, functions, options and $? from line to line', async () => {
    const session = await create();
    const lines = [
      'cd /tmp; x=5; export Y=6',
      'f() { echo "f $1"; }; a=(1 2)',
      'pwd; echo $x ${a[1]}; env | grep ^Y; f arg',
      'false',
      'echo $?',
    ];
    const out: string[] = [];
    for (const line of lines) out.push((await session.run(line)).stdout);
    expect(out).toEqual(['', '', '/tmp\n5 2\nY=6\nf arg\n', '', '1\n']);
    expect(session.prompt).toBe('root@muelle:/tmp# ');
  });

  it('speaks as an interactive shell does', async () => {
    const session = await create();
    expect(await session.run('nosuch')).toMatchObject({
      stderr: 'bash: nosuch: command not found\n',
      exit: 127,
    });
    expect((await session.run('echo )')).stderr).toBe("bash: syntax error near unexpected token `)'\n");
    expect((await session.run('echo ${x:?gone}; echo no')).stderr).toBe('bash: x: gone\n');
  });

  it('outlives exit, exec and kill -9', async () => {
    const session = await create();
    expect((await session.run('x=1; exit 3')).exit).toBe(3);
    expect((await session.run('exec sh -c "exit 4"')).exit).toBe(4);
    expect((await session.run('kill -9 $$')).exit).toBe(137);
    expect((await session.run('echo $x')).stdout).toBe('1\n');
  });

  it('runs background jobs on between lines', async () => {
    const session = await create();
    expect((await session.run('{ sleep 2; echo late; } &')).stderr).toMatch(/^\[1\] \d+\n$/);
    expect((await session.run('echo now', { idle: 1000 })).stdout).toBe('now\n');
    const later = await session.run('echo then', { idle: 5000 });
    expect(later.stdout).toBe('late\nthen\n');
    expect(later.stderr).toContain('[1]+  Done');
  });

  it('stops a command with Ctrl-C after some time', async () => {
    const session = await create();
    expect(await session.run('sleep 100; echo no', { stopAfter: 3000 })).toMatchObject({
      exit: 130,
      stdout: '',
    });
    const looped = await session.run('while true; do echo x; sleep 1; done', { stopAfter: 2500 });
    expect(looped).toMatchObject({ exit: 130, stdout: 'x\nx\nx\n' });
    expect((await session.run('echo fine')).stdout).toBe('fine\n');
  });

  it('ends an endless loop when interrupted, and by itself when nobody could', async () => {
    const session = await create();
    const running = session.run('while true; do :; done', {
      pace: pace((turn) => turn === 20 && session.interrupt()),
    });
    expect((await running).exit).toBe(130);
    const alone = await session.run('while :; do :; done', { timeout: 2000 });
    expect(alone.exit).toBe(124);
    expect((await session.run('echo fine')).stdout).toBe('fine\n');
  });

  it('cuts a flood of output', async () => {
    const session = await create();
    const flood = await session.run('yes');
    expect(flood.exit).toBe(137);
    expect(flood.stdout.length).toBeLessThan(11_000_000);
    expect(flood.stderr).toContain('more than 10 MB');
    expect((await session.run('yes | head -1')).stdout).toBe('y\n');
  });

  it('says so when a command waits for input that cannot come', async () => {
    const session = await create();
    const result = await session.run('cat', { terminal: { columns: 80, rows: 24 } });
    expect(result.exit).toBe(124);
    expect(result.stderr + result.stdout).toContain('waits for input that never comes');
  });

  it('types input on a terminal', async () => {
    const session = await create();
    const result = await session.run('read -p "name? " n; echo "hi $n"', {
      input: 'Ada\n',
      terminal: { columns: 80, rows: 24 },
    });
    expect(result.stdout).toBe('name? Ada\r\nhi Ada\r\n');
    expect(result.elapsed).toBeGreaterThanOrEqual(500);
  });

  it('gives keys to what runs, and replays them at the same moment', async () => {
    const options = { seed: 'keys', images: ['busybox'] };
    const session = await Session.create(options);
    const terminal = { columns: 80, rows: 24 };
    const keys = [
      () => session.type('echo one\r'),
      () => session.resize(100, 30),
      () => session.type('exit 4\r'),
    ];
    const typist = setInterval(() => session.waitingForInput && keys.shift()?.(), 5);
    const run = session.run('docker run -it --name box busybox', { terminal, pace: pace(() => {}) });
    const first = await run.finally(() => clearInterval(typist));
    expect(first.exit).toBe(4);
    expect(first.stdout).toContain('one\r\n');
    const log = JSON.parse(JSON.stringify(session.log)) as LogEntry[];
    const again = await Session.replay(options, log);
    expect(again.log).toEqual(session.log);
    const ask = 'docker ps -a --no-trunc; docker inspect box; echo $RANDOM';
    expect(await again.run(ask)).toEqual(await session.run(ask));
  });

  it('is the same for the same seed and log, and different for another seed', async () => {
    const lines = [
      'docker run -d nginx',
      'sleep 3; docker ps',
      'docker run --rm busybox date; echo $RANDOM $$',
    ];
    const runs: string[] = [];
    for (const seed of ['a', 'a', 'b']) {
      const session = await Session.create({ seed, images: 'lab' });
      let all = '';
      for (const line of lines) {
        const { stdout, stderr, exit, elapsed } = await session.run(line);
        all += `${stdout}${stderr}${exit} ${elapsed}\n`;
      }
      runs.push(all);
    }
    expect(runs[1]).toBe(runs[0]);
    expect(runs[2]).not.toBe(runs[0]);
  });

  it('undoes by replaying without the last entry', async () => {
    const session = await create();
    await session.run('echo 1 > f');
    session.writeFile('g', 'text');
    await session.run('rm f g');
    const before = await Session.replay({ seed: 'test' }, session.log.slice(0, -1));
    expect((await before.run('cat f g')).stdout).toBe('1\ntext');
    expect(before.readFile('g')).toBe('text');
    expect(session.readFile('g')).toBeUndefined();
  });

  it('begins with files and images', async () => {
    const session = await create({ files: { 'app/Dockerfile': 'FROM busybox\n' }, images: ['busybox'] });
    expect((await session.run('cat app/Dockerfile; docker images -q | wc -l')).stdout).toBe(
      'FROM busybox\n1\n',
    );
  });

  it('streams pipes', async () => {
    const session = await create({ images: ['busybox'] });
    const seen: string[] = [];
    await session.run("docker run -d --name tick busybox sh -c 'while true; do date +%s; sleep 1; done'");
    const result = await session.run('docker logs -f tick | grep --line-buffered 1', {
      stopAfter: 4000,
      onOutput: (_stream, bytes) => seen.push(new TextDecoder().decode(bytes)),
    });
    expect(result.exit).toBe(130);
    expect(seen.length).toBeGreaterThan(2);
  });
});

describe('a recorded line', () => {
  it('is run as bash -c would, in the recorder script', async () => {
    const session = await create({ manner: 'script' });
    expect((await session.run('nosuch')).stderr).toBe('bash: line 9: nosuch: command not found\n');
    expect((await session.run('sleep 5 & echo $?')).stderr).toBe('');
    expect((await session.run('jobs; x=1; set -e; false; echo no')).exit).toBe(1);
    expect((await session.run('false; echo $x; trap "echo bye" EXIT')).stdout).toBe('1\nbye\n');
  });
});

describe('completion', () => {
  const items = async (session: Session, line: string): Promise<string[]> =>
    (await session.complete(line, line.length)).items.map((item) => item.text);

  it('knows commands, flags, objects and files', async () => {
    const session = await create({ images: ['busybox'], files: { 'notes.txt': '', 'dir/x': '' } });
    await session.run('docker run -d --name webby busybox sleep 100; docker volume create store');
    expect(await items(session, 'dock')).toEqual(['docker', 'docker-compose']);
    expect(await items(session, 'docker cont')).toEqual(
      ['container', 'context'].filter((word) => word.startsWith('cont')),
    );
    expect(await items(session, 'docker run --nam')).toContain('--name');
    expect(await items(session, 'docker stop we')).toEqual(['webby']);
    expect(await items(session, 'docker rmi bus')).toEqual(['busybox', 'busybox:latest']);
    expect(await items(session, 'docker volume rm st')).toEqual(['store']);
    expect(await items(session, 'docker run --network br')).toEqual(['bridge']);
    expect(await items(session, 'cat no')).toEqual(['notes.txt']);
    expect(await items(session, 'ls; cd di')).toEqual(['dir/']);
    expect((await session.complete('docker stop we', 14)).from).toBe(12);
  });
});

describe('splitCommands', () => {
  it.each([
    ['echo a\necho b', ['echo a', 'echo b']],
    ['# comment\ndocker ps # all\n\n# more\nls', ['docker ps # all', 'ls']],
    ['docker run -d \\\n  nginx\nls', ['docker run -d \\\n  nginx', 'ls']],
    ['for x in 1 2; do\n  echo $x\ndone\nls', ['for x in 1 2; do\n  echo $x\ndone', 'ls']],
    ['cat > f <<EOF\na\nb\nEOF\nls', ['cat > f <<EOF\na\nb\nEOF', 'ls']],
    ['echo "a\nb"', ['echo "a\nb"']],
    ['a; b && c', ['a; b && c']],
    ['echo )\nls', ['echo )', 'ls']],
    ['', []],
  ])('%j', (source, commands) => {
    expect(splitCommands(source).map((one) => one.text)).toEqual(commands);
  });

  it('counts lines', () => {
    expect(splitCommands('\n# x\nls\n\npwd').map((one) => one.line)).toEqual([3, 5]);
  });
});

describe('isComplete', () => {
  it.each([
    ['echo a', true],
    ['echo "a', false],
    ['if true; then', false],
    ['for x in a; do echo; done', true],
    ['cat <<E\nx', false],
    ['cat <<E\nx\nE', true],
    ['echo \\', false],
    ['echo a |', false],
    ['echo )', true],
    ['a && ', false],
    ['f() {', false],
    ['', true],
  ])('%j ⇒ %s', (source, complete) => {
    expect(isComplete(source)).toBe(complete);
  });
});
