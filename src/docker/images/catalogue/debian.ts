import type { CatalogueImage, CatalogueLayer, LayerEntry } from '../types.ts';
import { BASHRC, debianRelease, GROUP, NSSWITCH, PASSWD, PROFILE } from './debian-files.ts';
import { add, binary, created, directories, directory, file, link, nop, PATH, padding } from './entries.ts';

/** Programs of /usr/bin that are simulated, with the size of Debian's file in KiB. */
const BIN = `[:59 arch:39 awk:155 base64:43 basename:39 cat:43 chgrp:63 chmod:63 chown:67 clear:14 cmp:51 comm:43 cp:147
  cut:43 date:119 dd:79 df:99 diff:199 diff3:63 dir:151 dirname:35 du:151 echo:39 egrep:1 env:47 expand:43 expr:47 false:31
  fgrep:1 find:222 fold:43 getent:39 grep:199 groups:39 gunzip:2 gzip:96 head:47 hostname:22 id:43 join:51 kill:31
  ln:71 ls:151 md5sum:47 mkdir:95 mktemp:43 more:57 mount:59 mv:143 nice:35 nl:43 nohup:43 nproc:39 od:71 paste:39
  printenv:31 printf:59 pwd:43 readlink:47 realpath:47 rev:14 rm:71 rmdir:47 sed:123 seq:55 setpriv:39 setsid:14 sha1sum:47
  sha256sum:59 sha512sum:59 shuf:55 sleep:43 sort:127 split:59 stat:87 stdbuf:51 stty:83 su:71 sync:39 tac:43 tail:71 tar:531
  tee:43 test:55 timeout:43 touch:107 tr:51 truncate:39 true:31 tty:35 umount:35 uname:39 uniq:47 unlink:35 wc:51 which:1
  whoami:35 numfmt:67 factor:75 cksum:35 who:51 users:35 logname:35 hostid:35 mountpoint:14 flock:23 renice:14 taskset:35 chrt:35
  ionice:14 getopt:14 logger:51 mesg:14 passwd:67 link:35 xargs:67 yes:35 zcat:2 apt:18 apt-get:47 apt-cache:83 apt-mark:51 locale:58 last:51 gpasswd:86 chage:71 dpkg:321 dpkg-query:150`;

const SBIN =
  'chroot:39 nologin:14 useradd:139 groupadd:87 adduser:47 addgroup:47 usermod:131 userdel:95 groupdel:67 ldconfig:1 chpasswd:55 runuser:55 start-stop-daemon:47 update-rc.d:17 service:9';

/** Files run by another program than their name's. */
const OTHER_PROGRAM: Readonly<Record<string, string>> = {
  nologin: 'not-simulated',
  'start-stop-daemon': 'not-simulated',
  diff3: 'not-simulated',
  ldconfig: 'true',
  'update-rc.d': 'true',
};

/** `name:KiB …` ⇒ executables in a folder. */
export function binaries(folder: string, list: string): LayerEntry[] {
  return list
    .trim()
    .split(/\s+/)
    .map((item) => {
      const [name = '', size = '40'] = item.split(/:(?=\d+$)/);
      return binary(`${folder}/${name}`, OTHER_PROGRAM[name] ?? name, Number(size) * 1024 + 64);
    });
}

