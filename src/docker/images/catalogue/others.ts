import type { CatalogueImage } from '../types.ts';
import { alpineTree } from './alpine.ts';
import { busyboxTree } from './busybox.ts';
import { debianFacts, debianTree } from './debian.ts';
import { binary, created, file, kit, PATH, padding, script } from './entries.ts';
import { nginx } from './nginx.ts';

const WELCOME = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Welcome to Docker</title></head>
  <body>
    <h1>Congratulations!!!</h1>
    <p>You ran your first container.</p>
  </body>
</html>
`;

/** Images of other accounts that the notes name. */
export const others: readonly CatalogueImage[] = [
  {
    repository: 'docker/welcome-to-docker',
    tags: ['latest'],
    created: created(-900_000),
    config: nginx.config,
    layers: [
      ...nginx.layers,
      kit('COPY build/ /usr/share/nginx/html # buildkit', [file('usr/share/nginx/html/index.html', WELCOME)]),
    ],
    description: 'Docker image for new users getting started with Docker.',
    stars: 230,
    official: false,
  },
  {
    repository: 'jpetazzo/clock',
    tags: ['latest'],
    created: created(-5_000_000),
    config: { Env: [PATH], Cmd: ['/bin/sh', '-c', 'while date; do sleep 1; done'] },
    layers: [
      kit('ADD rootfs.tar / # buildkit', busyboxTree(false)),
      kit('CMD ["/bin/sh" "-c" "while date; do sleep 1; done"]'),
    ],
    description: 'Shows the time every second.',
    stars: 12,
    official: false,
  },
  {
    repository: 'portainer/portainer-ce',
    tags: ['latest', 'lts', 'sts'],
    created: created(-100_000),
    config: {
      ExposedPorts: { '8000/tcp': {}, '9000/tcp': {}, '9443/tcp': {} },
      Env: [PATH],
      Entrypoint: ['/portainer'],
      Volumes: { '/data': {} },
      WorkingDir: '/',
    },
    layers: [
      kit('COPY /dist / # buildkit', [
        binary('portainer', 'portainer', 118_000_000),
        padding('public/index.html.gz', 46_000_000),
      ]),
      kit('VOLUME [/data]'),
      kit('WORKDIR /'),
      kit('EXPOSE map[8000/tcp:{} 9000/tcp:{} 9443/tcp:{}]'),
      kit('ENTRYPOINT ["/portainer"]'),
    ],
    description:
      'Portainer Community Edition - a lightweight service delivery platform for containerized applications',
    stars: 2600,
    official: false,
  },
  {
    repository: 'nginx/nginx-ingress',
    tags: ['latest'],
    created: created(-200_000),
    config: { ...nginx.config, Entrypoint: ['/nginx-ingress'], Cmd: null },
    layers: [
      ...nginx.layers,
      kit('COPY nginx-ingress / # buildkit', [binary('nginx-ingress', 'not-simulated', 92_000_000)]),
    ],
    description: 'NGINX and  NGINX Plus Ingress Controllers for Kubernetes',
    stars: 100,
    official: false,
  },
  {
    repository: 'node',
    tags: ['latest', '24', '22', 'lts', '22-slim', '22-alpine', 'slim', 'alpine', '20', '20-alpine'],
    created: created(-60_000),
    config: {
      Env: [PATH, 'NODE_VERSION=24.10.0', 'YARN_VERSION=1.22.22'],
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['node'],
    },
    layers: [
      kit("# debian.sh --arch 'amd64' out/ 'bookworm' '@1760918400'", [
        ...debianTree(),
        ...debianFacts('12', 'bookworm', '12.12'),
      ]),
      kit('ENV NODE_VERSION=24.10.0'),
      kit(
        'RUN /bin/sh -c ARCH= OPENSSL_ARCH= && curl -fsSLO --compressed "https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-x64.tar.xz" # buildkit',
        [
          binary('usr/local/bin/node', 'node', 122_000_000),
          binary('usr/local/bin/npm', 'not-simulated', 2_800),
          binary('usr/local/bin/npx', 'not-simulated', 2_900),
          binary('usr/local/bin/yarn', 'not-simulated', 1_000),
        ],
      ),
      kit('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', [
        script(
          'usr/local/bin/docker-entrypoint.sh',
          '#!/bin/sh\nset -e\nif [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then\n  set -- node "$@"\nfi\nexec "$@"\n',
        ),
      ]),
      kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
      kit('CMD ["node"]'),
    ],
    description: 'Node.js is a JavaScript-based platform for server-side and networking applications.',
    stars: 14000,
    official: true,
  },
  {
    repository: 'alpine',
    tags: ['3.21', '3.20', '3.19', 'edge'],
    created: created(-300_000),
    config: { Env: [PATH], Cmd: ['/bin/sh'] },
    layers: [
      kit('ADD alpine-minirootfs-3.21.5-x86_64.tar.gz / # buildkit', alpineTree('3.21.5')),
      kit('CMD ["/bin/sh"]'),
    ],
    description:
      'A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!',
    stars: 11500,
    official: true,
  },
];
