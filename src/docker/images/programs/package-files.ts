import { directory, file, link } from '../catalogue/entries.ts';
import { DEFAULT_CONF, INDEX, MIME_TYPES, NGINX_CONF } from '../catalogue/nginx-files.ts';
import type { LayerEntry } from '../types.ts';
import type { Package } from './package-index.ts';

const APACHE_CONF = `# This is the main Apache server configuration file.
DefaultRuntimeDir \${APACHE_RUN_DIR}
PidFile \${APACHE_PID_FILE}
Timeout 300
KeepAlive On
User \${APACHE_RUN_USER}
Group \${APACHE_RUN_GROUP}
ErrorLog \${APACHE_LOG_DIR}/error.log
LogLevel notice
IncludeOptional mods-enabled/*.load
IncludeOptional mods-enabled/*.conf
Include ports.conf
<Directory />
	Options FollowSymLinks
	AllowOverride None
	Require all denied
</Directory>
<Directory /var/www/>
	Options Indexes FollowSymLinks
	AllowOverride None
	Require all granted
</Directory>
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
IncludeOptional conf-enabled/*.conf
IncludeOptional sites-enabled/*.conf
`;

const ENVVARS = `# envvars - default environment variables for apache2ctl
export APACHE_RUN_USER=www-data
export APACHE_RUN_GROUP=www-data
export APACHE_PID_FILE=/var/run/apache2$SUFFIX/apache2.pid
export APACHE_RUN_DIR=/var/run/apache2$SUFFIX
export APACHE_LOCK_DIR=/var/lock/apache2$SUFFIX
export APACHE_LOG_DIR=/var/log/apache2$SUFFIX
`;

const SITE = `<VirtualHost *:80>
	ServerAdmin webmaster@localhost
	DocumentRoot /var/www/html
	ErrorLog \${APACHE_LOG_DIR}/error.log
	CustomLog \${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
`;

const APACHE_PAGE = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
    <title>Apache2 Debian Default Page: It works</title>
  </head>
  <body>
    <h1>Apache2 Debian Default Page</h1>
    <p>It works!</p>
    <p>This is the default welcome page used to test the correct operation of the Apache2 server after installation on Debian systems.</p>
  </body>
</html>
`;

/** Debian's layout of Apache: configuration, site, log folder, welcome page. */
export const apacheFiles: readonly LayerEntry[] = [
  file('etc/apache2/apache2.conf', APACHE_CONF),
  file('etc/apache2/ports.conf', 'Listen 80\n'),
  file('etc/apache2/envvars', ENVVARS),
  file('etc/apache2/sites-available/000-default.conf', SITE),
  link('etc/apache2/sites-enabled/000-default.conf', '../sites-available/000-default.conf'),
  directory('etc/apache2/mods-enabled'),
  directory('etc/apache2/conf-enabled'),
  directory('var/log/apache2', 0o750),
  directory('var/www/html'),
];

const MARIADB_CONF = `[mariadbd]
pid-file = /run/mysqld/mysqld.pid
basedir = /usr
# Connections from this machine only
bind-address = 127.0.0.1
expire_logs_days = 10
character-set-server = utf8mb4
`;

/** The system users that packages bring: user and home. */
export const PACKAGE_USERS: Readonly<Record<string, readonly [name: string, home: string]>> = {
  'mariadb-server': ['mysql', '/nonexistent'],
  'mongodb-org-server': ['mongodb', '/home/mongodb'],
  'redis-server': ['redis', '/var/lib/redis'],
};

const SUPERVISOR_CONF = `; supervisor config file
[unix_http_server]
file=/var/run/supervisor.sock

[supervisord]
logfile=/var/log/supervisor/supervisord.log
pidfile=/var/run/supervisord.pid
childlogdir=/var/log/supervisor

[include]
files = /etc/supervisor/conf.d/*.conf
`;

/** The files of a package: its executables, one that stands for its size, and what makes services work. */
export function packageFiles(one: Package): LayerEntry[] {
  const entries: LayerEntry[] = one.programs.map(([path, program]) => ({
    path,
    kind: 'file' as const,
    program,
    mode: 0o755,
    size: Math.max(400, Math.round((one.installed * 300) / Math.max(1, one.programs.length))),
  }));
  entries.push({ path: `usr/share/${one.name}/data`, kind: 'file', size: one.installed * 700 });
  switch (one.name.replace(/8\.\d/, '')) {
    case 'apache2':
      entries.push(...apacheFiles, file('var/www/html/index.html', APACHE_PAGE));
      break;
    case 'libapache2-mod-php':
      entries.push({ path: 'usr/lib/apache2/modules/libphp.so', kind: 'file', size: 4_900_000 });
      break;
    case 'php-mysql':
      entries.push(
        { path: 'usr/lib/php/20240924/mysqli.so', kind: 'file', size: 120_000 },
        { path: 'usr/lib/php/20240924/pdo_mysql.so', kind: 'file', size: 40_000 },
      );
      break;
    case 'php-cli':
      entries.push(directory('etc/php'), directory('etc/php/8.4'));
      break;
    case 'nginx-common':
      entries.push(
        file('etc/nginx/nginx.conf', NGINX_CONF.replace('user  nginx;', 'user www-data;')),
        file('etc/nginx/mime.types', MIME_TYPES),
        file(
          'etc/nginx/conf.d/default.conf',
          DEFAULT_CONF.replaceAll('/usr/share/nginx/html', '/var/www/html'),
        ),
        file('var/www/html/index.nginx-debian.html', INDEX),
        file('var/www/html/index.html', INDEX),
        directory('var/log/nginx'),
      );
      break;
    case 'supervisor':
      entries.push(
        file('etc/supervisor/supervisord.conf', SUPERVISOR_CONF),
        directory('etc/supervisor/conf.d'),
        directory('var/log/supervisor'),
      );
      break;
    case 'mariadb-server':
      entries.push(
        directory('run/mysqld'),
        file('etc/mysql/mariadb.conf.d/50-server.cnf', MARIADB_CONF),
        file(
          'var/lib/mysql/ibdata1',
          JSON.stringify({
            databases: { information_schema: {}, mysql: {}, performance_schema: {}, sys: {} },
            accounts: [{ name: 'root', host: 'localhost', password: '', grants: ['*'] }],
          }),
        ),
        directory('var/lib/mysql/mysql'),
      );
      break;
    case 'redis-server':
      entries.push(
        file(
          'etc/redis/redis.conf',
          'bind 127.0.0.1 -::1\nport 6379\ndir /var/lib/redis\ndbfilename dump.rdb\n',
        ),
        directory('var/lib/redis'),
      );
      break;
    case 'ca-certificates':
      entries.push({ path: 'etc/ssl/certs/ca-certificates.crt', kind: 'file', size: 213_000 });
      break;
  }
  return entries;
}