/** Everything a minimal Debian has, without what says which release it is. */
export function debianTree(): LayerEntry[] {
  return [
    link('bin', 'usr/bin'),
    ...directories('boot dev etc etc/apt etc/apt/sources.list.d etc/default etc/init.d etc/skel home'),
    link('lib', 'usr/lib'),
    link('lib64', 'usr/lib64'),
    ...directories('media mnt opt proc'),
    directory('root', 0o700),
    ...directories('run run/lock'),
    link('sbin', 'usr/sbin'),
    ...directories('srv sys'),
    directory('tmp', 0o1777),
    ...directories(
      'usr usr/bin usr/games usr/include usr/lib usr/lib/x86_64-linux-gnu usr/lib64 usr/libexec usr/local usr/local/bin usr/local/etc usr/local/games usr/local/include usr/local/lib usr/local/sbin usr/local/share usr/local/src usr/sbin usr/share usr/src',
    ),
    ...directories(
      'var var/backups var/cache var/cache/apt var/lib var/lib/apt var/lib/apt/lists var/lib/dpkg var/local var/log var/mail var/opt var/spool',
    ),
    link('var/run', '/run'),
    link('var/lock', '/run/lock'),
    directory('var/tmp', 0o1777),
    binary('usr/bin/bash', 'bash', 1_265_648),
    binary('usr/bin/dash', 'dash', 125_640),
    link('usr/bin/sh', 'dash'),
    link('usr/bin/rbash', 'bash'),
    ...binaries('usr/bin', BIN),
    ...binaries('usr/sbin', SBIN),
    link('usr/local/man', 'share/man'),
    binary('usr/bin/perl', 'not-simulated', 3_753_120),
    padding('usr/lib/x86_64-linux-gnu/libc.so.6', 1_926_256, 0o755),
    padding('usr/lib/x86_64-linux-gnu/libcrypto.so.3', 4_713_528),
    padding('usr/lib/x86_64-linux-gnu/libdb-5.3.so', 1_748_568),
    padding('usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3', 2_157_560),
    padding('usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30', 2_190_440),
    padding('usr/lib/x86_64-linux-gnu/libapt-pkg.so.6.0.0', 1_881_400),
    padding('usr/lib/x86_64-linux-gnu/perl-base.tar', 8_400_000),
    padding('usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache', 8_600_000),
    padding('usr/lib/x86_64-linux-gnu/libraries.cache', 58_000_000),
    padding('usr/share/zoneinfo/tzdata.zi', 3_600_000),
    padding('usr/share/i18n/locales.tar', 18_000_000),
    padding('var/lib/dpkg/info.list', 6_000_000),
    file('etc/passwd', PASSWD),
    file('etc/group', GROUP),
    file('etc/shadow', 'root:*:19700:0:99999:7:::\nnobody:*:19700:0:99999:7:::\n', 0o640, { gid: 42 }),
    file('etc/nsswitch.conf', NSSWITCH),
    file(
      'etc/shells',
      '# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/bin/dash\n/usr/bin/dash\n',
    ),
    file('etc/host.conf', 'multi on\n'),
    file('etc/profile', '# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))\n'),
    file('etc/bash.bashrc', '# System-wide .bashrc file for interactive bash(1) shells.\n'),
    file('etc/environment', ''),
    file('etc/fstab', '# UNCONFIGURED FSTAB FOR BASE SYSTEM\n'),
    link('etc/mtab', '/proc/mounts'),
    link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC'),
    file('etc/timezone', 'Etc/UTC\n'),
    link('etc/os-release', '../usr/lib/os-release'),
    file('root/.bashrc', BASHRC),
    file('root/.profile', PROFILE),
  ];
}

/** What says which Debian it is. */
export function debianFacts(version: string, codename: string, point: string): LayerEntry[] {
  return [
    file('usr/lib/os-release', debianRelease(version, codename)),
    file('etc/debian_version', `${point}\n`),
    file('etc/issue', `Debian GNU/Linux ${version} \\n \\l\n\n`),
    file('etc/issue.net', `Debian GNU/Linux ${version}\n`),
    file('etc/apt/sources.list', `deb http://deb.debian.org/debian ${codename} main\n`),
  ];
}

const root = add('a79c1a19740ac40c4', [...debianTree(), ...debianFacts('12', 'bookworm', '12.15')]);

/** The rows every Debian stand-in begins with: the shared layer, PATH, `CMD ["bash"]`. */
export const debianLayers: readonly CatalogueLayer[] = [root, nop(`ENV ${PATH}`), nop('CMD ["bash"]')];

export const debian: CatalogueImage = {
  repository: 'debian',
  tags: ['latest', 'bookworm', '12', 'bookworm-slim', '12-slim'],
  created: created(3),
  config: { Env: [PATH], Cmd: ['bash'] },
  layers: debianLayers,
  description: "Debian is a Linux distribution that's composed entirely of free and open-source software.",
  stars: 5100,
  official: true,
};

const trixie = kitLayer('13', 'trixie', '13.1');

function kitLayer(version: string, codename: string, point: string): CatalogueLayer {
  return {
    createdBy: `# debian.sh --arch 'amd64' out/ '${codename}' '@1760918400'`,
    entries: [...debianTree(), ...debianFacts(version, codename, point)],
  };
}

/** Debian 13 with BuildKit's history, the base of today's official images. */
export const trixieLayers: readonly CatalogueLayer[] = [trixie];

export const debian13: CatalogueImage = {
  repository: 'debian',
  tags: ['13', 'trixie', '13-slim', 'trixie-slim', 'stable', 'stable-slim'],
  created: created(-86_400),
  config: { Env: [PATH], Cmd: ['bash'] },
  layers: [trixie, { createdBy: 'CMD ["bash"]' }],
  description: debian.description,
  stars: debian.stars,
  official: true,
};
