import type { CatalogueImage } from '../types.ts';
import { debianLayers } from './debian.ts';
import { add, binary, created, directories, file, link, nop, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';

const CONF = `ServerRoot "/usr/local/apache2"
PidFile /usr/local/apache2/logs/httpd.pid
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule mime_module modules/mod_mime.so
LoadModule dir_module modules/mod_dir.so
LoadModule autoindex_module modules/mod_autoindex.so
LoadModule alias_module modules/mod_alias.so
User www-data
Group www-data
ServerAdmin you@example.com
<Directory />
    AllowOverride none
    Require all denied
</Directory>
DocumentRoot "/usr/local/apache2/htdocs"
<Directory "/usr/local/apache2/htdocs">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
DirectoryIndex index.html
ErrorLog /proc/self/fd/2
LogLevel warn
LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
CustomLog /proc/self/fd/1 common
TypesConfig conf/mime.types
`;

const FOREGROUND = `#!/bin/sh
set -e
# Apache gets grumpy about PID files pre-existing
rm -f /usr/local/apache2/logs/httpd.pid
exec httpd -DFOREGROUND -f /usr/local/apache2/conf/httpd.conf "$@"
`;

export const httpd: CatalogueImage = {
  ...HEADS.httpd,
  created: created(8),
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: [
      'PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HTTPD_PREFIX=/usr/local/apache2',
      'HTTPD_VERSION=2.4',
    ],
    Cmd: ['httpd-foreground'],
    WorkingDir: '/usr/local/apache2',
    StopSignal: 'SIGWINCH',
  },
  layers: [
    ...debianLayers,
    nop('ENV HTTPD_PREFIX=/usr/local/apache2'),
    nop('ENV PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
    { createdBy: '/bin/sh -c #(nop) WORKDIR /usr/local/apache2', entries: directories('usr/local/apache2') },
    add('4c7d1b0e93fa26', [
      ...directories(
        'usr/local/apache2/bin usr/local/apache2/conf usr/local/apache2/htdocs usr/local/apache2/logs usr/local/apache2/cgi-bin',
      ),
      binary('usr/sbin/apache2', 'apache2', 752_280),
      link('usr/local/apache2/bin/httpd', '/usr/sbin/apache2'),
      link('usr/local/apache2/modules', '/usr/lib/apache2/modules'),
      ...directories('usr/lib/apache2 usr/lib/apache2/modules'),
      padding('usr/lib/apache2/modules/mod_mpm_event.so', 72_000),
      padding('usr/lib/apache2/modules/mod_ssl.so', 288_000),
      padding('usr/lib/x86_64-linux-gnu/libicudata.so.72.1', 31_100_000),
      padding('usr/lib/x86_64-linux-gnu/libaprutil-1.so.0', 41_000_000),
      file('usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n'),
      file('usr/local/apache2/conf/httpd.conf', CONF),
      link('usr/local/apache2/conf/mime.types', '/etc/mime.types'),
      script('usr/local/bin/httpd-foreground', FOREGROUND),
    ]),
    nop('ENV HTTPD_VERSION=2.4'),
    nop('STOPSIGNAL SIGWINCH'),
    nop('EXPOSE 80'),
    nop('CMD ["httpd-foreground"]'),
  ],
};
