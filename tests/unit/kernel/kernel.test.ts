import { describe, expect, it } from 'vitest';
import { text, utf8 } from '../../../src/docker/kernel/bytes.ts';
import { rfc3339Nano } from '../../../src/docker/kernel/clock.ts';
import { forkChild, spawnChild } from '../../../src/docker/kernel/exec.ts';
import { openFile } from '../../../src/docker/kernel/fs/file.ts';
import { compare, Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import { parseSignal } from '../../../src/docker/kernel/signals.ts';
import { NullFile, pipe, SinkFile } from '../../../src/docker/kernel/stream.ts';
import { Tty, TtyFile } from '../../../src/docker/kernel/tty.ts';
import { TURN } from '../../../src/docker/kernel/wait.ts';
import { Machine } from './machine.ts';

describe('processes', () => {
  it('give their exit code to whoever waits', () => {
    const machine = new Machine();
    machine.start(function* (p) {
      const child = forkChild(p, function* (c) {
        yield* c.sleep(500);
        return 7;
      });
      const status = yield* child.wait();
      yield* p.print(`${status.code} at ${Math.round(p.kernel.clock.now - 1_000_000)}`);
      return 0;
    });
    machine.settle();
    expect(machine.output).toBe('7 at 500');
    expect(machine.bugs).toEqual([]);
  });

  it('stop an endless producer when its reader has gone', () => {
    const machine = new Machine();
    const { reader, writer } = pipe();
    const producer = machine.start(
      function* (p) {
        for (;;) yield* p.print('y\n');
      },
      { files: new Map([[1, writer]]) },
    );
    writer.release();
    machine.start(
      function* (p) {
        yield* p.print((yield* p.readLine(0)) ?? 'end');
        return 0;
      },
      {
        files: new Map([
          [0, reader],
          [
            1,
            new SinkFile((b) => {
              machine.output += text(b);
            }),
          ],
        ]),
      },
    );
    reader.release();
    machine.settle();
    expect(machine.output).toBe('y');
    expect(producer.status).toMatchObject({ code: 141 });
  });

  it('use up engine time while they compute, so that a time limit ends an endless loop', () => {
    const machine = new Machine();
    const loop = machine.start(function* () {
      for (;;) yield TURN;
    });
    machine.start(function* (p) {
      yield* p.sleep(50);
      loop.signal('TERM', p);
      return 0;
    });
    machine.settle();
    expect(loop.status).toEqual({ code: 143, signal: 'TERM' });
  });

  it('run their finally clauses when they are killed while waiting', () => {
    const machine = new Machine();
    let cleaned = false;
    const sleeper = machine.start(function* (p) {
      try {
        yield* p.sleep(1e6);
      } finally {
        cleaned = true;
      }
      return 0;
    });
    machine.settle(10);
    sleeper.signal('KILL');
    expect(cleaned).toBe(true);
  });

  it('process 1 of a container ignores signals it does not handle, except KILL from outside', () => {
    const machine = new Machine();
    const pids = new PidNamespace({ protected: true });
    const init = machine.start(
      function* (p) {
        yield* p.sleep(1e6);
        return 0;
      },
      { pids },
    );
    machine.settle(10);
    init.signal('TERM');
    expect(init.running).toBe(true);
    init.signal(
      'KILL',
      forkChild(init, function* (p) {
        yield* p.sleep(1e6);
        return 0;
      }),
    );
    expect(init.running).toBe(true);
    init.signal('KILL');
    expect(init.status?.code).toBe(137);
    expect(pids.processes.size).toBe(0);
  });

  it('wake from sleep when a handled signal arrives', () => {
    const machine = new Machine();
    const p1 = machine.start(function* (p) {
      let got = '';
      p.onSignal('USR1', (signal) => (got = signal));
      const left = yield* p.sleep(1000);
      yield* p.print(`${got} ${Math.round(left / 100)}`);
      return 0;
    });
    machine.settle(300);
    p1.signal('USR1');
    machine.settle();
    expect(machine.output).toBe('USR1 7');
  });

  it('freeze and continue', () => {
    const machine = new Machine();
    const ticker = machine.start(function* (p) {
      for (let i = 0; i < 3; i++) {
        yield* p.sleep(100);
        yield* p.print(`${i}`);
      }
      return 0;
    });
    machine.settle(150);
    machine.kernel.freeze([ticker], true);
    machine.settle(1000);
    expect(machine.output).toBe('0');
    machine.kernel.freeze([ticker], false);
    machine.settle();
    expect(machine.output).toBe('012');
  });

  it('report an exception of a program as a bug and end with 70', () => {
    const machine = new Machine();
    const broken = machine.start(function* () {
      yield TURN;
      throw new RangeError('broken');
    });
    machine.settle();
    expect(broken.status?.code).toBe(70);
    expect(machine.bugs).toHaveLength(1);
  });

  it('follow #! lines and the search path', () => {
    const machine = new Machine({
      *say(p) {
        yield* p.print(p.argv.join(','));
        return 3;
      },
    });
    machine.fs.mkdir('/bin');
    machine.fs.place('/bin/say', {
      kind: 'file',
      data: 10,
      program: 'say',
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 0,
    });
    machine.fs.write('/bin/script', '#!/bin/say -x\n', '/', undefined, 0o755);
    machine.start(function* (p) {
      const child = yield* spawnChild(p, ['script', 'a'], { env: new Map([['PATH', '/bin']]) });
      return (yield* child.wait()).code;
    });
    machine.settle();
    expect(machine.output).toBe('/bin/say,-x,/bin/script,a');
  });
});

describe('files', () => {
  it('opened for writing and appending are seen by others at once', () => {
    const machine = new Machine();
    machine.start(function* (p) {
      const out = openFile(p, '/log', 'write');
      yield* out.write(utf8('one\n'));
      const more = openFile(p, '/log', 'append');
      yield* more.write(utf8('two\n'));
      yield* p.print(p.fs.read('/log'));
      return 0;
    });
    machine.settle();
    expect(machine.output).toBe('one\ntwo\n');
  });

  it('a snapshot does not change when the tree does', () => {
    const tree = new Tree();
    const put = (path: string[], data: string) =>
      tree.put(path, { kind: 'file', data: utf8(data), mode: 0o644, uid: 0, gid: 0, mtime: 1 }, 1);
    put(['a'], 'first');
    const before = tree.snapshot();
    put(['a'], 'second');
    put(['b'], 'new');
    const changes = [...compare(before, tree.snapshot())].map((c) => `${c.kind} /${c.path.join('/')}`);
    expect(changes).toEqual(['C /a', 'A /b']);
    expect(before.entries.size).toBe(1);
  });

  it('refuse what permissions forbid and follow links', () => {
    const { fs } = new Machine();
    fs.mkdir('/home/ana', '/', { parents: true });
    fs.write('/home/ana/secret', 'x', '/', undefined, 0o600);
    fs.symlink('ana', '/home/link');
    expect(text(fs.read('/home/link/secret'))).toBe('x');
    const nobody = { uid: 65534, gid: 65534, groups: [65534] };
    expect(() => fs.read('/home/ana/secret', '/', nobody)).toThrow('Permission denied');
    expect(() => fs.write('/home/ana/new', 'x', '/', nobody)).toThrow('Permission denied');
    expect(() => fs.read('/nope')).toThrow('No such file or directory');
  });
});

describe('terminals', () => {
  it('echo lines, turn Ctrl-C into SIGINT and Ctrl-D into the end', () => {
    const machine = new Machine();
    let screen = '';
    const signals: string[] = [];
    const tty = new Tty(
      (bytes) => {
        screen += text(bytes);
      },
      { columns: 80, rows: 24 },
    );
    tty.foreground = (signal) => signals.push(signal);
    machine.start(
      function* (p) {
        for (let line = yield* p.readLine(0); line !== undefined; line = yield* p.readLine(0))
          yield* p.print(`<${line}>\n`);
        yield* p.print('bye\n');
        return 0;
      },
      {
        files: new Map([
          [0, new TtyFile(tty)],
          [1, new TtyFile(tty)],
        ]),
        tty,
      },
    );
    machine.settle(5);
    expect(tty.waiting).toBe(true);
    tty.input(utf8('año\x7fs\n'));
    machine.settle(5);
    tty.input(utf8('\x03'));
    tty.input(utf8('\x04'));
    machine.settle(5);
    expect(screen).toContain('<añs>');
    expect(screen.endsWith('bye\r\n')).toBe(true);
    expect(signals).toEqual(['INT']);
  });
});

describe('small things', () => {
  it('randomness repeats for the same seed', () => {
    const a = new Random('x');
    const b = new Random('x');
    expect(a.hex(32)).toBe(b.hex(32));
    expect(a.hex(32)).not.toBe(new Random('y').hex(32));
  });

  it.each([
    ['SIGTERM', 'TERM'],
    ['kill', 'KILL'],
    ['15', 'TERM'],
    ['BOGUS', undefined],
  ])('signal %s is %s', (written, signal) => {
    expect(parseSignal(written)).toBe(signal);
  });

  it('times are written as Go does', () => {
    expect(rfc3339Nano(Date.UTC(2026, 10, 21, 3, 39, 38) + 120.5)).toBe('2026-11-21T03:39:38.1205Z');
  });

  it('/dev/null swallows', () => {
    const machine = new Machine();
    machine.start(
      function* (p) {
        yield* p.print('x');
        return (yield* p.read(0)).length;
      },
      {
        files: new Map([
          [0, new NullFile()],
          [1, new NullFile()],
        ]),
      },
    );
    machine.settle();
    expect(machine.bugs).toEqual([]);
  });
});
