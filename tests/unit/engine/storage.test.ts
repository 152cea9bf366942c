import { beforeEach, describe, expect, test } from 'vitest';
import { text } from '../../../src/docker/kernel/bytes.ts';
import { Lab, refusal } from './lab.ts';

let lab: Lab;

beforeEach(() => {
  lab = new Lab();
  lab.pull('busybox');
  lab.pull('web');
});

const volume = (Name: string) => lab.run(() => lab.engine.volumeCreate({ Name }));
const binds = (...Binds: string[]) => ({ HostConfig: { Binds } });

describe('volumes', () => {
  test('keep files between containers, read-only where asked', () => {
    volume('mydata');
    expect(lab.foreground('busybox', ['put', '/data/file', 'kept'], binds('mydata:/data')).code).toBe(0);
    expect(lab.foreground('busybox', ['show', '/data/file'], binds('mydata:/data')).out).toBe('kept\n');
    expect(lab.foreground('busybox', ['put', '/data/x', 'y'], binds('mydata:/data:ro')).code).not.toBe(0);
    expect(text(lab.fs.read('/var/lib/docker/volumes/mydata/_data/file'))).toBe('kept\n');
  });

  test('a new one gets what the image has; a bind mount hides it', () => {
    expect(
      lab.foreground('web', ['x'], {
        Config: { Image: '', Entrypoint: ['show', '/data/seed'] },
        ...binds('html:/data'),
      }).out,
    ).toBe('seed\n');
    lab.fs.mkdir('/srv', '/', { parents: true });
    expect(
      lab.foreground('web', ['/data/seed'], {
        Config: { Image: '', Entrypoint: ['test'] },
        ...binds('/srv:/data'),
      }).code,
    ).toBe(1);
  });

  test('in use, missing, bad names', () => {
    const id = lab.start('busybox', ['sleep', '1000'], binds('shared:/shared'));
    expect(refusal(() => lab.run(() => lab.engine.volumeRemove('shared')))).toBe(
      `remove shared: volume is in use - [${id}]`,
    );
    expect(refusal(() => lab.run(() => lab.engine.volumeRemove('nosuch')))).toBe(
      'get nosuch: no such volume',
    );
    expect(refusal(() => volume('bad name'))).toContain(
      'includes invalid characters for a local volume name',
    );
    expect(refusal(() => lab.create('busybox', ['env'], binds('mydata:relative')))).toBe(
      "invalid volume specification: 'mydata:relative': invalid mount config for type \"volume\": invalid mount path: 'relative' mount path must be absolute",
    );
    expect(refusal(() => lab.create('busybox', ['env'], binds('mydata:/x:badmode')))).toBe(
      'invalid mode: badmode',
    );
    const before = lab.kernel.clock.now;
    expect(refusal(() => lab.run(() => lab.engine.volumeCreate({ Name: 'other', Driver: 'nosuch' })))).toBe(
      'create other: error looking up volume plugin nosuch: plugin "nosuch" not found',
    );
    expect(lab.kernel.clock.now - before).toBeGreaterThan(15_000);
  });

  test('anonymous ones go with --rm and rm -v; prune takes only those', () => {
    lab.foreground('web', ['x'], {
      Config: { Image: '', Entrypoint: ['echo'] },
      HostConfig: { AutoRemove: true },
    });
    lab.pass(200);
    expect(lab.engine.volumeList()).toEqual([]);
    const id = lab.start('web', ['80']);
    lab.run(() => lab.engine.containerRemove(id, { force: true }));
    volume('named');
    expect(lab.engine.volumeList()).toHaveLength(2);
    expect(lab.run(() => lab.engine.volumePrune()).SpaceReclaimed).toBe(5);
    expect(lab.engine.volumeList().map((v) => v.Name)).toEqual(['named']);
    expect(lab.run(() => lab.engine.volumePrune({ all: ['true'] })).Deleted).toEqual(['named']);
  });

  test('volumes-from, tmpfs, --mount', () => {
    lab.start('busybox', ['sleep', '1000'], { name: 'owner', ...binds('shared:/shared') });
    lab.exec('owner', ['put', '/shared/f', 'mine']);
    expect(
      lab.foreground('busybox', ['show', '/shared/f'], { HostConfig: { VolumesFrom: ['owner'] } }).out,
    ).toBe('mine\n');
    const id = lab.create('busybox', ['env'], { HostConfig: { Tmpfs: { '/t': '' } } });
    expect(lab.engine.containerInspect(id)).toMatchObject({
      Mounts: [],
      HostConfig: { Tmpfs: { '/t': '' } },
    });
    const mount = (m: object) =>
      refusal(() => lab.create('busybox', ['env'], { HostConfig: { Mounts: [m as never] } }));
    expect(mount({ Type: 'bogus', Target: '/x' })).toBe(
      'invalid mount config for type "bogus": mount type unknown',
    );
    expect(mount({ Type: 'bind', Source: '/absent', Target: '/x' })).toBe(
      'invalid mount config for type "bind": bind source path does not exist: /absent',
    );
    expect(mount({ Type: 'volume', Source: 'a', Target: '' })).toBe(
      'invalid mount config for type "volume": field Target must not be empty',
    );
  });
});

