import { beforeEach, describe, expect, test } from 'vitest';
import { Lab, refusal } from './lab.ts';

let lab: Lab;

beforeEach(() => {
  lab = new Lab();
  lab.pull('busybox');
});

const state = (ref: string) => lab.engine.containerInspect(ref).State;

describe('running to the end', () => {
  test('gives output and exit code, and logs both streams', () => {
    expect(lab.foreground('busybox', ['echo', 'hello', 'world'], { name: 'hi' })).toEqual({
      code: 0,
      out: 'hello world\n',
    });
    expect(lab.foreground('busybox', ['both'], { name: 'both' }).code).toBe(3);
    expect(lab.logs('both')).toBe('one\ntwo\nthree');
    expect(lab.logs('both', { tail: 2 })).toBe('two\nthree');
    expect(state('both')).toMatchObject({ Status: 'exited', ExitCode: 3, Running: false, Pid: 0 });
  });

  test('costs about as much time as the real engine takes', () => {
    const before = lab.kernel.clock.now;
    lab.foreground('busybox', ['echo']);
    expect(lab.kernel.clock.now - before).toBeGreaterThan(100);
    expect(lab.kernel.clock.now - before).toBeLessThan(260);
  });

  test('events come in the order of the real engine', () => {
    const events = lab.events();
    lab.foreground('busybox', ['echo'], { HostConfig: { AutoRemove: true } });
    lab.pass(100);
    expect(events).toEqual([
      'container create',
      'container attach',
      'network connect',
      'container start',
      'network disconnect',
      'container die',
      'container destroy',
    ]);
    expect(lab.engine.containerList({ all: true })).toEqual([]);
  });

  test('environment: PATH, HOSTNAME, the configured ones, HOME', () => {
    const { out } = lab.foreground('busybox', ['env'], {
      Config: { Image: '', Env: ['B=2', 'A=1'], Hostname: 'box' },
    });
    expect(out).toBe('PATH=/bin\nHOSTNAME=box\nB=2\nA=1\nHOME=/root\n');
  });

  test('process 1 is immune to signals from inside', () => {
    expect(lab.foreground('busybox', ['suicide']).code).toBe(0);
  });
});

