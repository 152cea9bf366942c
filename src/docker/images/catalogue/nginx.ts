import type { CatalogueImage } from '../types.ts';
import { debianLayers } from './debian.ts';
import { GROUP, PASSWD } from './debian-files.ts';
import { add, binary, created, directories, file, link, nop, PATH, padding, script } from './entries.ts';
import { DEFAULT_CONF, ENTRYPOINT, INDEX, MIME_TYPES, NGINX_CONF } from './nginx-files.ts';

const IPV6 = `#!/bin/sh
echo "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf"
echo "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf"
`;
const NOTHING = '#!/bin/sh\nexit 0\n';

export const nginx: CatalogueImage = {
  repository: 'nginx',
  tags: ['latest', 'alpine', '1', '1.29', 'stable', 'mainline', 'stable-alpine'],
  created: created(7),
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [PATH, 'NGINX_VERSION=1.22.1', 'PKG_RELEASE=1~bookworm'],
    Entrypoint: ['/docker-entrypoint.sh'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    Labels: { maintainer: 'NGINX Docker Maintainers <docker-maint@nginx.com>' },
    StopSignal: 'SIGQUIT',
  },
  layers: [
    ...debianLayers,
    nop('LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>'),
    nop('ENV NGINX_VERSION=1.22.1'),
    nop('ENV PKG_RELEASE=1~bookworm'),
    add('a058a72e354292472', [
      ...directories(
        'etc/nginx etc/nginx/conf.d usr/share/nginx usr/share/nginx/html docker-entrypoint.d var/lib/nginx',
      ),
      binary('usr/sbin/nginx', 'nginx', 1_186_560),
      file('etc/nginx/nginx.conf', NGINX_CONF),
      file('etc/nginx/conf.d/default.conf', DEFAULT_CONF),
      file('etc/nginx/mime.types', MIME_TYPES),
      ...['fastcgi.conf:1125', 'fastcgi_params:1055', 'koi-utf:2837', 'koi-win:2223', 'scgi_params:636']
        .concat('uwsgi_params:664', 'win-utf:3071')
        .map((item) => padding(`etc/nginx/${item.split(':')[0]}`, Number(item.split(':')[1]))),
      file(
        'etc/nginx/proxy_params',
        'proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\nproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto $scheme;\n',
      ),
      ...directories('etc/nginx/modules-available'),
      file('usr/share/nginx/html/index.html', INDEX),
      script('docker-entrypoint.sh', ENTRYPOINT),
      script('docker-entrypoint.d/10-listen-on-ipv6-by-default.sh', IPV6),
      script('docker-entrypoint.d/20-envsubst-on-templates.sh', NOTHING),
      script('docker-entrypoint.d/30-tune-worker-processes.sh', NOTHING),
      file('etc/passwd', `${PASSWD}nginx:x:101:101::/nonexistent:/bin/false\n`),
      file('etc/group', `${GROUP}nginx:x:101:\n`),
      padding('usr/lib/x86_64-linux-gnu/perl5-nginx.so', 12_600_000),
    ]),
    {
      createdBy:
        '/bin/sh -c mkdir -p /var/log/nginx && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log && mkdir -p /var/lib/nginx /run',
      entries: [
        ...directories('var/log/nginx'),
        link('var/log/nginx/access.log', '/dev/stdout'),
        link('var/log/nginx/error.log', '/dev/stderr'),
      ],
    },
    nop('ENTRYPOINT ["/docker-entrypoint.sh"]'),
    nop('EXPOSE 80'),
    nop('STOPSIGNAL SIGQUIT'),
    nop('CMD ["nginx" "-g" "daemon off;"]'),
  ],
  description: 'Official build of Nginx.',
  stars: 20000,
  official: true,
};

/** The stand-in of the recordings: Debian's nginx package, which brings iproute2 with it. */
export const recordedNginx: CatalogueImage = {
  ...nginx,
  layers: nginx.layers.map((layer) =>
    layer.entries?.some(({ path }) => path === 'usr/sbin/nginx') === true
      ? {
          ...layer,
          entries: [
            ...layer.entries,
            binary('usr/bin/ip', 'ip', 723_000),
            binary('usr/bin/ss', 'ss', 136_000),
            link('usr/sbin/ip', '/bin/ip'),
          ],
        }
      : layer,
  ),
};