describe('the writable layer', () => {
  test('diff, sizes, commit, export', async () => {
    const id = lab.start('busybox', ['sleep', '1000'], { name: 'work' });
    expect(lab.engine.containerInspect('work', { size: true }).SizeRw).toBe(4096);
    lab.exec('work', ['put', '/hello.txt', 'hi']);
    lab.exec('work', ['gone', '/etc/group']);
    expect(lab.engine.containerDiff('work')).toEqual([
      { Path: '/etc', Kind: 0 },
      { Path: '/etc/group', Kind: 2 },
      { Path: '/hello.txt', Kind: 1 },
    ]);
    const image = lab.run(() =>
      lab.engine.containerCommit(id, {
        reference: 'work:v1',
        comment: 'add hello',
        changes: ['CMD ["show","/hello.txt"]'],
      }),
    );
    expect(lab.foreground('work:v1', []).out).toBe('hi\n');
    expect(lab.engine.imageHistory('work:v1')).toMatchObject([
      { Id: image, CreatedBy: 'sleep 1000', Comment: 'add hello', Size: 12_288 },
      { Id: lab.engine.imageInspect('busybox').Id, CreatedBy: 'CMD', Size: 0 },
      { Id: '<missing>' },
    ]);
    expect(refusal(() => lab.run(() => lab.engine.containerCommit(id, { changes: ['RUN true'] })))).toBe(
      'RUN is not a valid change command',
    );
    const tar = lab.run(() => lab.engine.containerExport('work'));
    const flat = await lab.later(() => lab.engine.imageImport(tar, { reference: 'flat' }));
    expect(lab.engine.imageInspect(flat).RootFS.Layers).toHaveLength(1);
    expect(refusal(() => lab.create('flat', []))).toBe('no command specified');
    expect(lab.foreground('flat', ['show', '/hello.txt']).out).toBe('hi\n');
  });

  test('cp', () => {
    lab.start('busybox', ['sleep', '1000'], { name: 'live' });
    lab.exec('live', ['put', '/tmp/a', 'x']);
    const { stat, tar } = lab.engine.containerArchiveGet('live', '/tmp/a');
    expect(stat).toMatchObject({ name: 'a', size: 2, kind: 'file' });
    lab.create('busybox', ['show', '/etc/a'], { name: 'other' });
    lab.run(() => lab.engine.containerArchivePut('other', '/etc', tar));
    lab.run(() => lab.engine.containerStart('other'));
    lab.pass(500);
    expect(lab.logs('other')).toBe('x\n');
    expect(refusal(() => lab.engine.containerStatPath('live', '/nosuch'))).toBe(
      'Could not find the file /nosuch in container live',
    );
  });
});