describe('what cannot be started', () => {
  test('a missing command: 127, still created', () => {
    const id = lab.create('busybox', ['nosuchcommand'], { name: 'notfound' });
    expect(refusal(() => lab.run(() => lab.engine.containerStart(id)))).toBe(
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nosuchcommand": executable file not found in $PATH',
    );
    expect(state('notfound')).toMatchObject({ Status: 'created', ExitCode: 127 });
    expect(state('notfound').Error).toContain('executable file not found');
  });

  test('a file that is not executable, a directory: 126', () => {
    const start = (cmd: string) => refusal(() => lab.start('busybox', [cmd]));
    expect(start('/etc/passwd')).toContain('exec: "/etc/passwd": permission denied');
    expect(start('/tmp')).toContain('exec: "/tmp": is a directory: permission denied');
    expect(start('/bin/no')).toContain('exec: "/bin/no": stat /bin/no: no such file or directory');
    expect(refusal(() => lab.start('busybox', ['env'], { Config: { Image: '', User: 'nosuchuser' } }))).toBe(
      'unable to find user nosuchuser: no matching entries in passwd file',
    );
  });

  test('names', () => {
    const id = lab.create('busybox', ['env'], { name: 'box' });
    expect(refusal(() => lab.create('busybox', ['env'], { name: 'box' }))).toBe(
      `Conflict. The container name "/box" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
    expect(refusal(() => lab.create('busybox', ['env'], { name: 'x' }))).toBe(
      'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
    expect(refusal(() => lab.run(() => lab.engine.containerRename('box', 'bad name')))).toBe(
      'Error when allocating new name: Invalid container name (/bad name), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
    expect(refusal(() => lab.create('nosuch', ['env']))).toBe('No such image: nosuch:latest');
  });
});

describe('stopping', () => {
  test('a program with a handler stops at once with 0, one without after the time of grace with 137', () => {
    const polite = lab.start('busybox', ['polite']);
    const before = lab.kernel.clock.now;
    lab.run(() => lab.engine.containerStop(polite));
    expect(lab.kernel.clock.now - before).toBeLessThan(1300);
    expect(state(polite).ExitCode).toBe(0);
    const stubborn = lab.start('busybox', ['sleep', '1000']);
    const then = lab.kernel.clock.now;
    lab.run(() => lab.engine.containerStop(stubborn, { timeout: 1 }));
    expect(lab.kernel.clock.now - then).toBeGreaterThan(1000);
    expect(state(stubborn).ExitCode).toBe(137);
  });

  test('with --init the signal reaches the command: 143', () => {
    const id = lab.start('busybox', ['sleep', '1000'], { HostConfig: { Init: true } });
    lab.run(() => lab.engine.containerStop(id));
    expect(state(id).ExitCode).toBe(143);
  });

  test('kill: waits for SIGKILL, only sends others, refuses nonsense', () => {
    const id = lab.start('busybox', ['sleep', '1000'], { name: 'box' });
    lab.run(() => lab.engine.containerKill('box', 'TERM'));
    expect(state(id).Running).toBe(true);
    expect(refusal(() => lab.run(() => lab.engine.containerKill('box', 'BOGUS')))).toBe(
      'cannot kill container: box: invalid signal: BOGUS',
    );
    lab.run(() => lab.engine.containerKill('box'));
    expect(state(id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
    expect(refusal(() => lab.run(() => lab.engine.containerKill('box')))).toBe(
      `cannot kill container: box: container ${id} is not running`,
    );
    expect(refusal(() => lab.run(() => lab.engine.containerKill('nosuch')))).toBe(
      'cannot kill container: nosuch: No such container: nosuch',
    );
  });

  test('pause freezes, exec refuses, stop still works', () => {
    const id = lab.start('busybox', ['sleep', '1'], { name: 'box' });
    lab.run(() => lab.engine.containerPause(id));
    lab.pass(3000);
    expect(lab.engine.containerList()[0]).toMatchObject({ State: 'paused', Status: 'Up 3 seconds (Paused)' });
    expect(refusal(() => lab.engine.execCreate('box', { Cmd: ['env'] }))).toBe(
      'Container box is paused, unpause the container before exec',
    );
    expect(refusal(() => lab.run(() => lab.engine.containerPause(id)))).toBe(
      `container ${id} is already paused`,
    );
    lab.run(() => lab.engine.containerUnpause(id));
    lab.pass(500);
    expect(state(id).Status).toBe('exited');
  });

  test('a client that is killed does not stop a stop', () => {
    const id = lab.start('busybox', ['sleep', '1000']);
    lab.run(function* (p) {
      const child = p.kernel.spawn({
        ...p,
        argv: ['stop'],
        parent: p,
        program: () => noCode(lab.engine.containerStop(id, { timeout: 2 })),
      });
      yield* p.sleep(500);
      child.signal('INT');
    });
    lab.pass(3000);
    expect(state(id).Status).toBe('exited');
  });
});

function* noCode(body: ReturnType<Lab['engine']['containerStop']>) {
  yield* body;
  return 0;
}

describe('removing and restarting', () => {
  test('rm refuses a running container unless forced', () => {
    lab.start('busybox', ['sleep', '1000'], { name: 'crate' });
    expect(refusal(() => lab.run(() => lab.engine.containerRemove('crate')))).toBe(
      'cannot remove container "crate": container is running: stop the container before removing or force remove',
    );
    const events = lab.events();
    lab.run(() => lab.engine.containerRemove('crate', { force: true }));
    expect(events).toEqual(['container kill', 'network disconnect', 'container die', 'container destroy']);
    expect(refusal(() => lab.engine.containerInspect('crate'))).toBe('No such container: crate');
  });

  test('restart policies', () => {
    const fail = lab.start('busybox', ['exit', '1'], {
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
    });
    const fine = lab.start('busybox', ['exit', '0'], {
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 } },
    });
    const always = lab.start('busybox', ['exit', '1'], {
      HostConfig: { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } },
    });
    lab.pass(5000);
    expect(lab.engine.containerInspect(fail)).toMatchObject({
      RestartCount: 3,
      State: { Status: 'exited', ExitCode: 1 },
    });
    expect(lab.engine.containerInspect(fine)).toMatchObject({ RestartCount: 0, State: { Status: 'exited' } });
    expect(lab.engine.containerInspect(always).RestartCount).toBeGreaterThan(3);
    expect(state(always).Running).toBe(true);
    lab.run(() => lab.engine.containerStop(always, { timeout: 0 }));
    lab.pass(60_000);
    expect(state(always).Status).toBe('exited');
  });

  test('kill counts as stopped by hand', () => {
    const id = lab.start('busybox', ['sleep', '1000'], {
      HostConfig: { RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 } },
    });
    lab.run(() => lab.engine.containerKill(id));
    lab.pass(5000);
    expect(state(id).Status).toBe('exited');
  });

  test('docker restart keeps the files', () => {
    const id = lab.start('busybox', ['sleep', '1000']);
    lab.exec(id, ['put', '/made', 'x']);
    const events = lab.events();
    lab.run(() => lab.engine.containerRestart(id, { timeout: 0 }));
    expect(events.filter((event) => event.startsWith('container'))).toEqual([
      'container kill',
      'container kill',
      'container stop',
      'container die',
      'container start',
      'container restart',
    ]);
    expect(lab.exec(id, ['show', '/made'])).toEqual({ code: 0, out: 'x\n' });
  });

  test('wait', () => {
    const id = lab.start('busybox', ['exit', '7']);
    expect(lab.run(() => lab.engine.containerWait(id)).StatusCode).toBe(7);
    expect(lab.run(() => lab.engine.containerWait(id)).StatusCode).toBe(7);
    const gone = lab.create('busybox', ['exit', '4'], { HostConfig: { AutoRemove: true } });
    const code = lab.run(function* () {
      const wait = lab.engine.containerWait(gone, 'removed');
      yield* lab.engine.containerStart(gone);
      return (yield* wait).StatusCode;
    });
    expect(code).toBe(4);
    expect(lab.engine.containerList({ all: true }).some((c) => c.Id === gone)).toBe(false);
  });
});

describe('exec', () => {
  test('runs beside process 1', () => {
    const id = lab.start('busybox', ['sleep', '1000'], { name: 'target' });
    expect(lab.exec('target', ['echo', 'x'])).toEqual({ code: 0, out: 'x\n' });
    expect(lab.exec('target', ['exit', '7']).code).toBe(7);
    expect(lab.exec('target', ['nosuchcommand'])).toEqual({
      code: 127,
      out: 'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuchcommand": executable file not found in $PATH\r\n',
    });
    expect(lab.exec('target', ['/etc/passwd']).code).toBe(126);
    lab.run(() => lab.engine.containerStop(id, { timeout: 0 }));
    expect(refusal(() => lab.exec('target', ['echo']))).toBe(`container ${id} is not running`);
  });

  test('health checks', () => {
    const Healthcheck = { Test: ['CMD', 'test', '/tmp/ok'], Interval: 1e9, Timeout: 1e9, Retries: 2 };
    const id = lab.start('busybox', ['sleep', '1000'], { Config: { Image: '', Healthcheck } });
    lab.exec(id, ['put', '/tmp/ok', '1']);
    expect(state(id).Health?.Status).toBe('starting');
    lab.pass(2000);
    expect(state(id).Health).toMatchObject({ Status: 'healthy', FailingStreak: 0 });
    lab.exec(id, ['gone', '/tmp/ok']);
    lab.pass(3000);
    expect(state(id).Health).toMatchObject({ Status: 'unhealthy' });
    expect(lab.engine.containerList({ filters: { health: ['unhealthy'] } })).toHaveLength(1);
  });

  test('out of memory', () => {
    const id = lab.start('busybox', ['memory', '99999999'], { HostConfig: { Memory: 16_777_216 } });
    lab.pass(500);
    expect(state(id)).toMatchObject({ OOMKilled: true, ExitCode: 137, Status: 'exited' });
  });
});
