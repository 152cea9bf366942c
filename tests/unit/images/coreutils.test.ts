import { describe, expect, it } from 'vitest';
import { busybox } from '../../../src/docker/images/catalogue/busybox.ts';
import { debian } from '../../../src/docker/images/catalogue/debian.ts';
import { helloWorld } from '../../../src/docker/images/catalogue/hello-world.ts';
import { Box } from './harness.ts';

/** [command, stdout, stderr, exit code, stdin]; obtained from Debian's coreutils 9.1 and busybox 1.35. */
type Case = readonly [command: string, out: string, err?: string, code?: number, stdin?: string];

const GNU: readonly Case[] = [
  [
    'ls /',
    'bin\nboot\ndev\netc\nhome\nlib\nlib64\nmedia\nmnt\nopt\nproc\nroot\nrun\nsbin\nsrv\nsys\ntmp\nusr\nvar\n',
  ],
  ['ls /nosuch', '', "ls: cannot access '/nosuch': No such file or directory\n", 2],
  ['cat /nosuch', '', 'cat: /nosuch: No such file or directory\n', 1],
  ['cat /tmp', '', 'cat: /tmp: Is a directory\n', 1],
  ['cat -n', '     1\ta\n     2\tb\n', '', 0, 'a\nb\n'],
  ['head -n2', '1\n2\n', '', 0, '1\n2\n3\n'],
  ['head -c3', 'abc', '', 0, 'abcdef'],
  ['head -n -1', '1\n2\n', '', 0, '1\n2\n3\n'],
  ['tail -n1', '3\n', '', 0, '1\n2\n3\n'],
  ['tail -n +2', '2\n3\n', '', 0, '1\n2\n3\n'],
  ['head /nosuch', '', "head: cannot open '/nosuch' for reading: No such file or directory\n", 1],
  ['wc', '      2       3      12\n', '', 0, 'one two\nabc\n'],
  ['wc -l', '2\n', '', 0, 'a\nb\n'],
  ['sort -n', '2\n10\n', '', 0, '10\n2\n'],
  ['sort -u', 'A\na\nb\n', '', 0, 'b\na\nA\na\n'],
  ['sort -k2 -t: -r', 'x:3\ny:2\nz:1\n', '', 0, 'z:1\nx:3\ny:2\n'],
  ['uniq -c', '      2 a\n      1 b\n', '', 0, 'a\na\nb\n'],
  ['cut -d: -f1,3', 'a:c\n', '', 0, 'a:b:c\n'],
  ['cut -c2-3', 'bc\n', '', 0, 'abcd\n'],
  ['tr a-z A-Z', 'ABC\n', '', 0, 'abc\n'],
  ['tr -d \n', 'ab', '', 0, 'a\nb\n'],
  ['tr -s l', 'helo\n', '', 0, 'hello\n'],
  ['seq 3', '1\n2\n3\n'],
  ['seq -w 8 10', '08\n09\n10\n'],
  ['seq -s, 1 2 5', '1,3,5\n'],
  ['basename /a/b.txt .txt', 'b\n'],
  ['dirname /a/b', '/a\n'],
  ['rm /nosuch', '', "rm: cannot remove '/nosuch': No such file or directory\n", 1],
  ['rm -f /nosuch', ''],
  ['rm /tmp', '', "rm: cannot remove '/tmp': Is a directory\n", 1],
  ['mkdir /tmp', '', "mkdir: cannot create directory '/tmp': File exists\n", 1],
  ['cp /nosuch /tmp', '', "cp: cannot stat '/nosuch': No such file or directory\n", 1],
  ['cp /etc /tmp/x', '', "cp: -r not specified; omitting directory '/etc'\n", 1],
  ['cp a', '', "cp: missing destination file operand after 'a'\nTry 'cp --help' for more information.\n", 1],
  ['ls -z', '', "ls: invalid option -- 'z'\nTry 'ls --help' for more information.\n", 2],
  ['cat --nosuch', '', "cat: unrecognized option '--nosuch'\nTry 'cat --help' for more information.\n", 1],
  ['grep -c o', '2\n', '', 0, 'foo\nbar\no\n'],
  ['grep nosuch /etc/passwd', '', '', 1],
  ['grep -n root /etc/passwd', '1:root:x:0:0:root:/root:/bin/bash\n'],
  ['grep -o [0-9]*', '1\n22\n', '', 0, 'a1b22\n'],
  ['grep -E a|b', 'a\nb\n', '', 0, 'a\nb\nc\n'],
  ['grep -v a', 'b\n', '', 0, 'a\nb\n'],
  ['grep x /tmp', '', 'grep: /tmp: Is a directory\n', 2],
  ['grep -A1 b', 'b\nc\n', '', 0, 'a\nb\nc\nd\n'],
  ['expr 2 + 3', '5\n'],
  ['expr 1 - 1', '0\n', '', 1],
  ['expr length hello', '5\n'],
  ['test -d /tmp', ''],
  ['test 1 -gt 2', '', '', 1],
  ['[ -f /etc/passwd ]', ''],
  ['[ a = a', '', "[: missing ']'\n", 2],
  ['id', 'uid=0(root) gid=0(root) groups=0(root)\n'],
  ['id nosuch', '', "id: 'nosuch': no such user\n", 1],
  ['uname', 'Linux\n'],
  ['date -u +%F', '2026-11-21\n'],
  ['date -d @0 +%T', '00:00:00\n'],
  ['date -d xx', '', "date: invalid date 'xx'\n", 1],
  ['sleep x', '', "sleep: invalid time interval 'x'\nTry 'sleep --help' for more information.\n", 1],
  ['printf %s-%d\\n a 7', 'a-7\n'],
  ['printf %05.1f|%-4s|%x\\n 3.14159 ab 255', '003.1|ab  |ff\n'],
  ['printf %s\\n a b', 'a\nb\n'],
  ['env -i A=1 env', 'A=1\n'],
  ['env nosuch', '', "env: 'nosuch': No such file or directory\n", 127],
  ['find /etc/apt', '/etc/apt\n/etc/apt/sources.list.d\n/etc/apt/sources.list\n'],
  ['find /etc -maxdepth 1 -name pass*', '/etc/passwd\n'],
  ['find /etc/apt -type d -name s*', '/etc/apt/sources.list.d\n'],
  ['find /etc/passwd -exec basename {} ;', 'passwd\n'],
  ['find /nosuch', '', "find: '/nosuch': No such file or directory\n", 1],
  ['timeout 1 sleep 5', '', '', 124],
  ['timeout 1 nosuch', '', "timeout: failed to run command 'nosuch': No such file or directory\n", 127],
  ['xargs -n1 echo', 'a\nb\n', '', 0, 'a b\n'],
  ['xargs -I{} echo <{}>', '<a b>\n<c>\n', '', 0, 'a b\nc\n'],
  ['readlink -f /bin/sh', '/usr/bin/dash\n'],
  ['which curl', '', '', 1],
  ['stat -c %a:%U /tmp', '1777:root\n'],
  ['chmod 999 /tmp', '', "chmod: invalid mode: '999'\nTry 'chmod --help' for more information.\n", 1],
  ['chown nosuch /tmp', '', "chown: invalid user: 'nosuch'\n", 1],
  ['du -s /nosuch', '', "du: cannot access '/nosuch': No such file or directory\n", 1],
  ['tac', 'b\na\n', '', 0, 'a\nb\n'],
  ['getent passwd root', 'root:x:0:0:root:/root:/bin/bash\n'],
  ['kill -9 99999', '', 'kill: (99999): No such process\n', 1],
];

