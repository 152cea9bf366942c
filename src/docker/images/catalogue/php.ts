import { apacheFiles } from '../programs/package-files.ts';
import type { CatalogueImage, CatalogueLayer, LayerEntry } from '../types.ts';
import { trixieLayers } from './debian.ts';
import { binary, created, directory, file, kit, link, PATH, padding, script } from './entries.ts';
import { HEADS } from './heads.ts';

const FOREGROUND = `#!/bin/bash
set -e
: "\${APACHE_CONFDIR:=/etc/apache2}"
if [ -f "$APACHE_ENVVARS" ]; then . "$APACHE_ENVVARS"; fi
: "\${APACHE_RUN_DIR:=/var/run/apache2}"
export APACHE_CONFDIR APACHE_RUN_DIR
mkdir -p "$APACHE_RUN_DIR"
rm -f "$APACHE_RUN_DIR/apache2.pid"
exec apache2 -DFOREGROUND "$@"
`;

const PHP_ENTRYPOINT = `#!/bin/sh
set -e

# first arg is \`-f\` or \`--some-option\`
if [ "\${1#-}" != "$1" ]; then
	set -- apache2-foreground "$@"
fi

exec "$@"
`;

/** The original compiles the extension from PHP's sources; here its file is put in place. */
const EXT_INSTALL = `#!/bin/sh
set -e
dir=/usr/local/lib/php/extensions/no-debug-non-zts-20240924
for ext; do
	case "$ext" in
	mysqli|pdo_mysql) ;;
	-*) continue ;;
	*) echo "muelle: the PHP extension $ext is not simulated here" >&2; exit 1 ;;
	esac
	echo "Configuring for:"
	echo "PHP Api Version:         20240924"
	echo "Zend Module Api No:      20240924"
	sleep 4
	mkdir -p "$dir"
	echo "simulated extension" > "$dir/$ext.so"
	echo "extension=$ext" > "/usr/local/etc/php/conf.d/docker-php-ext-$ext.ini"
	echo "Installing shared extensions:     $dir/"
done
`;

const env = [
  PATH,
  'PHP_INI_DIR=/usr/local/etc/php',
  'APACHE_CONFDIR=/etc/apache2',
  'APACHE_ENVVARS=/etc/apache2/envvars',
  'PHP_VERSION=8.4.13',
];

const apacheLayers: readonly CatalogueLayer[] = [
  ...trixieLayers,
  kit('ENV PHP_INI_DIR=/usr/local/etc/php'),
  kit('ENV APACHE_CONFDIR=/etc/apache2'),
  kit('ENV APACHE_ENVVARS=/etc/apache2/envvars'),
  kit(
    'RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends apache2; rm -rf /var/lib/apt/lists/* # buildkit',
    [
      binary('usr/sbin/apache2', 'apache2', 752_280),
      binary('usr/sbin/apache2ctl', 'apachectl', 7_500),
      binary('usr/sbin/a2enmod', 'true', 15_424),
      padding('usr/lib/apache2/modules/mod_mpm_prefork.so', 40_000),
      padding('usr/lib/x86_64-linux-gnu/libaprutil-1.so.0', 12_000_000),
      ...apacheFiles,
      link('var/log/apache2/access.log', '/dev/stdout'),
      link('var/log/apache2/error.log', '/dev/stderr'),
      directory('var/www/html', 0o1777, { uid: 33, gid: 33 }),
    ],
  ),
  kit('ENV PHP_VERSION=8.4.13'),
  kit('RUN /bin/sh -c set -eux; docker-php-source extract; make -j "$(nproc)"; make install # buildkit', [
    binary('usr/local/bin/php', 'php', 27_800_000),
    padding('usr/local/lib/php/libphp.so', 26_900_000),
    directory('usr/local/etc/php'),
    directory('usr/local/etc/php/conf.d'),
    script('usr/local/bin/docker-php-ext-install', EXT_INSTALL),
  ]),
  kit('COPY docker-php-entrypoint apache2-foreground /usr/local/bin/ # buildkit', [
    script('usr/local/bin/docker-php-entrypoint', PHP_ENTRYPOINT),
    script('usr/local/bin/apache2-foreground', FOREGROUND),
  ]),
];

export const phpApache: CatalogueImage = {
  ...HEADS.phpApache,
  created: created(-50_000),
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: env,
    Entrypoint: ['docker-php-entrypoint'],
    Cmd: ['apache2-foreground'],
    WorkingDir: '/var/www/html',
    StopSignal: 'SIGWINCH',
  },
  layers: [
    ...apacheLayers,
    kit('ENTRYPOINT ["docker-php-entrypoint"]'),
    kit('STOPSIGNAL SIGWINCH'),
    kit('WORKDIR /var/www/html'),
    kit('EXPOSE map[80/tcp:{}]'),
    kit('CMD ["apache2-foreground"]'),
  ],
};

export const phpCli: CatalogueImage = {
  ...HEADS.phpCli,
  created: created(-49_000),
  config: {
    Env: [PATH, 'PHP_INI_DIR=/usr/local/etc/php', 'PHP_VERSION=8.4.13'],
    Entrypoint: ['docker-php-entrypoint'],
    Cmd: ['php', '-a'],
  },
  layers: [
    ...trixieLayers,
    kit('ENV PHP_INI_DIR=/usr/local/etc/php'),
    kit('ENV PHP_VERSION=8.4.13'),
    kit('RUN /bin/sh -c set -eux; docker-php-source extract; make -j "$(nproc)"; make install # buildkit', [
      binary('usr/local/bin/php', 'php', 27_800_000),
      directory('usr/local/etc/php'),
    ]),
    kit('COPY docker-php-entrypoint /usr/local/bin/ # buildkit', [
      script(
        'usr/local/bin/docker-php-entrypoint',
        PHP_ENTRYPOINT.replace('apache2-foreground "$@"', 'php "$@"'),
      ),
    ]),
    kit('ENTRYPOINT ["docker-php-entrypoint"]'),
    kit('CMD ["php" "-a"]'),
  ],
};

