import { describe, expect, it } from 'vitest';
import { alpine } from '../../../src/docker/images/catalogue/alpine.ts';
import { debian } from '../../../src/docker/images/catalogue/debian.ts';
import { runPhp } from '../../../src/docker/images/programs/php-page.ts';
import { SqlEngine } from '../../../src/docker/images/programs/sql-engine.ts';
import { deflate, gunzip, gzip, inflate } from '../../../src/docker/images/tool/deflate.ts';
import { hashHex } from '../../../src/docker/images/tool/hash.ts';
import { text, utf8 } from '../../../src/docker/kernel/bytes.ts';
import { Box } from './harness.ts';

describe('packages', () => {
  it('come with apt-get, once the lists are there', async () => {
    const box = new Box(debian);
    expect(await box.run('apt-get install -y cowsay')).toMatchObject({
      code: 100,
      err: 'E: Unable to locate package cowsay\n',
    });
    expect((await box.run('apt-get update')).out).toContain('Reading package lists...\n');
    const installed = await box.run('apt-get install -y cowsay');
    expect(installed.code).toBe(0);
    expect(installed.out).toContain('Setting up cowsay (3.03+dfsg2-8) ...\n');
    expect((await box.run('/usr/games/cowsay moo')).out).toBe(
      ' _____\n< moo >\n -----\n        \\   ^__^\n         \\  (oo)\\_______\n            (__)\\       )\\/\\\n                ||----w |\n                ||     ||\n',
    );
    expect((await box.run('dpkg -s cowsay')).out).toContain('Status: install ok installed');
    expect((await box.run('apt-get install -y nosuch')).err).toBe('E: Unable to locate package nosuch\n');
    expect((await box.run('apt-get install curl', { stdin: '' })).out).toContain(
      'Do you want to continue? [Y/n] Abort.\n',
    );
  });

  it('come with apk', async () => {
    const box = new Box(alpine);
    expect((await box.run('apk add --no-cache curl')).out).toMatch(
      /\(3\/3\) Installing curl \(8\.14\.1-r2\)\nExecuting busybox-1\.37\.0-r18\.trigger\nOK: /,
    );
    expect(await box.run('apk add --no-cache nosuch')).toMatchObject({
      code: 1,
      err: 'ERROR: unable to select packages:\n  nosuch (no such package):\n    required by: world[nosuch]\n',
    });
  });

  it('compile and run C', async () => {
    const box = new Box(debian);
    box.fs.write(
      '/hello.c',
      '#include <stdio.h>\nint main(void) {\n  for (int i = 0; i < 2; i++) printf("%d: ", i);\n  puts("Hello, world!");\n  return 3;\n}\n',
    );
    await box.run('apt-get update');
    await box.run('apt-get install -y build-essential');
    expect((await box.run('gcc /hello.c -o /hello')).code).toBe(0);
    expect(await box.run('/hello')).toEqual({ code: 3, out: '0: 1: Hello, world!\n', err: '' });
    box.fs.write('/bad.c', 'int main(void) {\n  puts("x")\n}\n');
    expect((await box.run('gcc /bad.c')).err).toContain("/bad.c:2: error: expected ';' before '}' token");
  });
});

describe('archives and sums', () => {
  it('deflate and gzip go both ways', () => {
    const data = utf8('hello hello hello '.repeat(500));
    const packed = deflate(data);
    expect(packed.length).toBeLessThan(200);
    expect(text(inflate(packed).bytes)).toBe(text(data));
    expect(text(gunzip(gzip(data, 0)))).toBe(text(data));
  });

  it('hash as the standards say', () => {
    const data = utf8('hello');
    expect(hashHex('md5', data)).toBe('5d41402abc4b2a76b9719d911017c592');
    expect(hashHex('sha1', data)).toBe('aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d');
    expect(hashHex('sha256', data)).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(hashHex('sha512', data)).toMatch(/^9b71d224bd62f3785d96d46ad3ea3d73/);
  });

  it('tar keeps trees, modes and links', async () => {
    const box = new Box(debian);
    await box.run('mkdir -p /t/d');
    box.fs.write('/t/d/f', 'x\n');
    await box.run('chmod 600 /t/d/f');
    await box.run('ln -s f /t/d/l');
    expect((await box.run('tar -czf /t.tgz -C /t d')).code).toBe(0);
    expect((await box.run('tar -tf /t.tgz')).out).toBe('d/\nd/f\nd/l\n');
    await box.run('mkdir /u');
    await box.run('tar xzf /t.tgz -C /u');
    expect((await box.run('stat -c %a /u/d/f')).out).toBe('600\n');
    expect((await box.run('readlink /u/d/l')).out).toBe('f\n');
    expect(await box.run('tar tf /nosuch')).toMatchObject({
      code: 2,
      err: 'tar: /nosuch: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n',
    });
  });
});

describe('small languages', () => {
  it('PHP pages', async () => {
    const box = new Box(debian);
    box.extra.set('page', function* (p) {
      const page = yield* runPhp(
        p,
        '/x.php',
        '<h1><?php $n = 6; echo "n is $n, ", $n * 7; ?></h1>\n<?php for ($i = 0; $i < 3; $i++): ?>\n<?= $i ?>;<?php endfor; if ($n > 5) { echo "big"; } else { echo "small"; } nosuch(); ?>',
      );
      yield* p.print(page.body);
      return page.status === 200 ? 0 : 1;
    });
    box.fs.place('/page', { kind: 'file', data: 0, program: 'page', mode: 0o755, uid: 0, gid: 0, mtime: 0 });
    const ran = await box.run('/page');
    expect(ran.out).toMatch(/^<h1>n is 6, 42<\/h1>\n[\s\S]*0;[\s\S]*1;[\s\S]*2;big/);
    expect(ran.out).toContain('muelle: nosuch() is not simulated here');
  });

  it('SQL', () => {
    const engine = new SqlEngine(
      { databases: { d: {} }, accounts: [{ name: 'root', host: '%', password: '', grants: ['*'] }] },
      { version: '1', now: () => 'now', hostname: 'h' },
    );
    const session = { user: 'root', database: 'd' };
    const run = (sql: string) => engine.run(sql, session);
    run('create table t (id int auto_increment primary key, n varchar(5))');
    expect(run("insert into t (n) values ('a'), ('b'), ('it''s')")).toEqual({ affected: 3 });
    expect(run('select n from t where id >= 2 order by id desc').rows).toEqual([["it's"], ['b']]);
    expect(run('select count(*) from t').rows).toEqual([['3']]);
    expect(run('select 2*(3+4) as x')).toEqual({ columns: ['x'], rows: [['14']] });
    expect(run("update t set n = 'z' where id = 1").affected).toBe(1);
    expect(run("delete from t where n = 'z'").affected).toBe(1);
    expect(run('select nosuch from t').code).toBe('1054 (42S22)');
    expect(run('nonsense').code).toBe('1064 (42000)');
    expect(run('show tables').rows).toEqual([['t']]);
  });
});
