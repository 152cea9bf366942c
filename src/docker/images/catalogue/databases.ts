import type { CatalogueHead, CatalogueImage } from '../types.ts';
import { trixieLayers } from './debian.ts';
import { GROUP, PASSWD } from './debian-files.ts';
import { binary, created, directory, file, kit, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';

/** Postgres of one major version; 18 moved its data directory one level up. */
function postgresImage(major: string, head: CatalogueHead, order: number): CatalogueImage {
  const modern = Number(major) >= 18;
  const volume = modern ? '/var/lib/postgresql' : '/var/lib/postgresql/data';
  const data = modern ? `/var/lib/postgresql/${major}/docker` : volume;
  const env = [
    `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`,
    'GOSU_VERSION=1.19',
    'LANG=en_US.utf8',
    `PG_MAJOR=${major}`,
    `PG_VERSION=${major}.6-1.pgdg13+1`,
    `PGDATA=${data}`,
  ];
  const owner = { uid: 999, gid: 999 };
  return {
    ...head,
    created: created(order),
    config: {
      ExposedPorts: { '5432/tcp': {} },
      Env: env,
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['postgres'],
      Volumes: { [volume]: {} },
      WorkingDir: '/',
      StopSignal: 'SIGINT',
    },
    layers: [
      ...trixieLayers,
      kit(
        'RUN /bin/sh -c set -eux; groupadd -r postgres --gid=999; useradd -r -g postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres # buildkit',
        [
          file('etc/passwd', `${PASSWD}postgres:x:999:999::/var/lib/postgresql:/bin/bash\n`),
          file('etc/group', `${GROUP}postgres:x:999:\n`),
          directory('var/lib/postgresql', 0o1777, owner),
        ],
      ),
      kit('ENV GOSU_VERSION=1.19'),
      kit(
        'RUN /bin/sh -c set -eux; wget -O /usr/local/bin/gosu "https://github.com/tianon/gosu/releases/download/$GOSU_VERSION/gosu-amd64" # buildkit',
        [binary('usr/local/bin/gosu', 'gosu', 2_400_000)],
      ),
      kit('ENV LANG=en_US.utf8'),
      kit('RUN /bin/sh -c mkdir /docker-entrypoint-initdb.d # buildkit', [
        directory('docker-entrypoint-initdb.d'),
      ]),
      kit(`ENV PG_MAJOR=${major}`),
      kit(`ENV PG_VERSION=${major}.6-1.pgdg13+1`),
      kit(
        'RUN /bin/sh -c set -ex; apt-get install -y --no-install-recommends "postgresql-$PG_MAJOR=$PG_VERSION" # buildkit',
        [
          binary(`usr/lib/postgresql/${major}/bin/postgres`, 'postgres', 9_600_000),
          binary(`usr/lib/postgresql/${major}/bin/psql`, 'psql', 780_000),
          binary(`usr/lib/postgresql/${major}/bin/pg_isready`, 'psql', 60_000),
          binary(`usr/lib/postgresql/${major}/bin/pg_dump`, 'not-simulated', 480_000),
          padding('usr/lib/llvm-19/lib/libLLVM.so.19.1', 132_000_000),
          padding(`usr/lib/postgresql/${major}/lib/libraries.tar`, 150_000_000),
          directory('run/postgresql', 0o3777, owner),
        ],
      ),
      kit(`ENV PGDATA=${data}`),
      kit(
        'RUN /bin/sh -c mkdir -p "$PGDATA" && chown -R postgres:postgres "$PGDATA" && chmod 1777 "$PGDATA" # buildkit',
        modern ? [] : [directory(volume.slice(1), 0o1777, owner)],
      ),
      kit(`VOLUME [${volume}]`),
      kit('COPY docker-entrypoint.sh docker-ensure-initdb.sh /usr/local/bin/ # buildkit', [
        binary('usr/local/bin/docker-entrypoint.sh', 'postgres-entrypoint', 13_900),
      ]),
      kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
      kit('STOPSIGNAL SIGINT'),
      kit('EXPOSE map[5432/tcp:{}]'),
      kit('CMD ["postgres"]'),
    ],
  };
}

export const postgres18 = postgresImage('18', HEADS.postgres18, -30_000);
export const postgres17 = postgresImage('17', HEADS.postgres17, -31_000);

const MONGO_ENTRYPOINT = `#!/bin/sh
set -e

if [ "\${1#-}" != "$1" ]; then
	set -- mongod "$@"
fi

# the image's server takes connections from other containers
if [ "$1" = 'mongod' ]; then
	shift
	exec mongod "$@" --bind_ip_all
fi

exec "$@"
`;

export const mongo: CatalogueImage = {
  ...HEADS.mongo,
  created: created(-40_000),
  config: {
    ExposedPorts: { '27017/tcp': {} },
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'GOSU_VERSION=1.19',
      'MONGO_PACKAGE=mongodb-org',
      'MONGO_MAJOR=8.0',
      'MONGO_VERSION=8.0.15',
      'HOME=/data/db',
    ],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['mongod'],
    Volumes: { '/data/configdb': {}, '/data/db': {} },
  },
  layers: [
    ...trixieLayers,
    kit('ENV MONGO_MAJOR=8.0'),
    kit('ENV MONGO_VERSION=8.0.15'),
    kit(
      'RUN /bin/sh -c set -x && apt-get update && apt-get install -y ${MONGO_PACKAGE}=$MONGO_VERSION # buildkit',
      [
        binary('usr/bin/mongod', 'mongod', 185_000_000),
        binary('usr/bin/mongosh', 'not-simulated', 123_000_000),
        binary('usr/bin/mongos', 'not-simulated', 128_000_000),
        directory('data/db', 0o755, { uid: 999, gid: 999 }),
        directory('data/configdb', 0o755, { uid: 999, gid: 999 }),
        file('etc/passwd', `${PASSWD}mongodb:x:999:999::/data/db:/usr/sbin/nologin\n`),
        file('etc/group', `${GROUP}mongodb:x:999:\n`),
      ],
    ),
    kit('VOLUME [/data/db /data/configdb]'),
    kit('ENV HOME=/data/db'),
    kit('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', [
      script('usr/local/bin/docker-entrypoint.sh', MONGO_ENTRYPOINT),
    ]),
    kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
    kit('EXPOSE map[27017/tcp:{}]'),
    kit('CMD ["mongod"]'),
  ],
};
