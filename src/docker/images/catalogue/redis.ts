import type { CatalogueImage } from '../types.ts';
import { debianLayers } from './debian.ts';
import { GROUP, PASSWD } from './debian-files.ts';
import { add, binary, created, directory, file, link, nop, PATH, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';

const ENTRYPOINT = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
# or first arg is \`something.conf\`
if [ "\${1#-}" != "$1" ] || [ "\${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

# allow the container to be started with \`--user\`
if [ "$1" = 'redis-server' -a "$(id -u)" = '0' ]; then
	find . \\! -user redis -exec chown redis '{}' +
	exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi

# the image's server takes connections from other containers
if [ "$1" = 'redis-server' ]; then
	exec "$@" --protected-mode no
fi

exec "$@"
`;

export const redis: CatalogueImage = {
  ...HEADS.redis,
  created: created(9),
  config: {
    ExposedPorts: { '6379/tcp': {} },
    Env: [PATH, 'REDIS_VERSION=7.0.15'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['redis-server'],
    Volumes: { '/data': {} },
    WorkingDir: '/data',
  },
  layers: [
    ...debianLayers,
    add('71be09d2c45f', [
      directory('data', 0o755, { uid: 101, gid: 101 }),
      binary('usr/bin/redis-server', 'redis-server', 1_824_816),
      link('usr/bin/redis-check-rdb', 'redis-server'),
      link('usr/bin/redis-check-aof', 'redis-server'),
      binary('usr/bin/redis-cli', 'redis-cli', 965_160),
      padding('usr/bin/redis-benchmark', 870_000, 0o755),
      padding('usr/lib/x86_64-linux-gnu/libsystemd.so.0', 12_800_000),
      file('etc/passwd', `${PASSWD}redis:x:101:101::/var/lib/redis:/usr/sbin/nologin\n`),
      file('etc/group', `${GROUP}redis:x:101:\n`),
      script('usr/local/bin/docker-entrypoint.sh', ENTRYPOINT),
    ]),
    nop('ENV REDIS_VERSION=7.0.15'),
    nop('VOLUME [/data]'),
    nop('WORKDIR /data'),
    nop('ENTRYPOINT ["docker-entrypoint.sh"]'),
    nop('EXPOSE 6379'),
    nop('CMD ["redis-server"]'),
  ],
};
