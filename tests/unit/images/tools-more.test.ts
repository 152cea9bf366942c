import { describe, expect, it } from 'vitest';
import { busybox } from '../../../src/docker/images/catalogue/busybox.ts';
import { debian } from '../../../src/docker/images/catalogue/debian.ts';
import { Box } from './harness.ts';

/** [command, stdout, stderr, exit code, stdin]; of Debian 12's own programs and its BusyBox 1.35. */
type Case = readonly [command: string, out: string, err?: string, code?: number, stdin?: string];

const USAGE = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage:';

const BUSYBOX: readonly Case[] = [
  ['ln', '', `${USAGE} ln [-sfnbtv] [-S SUF] TARGET... LINK|DIR\n`, 1],
  ['head -n x', '', "head: invalid number 'x'\n", 1],
  ['mkdir -v /d', "created directory: '/d'\n"],
  ['factor 12 13', '12: 2 2 3\n13: 13\n'],
  ['bc', '14\n2.50\n1\n0\n', '', 0, '2+3*4\nscale=2; 10/4\n3 > 2\nx=5; x-5\n'],
  ['gunzip nosuch.gz', '', 'gunzip: nosuch.gz: No such file or directory\n', 1],
  [
    'find / -delete',
    '',
    `find: unrecognized: -delete\n${USAGE} find [-HL] [PATH]... [OPTIONS] [ACTIONS]\n`,
    1,
  ],
  ['killall nosuch', '', 'killall: nosuch: no process killed\n', 1],
  ['su nosuch', '', 'su: unknown user nosuch\n', 1],
  ['sleep -1', '', "sleep: invalid number '-1'\n", 1],
  [
    'cal 2 2024',
    '   February 2024\nSu Mo Tu We Th Fr Sa\n             1  2  3\n 4  5  6  7  8  9 10\n11 12 13 14 15 16 17\n18 19 20 21 22 23 24\n25 26 27 28 29\n',
  ],
  [
    'crontab -l',
    '',
    "crontab: can't change directory to '/var/spool/cron/crontabs': No such file or directory\n",
    1,
  ],
  ['netstat -p', '', `netstat: invalid option -- 'p'\n${USAGE} netstat [-ral] [-tuwx] [-en]\n`, 1],
];

const GNU: readonly Case[] = [
  ['numfmt --to=iec 2048 10000 1000000', '2.0K\n9.8K\n977K\n'],
  ['numfmt --to=si 123456 999', '124K\n999\n'],
  ['numfmt --from=iec 1.5G', '1610612736\n'],
  ['factor 84 x', '84: 2 2 3 7\n', "factor: 'x' is not a valid positive integer\n", 1],
  ['cksum', '1112837078 4\n', '', 0, 'abc\n'],
  ['nice -n 5 nice', '5\n'],
  ['getopt -o ab: -- -a -b x y', " -a -b 'x' -- 'y'\n"],
  ['mountpoint /tmp', '/tmp is not a mountpoint\n', '', 32],
  ['date -u -d 1Jan2024 +%F', '', "date: invalid date '1Jan2024'\n", 1],
  ['date -u -d 02/29/2024 +%F', '2024-02-29\n'],
  ['realpath -m /x/../y', '/y\n'],
  ['dpkg -S /bin/ls', 'coreutils: /bin/ls\n'],
  ['dpkg-query -W bash', 'bash\t5.2.15-2+b13\n'],
  ['dpkg -l nosuch', '', 'dpkg-query: no packages found matching nosuch\n', 1],
  ['apt-mark hold bash', 'bash set on hold.\n'],
  [
    'apt-get --bogus',
    '',
    'E: Command line option --bogus is not understood in combination with the other options\n',
    100,
  ],
  ['passwd -l nosuch', '', "passwd: user 'nosuch' does not exist\n", 1],
  ['more /etc/debian_version', '::::::::::::::\n/etc/debian_version\n::::::::::::::\n12.15\n'],
];

describe.each([
  { name: 'BusyBox', image: busybox, cases: BUSYBOX },
  { name: 'Debian', image: debian, cases: GNU },
])('$name', ({ image, cases }) => {
  it.each(cases.map((one) => ({ title: one[0], one })))('$title', async ({ one }) => {
    const [command, out, err = '', code = 0, stdin = ''] = one;
    const ran = await new Box(image).run(command, { stdin });
    expect(ran).toEqual({ code, out, err });
  });
});
