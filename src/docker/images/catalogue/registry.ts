import type { CatalogueImage } from '../types.ts';
import { debianLayers } from './debian.ts';
import { add, binary, created, directories, file, link, nop, PATH, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';

const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
    *.yaml|*.yml) set -- registry serve "$@" ;;
    serve|garbage-collect|help|-*) set -- registry "$@" ;;
esac
exec "$@"
`;

const CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
`;

export const registry: CatalogueImage = {
  ...HEADS.registry,
  created: created(11),
  config: {
    ExposedPorts: { '5000/tcp': {} },
    Env: [PATH],
    Entrypoint: ['/entrypoint.sh'],
    Cmd: ['/etc/docker/registry/config.yml'],
    Volumes: { '/var/lib/registry': {} },
  },
  layers: [
    ...debianLayers,
    add('0be6d7c2481f', [
      ...directories('etc/docker etc/docker/registry etc/distribution var/lib/registry'),
      binary('usr/bin/docker-registry', 'registry', 25_600_000),
      link('usr/bin/registry', '/usr/bin/docker-registry'),
      padding('etc/ssl/certs/ca-certificates.crt', 213_000),
      file('etc/docker/registry/config.yml', CONFIG),
      script('entrypoint.sh', ENTRYPOINT),
    ]),
    nop('VOLUME [/var/lib/registry]'),
    nop('EXPOSE 5000'),
    nop('ENTRYPOINT ["/entrypoint.sh"]'),
    nop('CMD ["/etc/docker/registry/config.yml"]'),
  ],
};