const BUSYBOX: readonly Case[] = [
  ['ls /', 'bin\ndev\netc\nhome\nroot\ntmp\nusr\nvar\n'],
  ['ls /nosuch', '', 'ls: /nosuch: No such file or directory\n', 1],
  ['cat /nosuch', '', "cat: can't open '/nosuch': No such file or directory\n", 1],
  ['head /nosuch', '', 'head: /nosuch: No such file or directory\n', 1],
  ['rm /nosuch', '', "rm: can't remove '/nosuch': No such file or directory\n", 1],
  ['rm /tmp', '', "rm: '/tmp' is a directory\n", 1],
  ['cp /nosuch /tmp', '', "cp: can't stat '/nosuch': No such file or directory\n", 1],
  ['mkdir /tmp', '', "mkdir: can't create directory '/tmp': File exists\n", 1],
  ['touch /nosuch/x', '', 'touch: /nosuch/x: No such file or directory\n', 1],
  ['wc', '        2         3        12\n', '', 0, 'one two\nabc\n'],
  ['sleep x', '', "sleep: invalid number 'x'\n", 1],
  ['chown nosuch /tmp', '', 'chown: unknown user nosuch\n', 1],
  ['kill -9 99999', '', "kill: can't kill pid 99999: No such process\n", 1],
  ['busybox echo hi', 'hi\n'],
  ['busybox nosuch', '', 'nosuch: applet not found\n', 127],
  ['date +%N', '%N\n'],
  ['id', 'uid=0(root) gid=0(root) groups=0(root)\n'],
  ['ls -l /etc/passwd', '-rw-r--r--    1 root     root           340 Jan  1  1970 /etc/passwd\n'],
];

