import type { CatalogueImage, LayerEntry } from '../types.ts';
import { busyboxTree } from './busybox.ts';
import { add, binary, created, directories, directory, file, nop, PATH } from './entries.ts';

/** The root file system of an Alpine release. */
export function alpineTree(version: string): LayerEntry[] {
  const short = version.split('.').slice(0, 2).join('.');
  return [
    ...busyboxTree(true),
    ...directories(
      'lib lib/apk media media/cdrom mnt opt proc run sbin srv sys usr/lib usr/local usr/local/bin var/cache var/log',
    ),
    directory('var/tmp', 0o1777),
    binary('sbin/apk', 'apk', 66_240),
    // Applets that Alpine's busybox has and Debian's, which the stand-in is made of, has not.
    ...['adduser', 'addgroup', 'deluser', 'delgroup', 'pgrep', 'pkill', 'comm', 'shuf'].map((name) =>
      binary(`usr/bin/${name}`, `busybox:${name}`, 0),
    ),
    file('etc/alpine-release', `${version}\n`),
    file(
      'etc/os-release',
      `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${short}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`,
    ),
    file('etc/issue', `Welcome to Alpine Linux ${short}\nKernel \\r on an \\m (\\l)\n\n`),
    file('etc/shells', '/bin/sh\n/bin/ash\n'),
    file(
      'etc/apk/repositories',
      `https://dl-cdn.alpinelinux.org/alpine/v${short}/main\nhttps://dl-cdn.alpinelinux.org/alpine/v${short}/community\n`,
    ),
  ];
}

export const alpine: CatalogueImage = {
  repository: 'alpine',
  tags: ['latest', '3', '3.22'],
  created: created(2),
  config: { Env: [PATH], Cmd: ['/bin/sh'] },
  layers: [add('b2f1ce0a7d85', alpineTree('3.22.0')), nop(`ENV ${PATH}`), nop('CMD ["/bin/sh"]')],
  description:
    'A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!',
  stars: 11000,
  official: true,
};
