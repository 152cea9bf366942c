import type { CatalogueImage, LayerEntry } from '../types.ts';
import { APPLETS } from './applets.ts';
import { add, binary, created, directories, directory, file, link, nop, PATH } from './entries.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
lp:x:7:
mail:x:8:
kmem:x:9:
wheel:x:10:root
cdrom:x:11:
dialout:x:18:
floppy:x:19:
video:x:28:
audio:x:29:
tape:x:32:
www-data:x:33:
operator:x:37:
users:x:100:
nogroup:x:65534:
`;

const BINARY = 1_982_256;

/** The tree both stand-ins share: applets as names of one file (busybox) or as links to it (alpine). */
export function busyboxTree(links: boolean): LayerEntry[] {
  const applets = APPLETS.filter((name) => name !== 'busybox');
  return [
    ...directories('bin dev etc home'),
    directory('root', 0o700),
    directory('tmp', 0o1777),
    ...directories('usr usr/bin usr/sbin var var/spool var/spool/mail var/www'),
    binary('bin/busybox', 'busybox', BINARY),
    ...applets.map(
      (name): LayerEntry =>
        // The hard links of the real image would be counted as often as they are; only the first has the size here.
        links ? link(`bin/${name}`, '/bin/busybox') : binary(`bin/${name}`, 'busybox', 0),
    ),
    link('usr/bin/env', '../../bin/env'),
    file('etc/passwd', PASSWD),
    file('etc/group', GROUP),
    file('etc/shadow', 'root:*:::::::\nnobody:*:::::::\n'),
  ];
}

export const busybox: CatalogueImage = {
  repository: 'busybox',
  tags: ['latest', '1.37', 'stable'],
  created: created(1),
  config: { Env: [PATH], Cmd: ['sh'] },
  layers: [
    add('a3fa642ddf3c7d2f234969381ab285c636e720959d64bc7e56e855b5cc603f06', busyboxTree(false)),
    nop(`ENV ${PATH}`),
    nop('CMD ["sh"]'),
  ],
  description: 'Busybox base image.',
  stars: 3300,
  official: true,
};
