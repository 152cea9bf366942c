import type { CatalogueImage, CatalogueLayer, LayerEntry } from '../types.ts';
import { debianLayers, trixieLayers } from './debian.ts';
import { GROUP, PASSWD } from './debian-files.ts';
import { add, binary, created, directory, file, kit, link, nop, PATH, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';
import { databaseEntrypoint } from './mariadb-entrypoint.ts';

/** Server, clients and data directory of either brand. */
function databaseFiles(entrypoint: string, server: number): LayerEntry[] {
  return [
    binary('usr/sbin/mariadbd', 'mariadbd', server),
    link('usr/sbin/mysqld', 'mariadbd'),
    binary('usr/bin/mariadb', 'mariadb', 4_900_000),
    link('usr/bin/mysql', 'mariadb'),
    binary('usr/bin/mariadb-admin', 'mariadb-admin', 4_600_000),
    link('usr/bin/mysqladmin', 'mariadb-admin'),
    binary('usr/bin/mariadb-dump', 'mariadb-dump', 4_700_000),
    link('usr/bin/mysqldump', 'mariadb-dump'),
    binary('usr/bin/mariadb-install-db', 'mariadb-install-db', 22_000),
    link('usr/bin/mysql_install_db', 'mariadb-install-db'),
    padding('usr/lib/x86_64-linux-gnu/libmariadb.so.3', 18_000_000),
    directory('docker-entrypoint-initdb.d'),
    directory('var/lib/mysql', 0o755, { uid: 999, gid: 999 }),
    directory('run/mysqld', 0o755, { uid: 999, gid: 999 }),
    directory('etc/mysql'),
    directory('etc/mysql/conf.d'),
    file('etc/passwd', `${PASSWD}mysql:x:999:999::/var/lib/mysql:/bin/false\n`),
    file('etc/group', `${GROUP}mysql:x:999:\n`),
    script('usr/local/bin/docker-entrypoint.sh', entrypoint),
  ];
}

const MARIADB_NEEDS =
  'MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD';

const layers: readonly CatalogueLayer[] = [
  ...debianLayers,
  add('5e2ab7710cd9', databaseFiles(databaseEntrypoint('MariaDB', 'mariadbd', MARIADB_NEEDS), 25_000_000)),
  nop('ENV LANG=C.UTF-8'),
  nop('ENV MARIADB_VERSION=10.11'),
  nop('VOLUME [/var/lib/mysql]'),
  nop('ENTRYPOINT ["docker-entrypoint.sh"]'),
  nop('EXPOSE 3306'),
  nop('CMD ["mariadbd"]'),
];

export const mariadb: CatalogueImage = {
  ...HEADS.mariadb,
  created: created(12),
  config: {
    ExposedPorts: { '3306/tcp': {} },
    Env: [PATH, 'LANG=C.UTF-8', 'MARIADB_VERSION=10.11'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['mariadbd'],
    Volumes: { '/var/lib/mysql': {} },
  },
  layers,
};

export const mysql57: CatalogueImage = {
  ...HEADS.mysql57,
  created: created(13),
  config: {
    ...mariadb.config,
    ExposedPorts: { '3306/tcp': {}, '33060/tcp': {} },
    Env: [PATH, 'LANG=C.UTF-8', 'MARIADB_VERSION=10.11', 'MYSQL_MAJOR=5.7'],
    Cmd: ['mysqld'],
  },
  layers: [...layers, nop('ENV MYSQL_MAJOR=5.7'), nop('EXPOSE 3306 33060'), nop('CMD ["mysqld"]')],
};

const MYSQL_NEEDS = 'MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD';

/** Today's MySQL, which the notes' examples name; it speaks as MySQL does. */
export const mysql: CatalogueImage = {
  ...HEADS.mysql,
  created: created(-7_000),
  config: {
    ExposedPorts: { '3306/tcp': {}, '33060/tcp': {} },
    Env: [PATH, 'MYSQL_MAJOR=8.4', 'MYSQL_VERSION=8.4.7-1.el9'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['mysqld'],
    Volumes: { '/var/lib/mysql': {} },
  },
  layers: [
    ...trixieLayers,
    kit('ENV MYSQL_MAJOR=8.4'),
    kit('ENV MYSQL_VERSION=8.4.7-1.el9'),
    kit('RUN /bin/sh -c set -eux; apt-get install -y mysql-community-server # buildkit', [
      ...databaseFiles(databaseEntrypoint('MySQL', 'mysqld', MYSQL_NEEDS), 62_000_000),
      padding('usr/lib/mysql/plugins.tar', 300_000_000),
    ]),
    kit('VOLUME [/var/lib/mysql]'),
    kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
    kit('EXPOSE map[3306/tcp:{} 33060/tcp:{}]'),
    kit('CMD ["mysqld"]'),
  ],
};
