/**
 * The entrypoint of the database images: makes the data directory the first time, as told by the MARIADB_* and MYSQL_*
 * variables, then becomes the server. `brand` is MariaDB or MySQL, `server` its program.
 */
export function databaseEntrypoint(brand: 'MariaDB' | 'MySQL', server: string, needed: string): string {
  return `#!/bin/bash
# What the original's entrypoint does with its MARIADB_* and MYSQL_* variables, in short.
set -eo pipefail
note() { printf '%s [%s] [Entrypoint]: %s\\n' "$(date --rfc-3339=seconds)" "$1" "$2"; }
case "$1" in
	-*) set -- ${server} "$@" ;;
esac
if [ "$1" = mariadbd ] || [ "$1" = mysqld ]; then
	note Note "Entrypoint script for ${brand} Server started."
	password="\${MARIADB_ROOT_PASSWORD:-$MYSQL_ROOT_PASSWORD}"
	empty="\${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-$MYSQL_ALLOW_EMPTY_PASSWORD}"
	random="\${MARIADB_RANDOM_ROOT_PASSWORD:-$MYSQL_RANDOM_ROOT_PASSWORD}"
	database="\${MARIADB_DATABASE:-$MYSQL_DATABASE}"
	user="\${MARIADB_USER:-$MYSQL_USER}"
	userpassword="\${MARIADB_PASSWORD:-$MYSQL_PASSWORD}"
	if [ ! -d /var/lib/mysql/mysql ]; then
		if [ -z "$password$empty$random" ]; then
			note ERROR "Database is uninitialized and password option is not specified" >&2
			printf '\\t%s\\n' "You need to specify one of ${needed}" >&2
			exit 1
		fi
		note Note "Initializing database files"
		${brand === 'MariaDB' ? 'mariadb-install-db --datadir=/var/lib/mysql --user=mysql --skip-test-db --auth-root-authentication-method=normal >/dev/null' : 'mysqld --initialize-insecure --datadir=/var/lib/mysql --user=mysql'}
		note Note "Database files initialized"
		{
			echo "CREATE USER IF NOT EXISTS root@'%';"
			echo "ALTER USER root@localhost IDENTIFIED BY '$password';"
			echo "ALTER USER root@'%' IDENTIFIED BY '$password';"
			echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
			if [ -n "$database" ]; then echo "CREATE DATABASE IF NOT EXISTS \\\`$database\\\`;"; fi
			if [ -n "$user" ]; then echo "CREATE USER '$user'@'%' IDENTIFIED BY '$userpassword';"; fi
			if [ -n "$user" ] && [ -n "$database" ]; then echo "GRANT ALL ON \\\`$database\\\`.* TO '$user'@'%';"; fi
		} | ${server} --user=mysql --datadir=/var/lib/mysql --bootstrap >/dev/null 2>&1
		for f in /docker-entrypoint-initdb.d/*.sql; do
			[ -e "$f" ] || continue
			note Note "/usr/local/bin/docker-entrypoint.sh: running $f"
			{ [ -z "$database" ] || echo "USE \\\`$database\\\`;"; cat "$f"; } | ${server} --user=mysql --datadir=/var/lib/mysql --bootstrap
		done
		note Note "${brand} init process done. Ready for start up."
	fi
	exec "$@" --user=mysql --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0 --skip-name-resolve
fi
exec "$@"
`;
}