const WORDPRESS_ENTRYPOINT = `#!/bin/sh
# What the original's entrypoint does, in short: WordPress is copied where the web server looks, unless something is there.
set -eu

case "$1" in
apache2*)
	if [ ! -e index.php ] && [ ! -e wp-includes/version.php ]; then
		echo >&2 "WordPress not found in $PWD - copying now..."
		cp -a /usr/src/wordpress/. .
		echo >&2 "Complete! WordPress has been successfully copied to $PWD"
	fi
	wpEnvs="$(env | sed -n 's/^\\(WORDPRESS_[A-Z_]*\\)=.*/\\1/p' | sort | tr '\\n' ' ')"
	if [ ! -s wp-config.php ] && [ -n "$wpEnvs" ]; then
		echo >&2 "No 'wp-config.php' found in $PWD, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php' (\${wpEnvs% })"
		cp wp-config-docker.php wp-config.php
	fi
	;;
esac

exec "$@"
`;

const WP_INDEX = `<?php
/**
 * Front to the WordPress application. This file doesn't do anything, but loads
 * wp-blog-header.php which does and tells WordPress to load the theme.
 */
define( 'WP_USE_THEMES', true );

/** Loads the WordPress Environment and Template */
require __DIR__ . '/wp-blog-header.php';
`;

const WP_CONFIG = `<?php
// For the Docker image: the settings come from the environment.
function getenv_docker( $env, $default ) {
	$value = getenv( $env );
	return $value === false ? $default : $value;
}

define( 'DB_NAME', getenv_docker( 'WORDPRESS_DB_NAME', 'wordpress' ) );
define( 'DB_USER', getenv_docker( 'WORDPRESS_DB_USER', 'example username' ) );
define( 'DB_PASSWORD', getenv_docker( 'WORDPRESS_DB_PASSWORD', 'example password' ) );
define( 'DB_HOST', getenv_docker( 'WORDPRESS_DB_HOST', 'mysql' ) );
define( 'DB_CHARSET', getenv_docker( 'WORDPRESS_DB_CHARSET', 'utf8mb4' ) );
$table_prefix = getenv_docker( 'WORDPRESS_TABLE_PREFIX', 'wp_' );

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
`;

const owner = { uid: 33, gid: 33 };
const INSTALL = "<?php\nrequire_once __DIR__ . '/../wp-load.php';\n";
const LOADER = "<?php\nrequire_once __DIR__ . '/wp-load.php';\n";

/** What wp-load.php does: settings from wp-config.php, which loads WordPress; without one, to the set-up page. */
const WP_LOAD = `<?php
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
if ( file_exists( ABSPATH . 'wp-config.php' ) ) {
	require_once ABSPATH . 'wp-config.php';
} else {
	header( 'Location: /wp-admin/setup-config.php', true, 302 );
	exit;
}
`;

const README =
  '<!DOCTYPE html>\n<html lang="en"><head><title>WordPress &#8250; ReadMe</title></head><body><h1>WordPress</h1></body></html>\n';

/** WordPress as its archive holds it, below `folder`; the program itself is simulated (see programs/wordpress.ts). */
export function wordpressFiles(folder: string, who: { uid: number; gid: number }): LayerEntry[] {
  const page = (name: string, text: string): LayerEntry => file(`${folder}/${name}`, text, 0o644, who);
  const into = (name: string): LayerEntry => directory(`${folder}/${name}`, 0o755, who);
  return [
    page('index.php', WP_INDEX),
    page('wp-blog-header.php', LOADER),
    page('wp-load.php', WP_LOAD),
    page('wp-settings.php', '<?php\n// Loads WordPress.\n'),
    page('wp-login.php', LOADER),
    page('license.txt', 'WordPress - Web publishing software\n'),
    page('readme.html', README),
    into('wp-admin'),
    page('wp-admin/install.php', INSTALL),
    page('wp-admin/index.php', INSTALL),
    into('wp-content'),
    into('wp-content/plugins'),
    into('wp-content/themes'),
    into('wp-includes'),
    page('wp-includes/version.php', "<?php\n$wp_version = '6.8.3';\n"),
  ];
}

export const wordpress: CatalogueImage = {
  ...HEADS.wordpress,
  created: created(-20_000),
  config: {
    ExposedPorts: { '80/tcp': {} },
    Env: env,
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['apache2-foreground'],
    Volumes: { '/var/www/html': {} },
    WorkingDir: '/var/www/html',
    StopSignal: 'SIGWINCH',
  },
  layers: [
    ...apacheLayers,
    kit(
      'RUN /bin/sh -c set -eux; curl -o wordpress.tar.gz -fL "https://wordpress.org/wordpress-6.8.3.tar.gz"; tar -xzf wordpress.tar.gz -C /usr/src/ # buildkit',
      [
        ...wordpressFiles('usr/src/wordpress', owner),
        file('usr/src/wordpress/wp-config-docker.php', WP_CONFIG, 0o644, owner),
        padding('usr/local/lib/php/extensions/no-debug-non-zts-20240924/mysqli.so', 900_000),
        padding('usr/local/lib/php/extensions.tar', 73_000_000),
      ],
    ),
    kit('VOLUME [/var/www/html]'),
    kit('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit', [
      script('usr/local/bin/docker-entrypoint.sh', WORDPRESS_ENTRYPOINT),
    ]),
    kit('ENTRYPOINT ["docker-entrypoint.sh"]'),
    kit('CMD ["apache2-foreground"]'),
  ],
};