describe.each([
  ['GNU', debian, GNU],
  ['busybox', busybox, BUSYBOX],
] as const)('%s tools', (_name, image, cases) => {
  it.each(cases.map((c) => ({ name: c[0], given: c })))('$name', async ({ given }) => {
    const [command, out, err = '', code = 0, stdin = ''] = given;
    expect(await new Box(image).run(command, { stdin })).toEqual({ code, out, err });
  });
});

describe('tools', () => {
  it('say hello', async () => {
    const ran = await new Box(helloWorld).run('/hello');
    expect(ran.out).toContain('Hello from Docker!');
  });

  it('list in columns on a terminal', async () => {
    const box = new Box(debian);
    const ran = await box.run('ls /', { tty: { columns: 80, rows: 24 } });
    expect(ran.out).toBe(
      'bin   dev  home  lib64  mnt  proc  run   srv  tmp  var\r\nboot  etc  lib   media  opt  root  sbin  sys  usr\r\n',
    );
  });

  it('copy, move and remove trees', async () => {
    const box = new Box(debian);
    await box.run('mkdir -p /w/a/b');
    box.fs.write('/w/a/b/f', 'x\n');
    expect((await box.run('cp -r /w/a /w/c')).code).toBe(0);
    expect((await box.run('mv /w/c /w/d')).code).toBe(0);
    expect((await box.run('find /w')).out).toBe('/w\n/w/a\n/w/a/b\n/w/a/b/f\n/w/d\n/w/d/b\n/w/d/b/f\n');
    await box.run('rm -r /w/a');
    expect((await box.run('ls /w')).out).toBe('d\n');
    await box.run('cp /bin/ls /w/list');
    expect((await box.run('/w/list /w')).out).toBe('d\nlist\n');
  });

  it('follow a file that grows', async () => {
    const box = new Box(debian);
    box.fs.write('/log', 'one\n');
    let seen = '';
    const process = box.start(
      ['tail', '-f', '/log'],
      (b) => (seen += new TextDecoder().decode(b)),
      () => {},
    );
    await box.until(() => false, box.kernel.clock.now + 500);
    box.fs.append('/log', 'two\n');
    await box.until(() => false, box.kernel.clock.now + 1500);
    expect(seen).toBe('one\ntwo\n');
    process.signal('INT');
    expect(process.status?.code).toBe(130);
  });
});
