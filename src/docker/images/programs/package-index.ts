/** A package of the simulated archives. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** KiB to download and on disk. */
  readonly download: number;
  readonly installed: number;
  readonly needs: readonly string[];
  /** Executables: path and the program that runs. */
  readonly programs: readonly (readonly [path: string, program: string])[];
  readonly about: string;
}

/**
 * Debian's packages that the pages and exercises install, one a line:
 * name|version|KiB to download|KiB on disk|needs|path=program …|about. A program that is not simulated says so when it runs.
 */
export const DEBIAN = `
wget|1.21.3-1+deb12u1|937|3585|libpsl5|usr/bin/wget=wget|retrieves files from the web
curl|7.88.1-10+deb12u14|315|500|libcurl4 ca-certificates|usr/bin/curl=curl|command line tool for transferring data with URL syntax
libcurl4|7.88.1-10+deb12u14|391|858|||easy-to-use client-side URL transfer library
libpsl5|0.21.2-1|59|119|||Library for Public Suffix List
ca-certificates|20230311+deb12u1|153|388|openssl|usr/sbin/update-ca-certificates=true|Common CA certificates
openssl|3.0.17-1~deb12u3|1426|2292||usr/bin/openssl=not-simulated|Secure Sockets Layer toolkit
vim|2:9.0.1378-2+deb12u2|1567|3738|vim-common vim-runtime|usr/bin/vim=vi usr/bin/vi=vi|Vi IMproved - enhanced vi editor
vim-common|2:9.0.1378-2+deb12u2|124|479||usr/bin/xxd=xxd|Vi IMproved - Common files
vim-runtime|2:9.0.1378-2+deb12u2|7025|33854|||Vi IMproved - Runtime files
nano|7.2-1+deb12u1|690|2871||usr/bin/nano=vi|small, friendly text editor inspired by Pico
git|1:2.39.5-0+deb12u2|7260|46602|perl libcurl4|usr/bin/git=not-simulated|fast, scalable, distributed revision control system
perl|5.36.0-7+deb12u3|239|670||usr/bin/perl=not-simulated|Larry Wall's Practical Extraction and Report Language
htop|3.2.2-2|152|387|libncursesw6|usr/bin/htop=top|interactive processes viewer
libncursesw6|6.4-4|134|412|||shared libraries for terminal handling (wide character support)
procps|2:4.0.2-3|709|2391|libproc2-0 psmisc|usr/bin/ps=ps usr/bin/top=top usr/bin/free=free usr/bin/uptime=uptime usr/bin/pgrep=pgrep usr/bin/pkill=pkill usr/bin/pidof=pidof usr/bin/watch=watch usr/bin/kill=kill|/proc file system utilities
libproc2-0|2:4.0.2-3|63|125|||library for accessing process information from /proc
psmisc|23.6-1|258|995||usr/bin/killall=killall usr/bin/pstree=not-simulated|utilities that use the proc file system
iproute2|6.1.0-3|1046|3643|libmnl0|usr/bin/ip=ip usr/bin/ss=ss|networking and traffic control tools
libmnl0|1.0.4-3|12|49|||minimalistic Netlink communication library
iputils-ping|3:20221126-1+deb12u1|47|163||usr/bin/ping=ping usr/bin/ping4=ping|Tools to test the reachability of network hosts
net-tools|2.10-0.1+deb12u2|243|1014||usr/bin/netstat=netstat usr/sbin/ifconfig=ifconfig usr/sbin/route=route usr/sbin/arp=not-simulated|NET-3 networking toolkit
dnsutils|1:9.18.41-1~deb12u1|273|300|bind9-dnsutils|usr/bin/nslookup=nslookup usr/bin/dig=dig|Transitional package for bind9-dnsutils
bind9-dnsutils|1:9.18.41-1~deb12u1|402|823||usr/bin/host=host|Clients provided with BIND 9
netcat-openbsd|1.219-1|41|114||usr/bin/nc=nc usr/bin/netcat=nc|TCP/IP swiss army knife
netcat-traditional|1.10-47|67|138||usr/bin/nc=nc usr/bin/netcat=nc|TCP/IP swiss army knife
telnet|0.17+2.4-2+deb12u1|3|22|inetutils-telnet||transitional dummy package for inetutils-telnet
inetutils-telnet|2:2.4-2+deb12u1|115|329||usr/bin/telnet=telnet|telnet client
traceroute|1:2.1.2-1|47|162||usr/sbin/traceroute=not-simulated|Traces the route taken by packets over an IPv4/IPv6 network
cowsay|3.03+dfsg2-8|20|91|perl|usr/games/cowsay=cowsay usr/games/cowthink=cowsay|configurable talking cow
fortune-mod|1:1.99.1-7.3|41|93|fortunes-min|usr/games/fortune=fortune|provides fortune cookies on demand
fortunes-min|1:1.99.1-7.3|60|142|||Data files containing selected fortune cookies
figlet|2.2.5-3+b1|135|752||usr/bin/figlet=not-simulated|Make large character ASCII banners out of ordinary text
sl|5.02-1+b1|14|44||usr/games/sl=not-simulated|Correct you if you type \`sl' by mistake
apache2|2.4.65-1~deb12u1|221|613|apache2-bin apache2-data apache2-utils procps|usr/sbin/apache2ctl=apachectl usr/sbin/apachectl=apachectl usr/sbin/a2enmod=true usr/sbin/a2dismod=true usr/sbin/a2ensite=true usr/sbin/a2dissite=true usr/sbin/a2enconf=true|Apache HTTP Server
apache2-bin|2.4.65-1~deb12u1|1409|4423||usr/sbin/apache2=apache2|Apache HTTP Server (modules and other binary files)
apache2-data|2.4.65-1~deb12u1|160|900|||Apache HTTP Server (common files)
apache2-utils|2.4.65-1~deb12u1|208|416||usr/bin/ab=not-simulated usr/bin/htpasswd=not-simulated|Apache HTTP Server (utility programs for web servers)
nginx|1.22.1-9+deb12u3|527|1376|nginx-common iproute2|usr/sbin/nginx=nginx|small, powerful, scalable web/proxy server
nginx-common|1.22.1-9+deb12u3|112|245|||small, powerful, scalable web/proxy server - common files
php|2:8.2+93|3|12|php8.2||server-side, HTML-embedded scripting language (default)
php8.2|8.2.29-1~deb12u1|34|70|php8.2-cli libapache2-mod-php8.2||server-side, HTML-embedded scripting language (metapackage)
php8.2-cli|8.2.29-1~deb12u1|1733|5240||usr/bin/php=php usr/bin/php8.2=php|command-line interpreter for the PHP scripting language
libapache2-mod-php|2:8.2+93|3|12|libapache2-mod-php8.2||server-side, HTML-embedded scripting language (Apache 2 module) (default)
libapache2-mod-php8.2|8.2.29-1~deb12u1|1686|4960|apache2-bin php8.2-cli||server-side, HTML-embedded scripting language (Apache 2 module)
php-cli|2:8.2+93|3|12|php8.2-cli||command-line interpreter for the PHP scripting language (default)
php-mysql|2:8.2+93|3|12|||MySQL module for PHP [default]
php-fpm|2:8.2+93|3|12|||server-side, HTML-embedded scripting language (FPM-CGI binary) (default)
gcc|4:12.2.0-3|5|47|gcc-12 libc6-dev|usr/bin/gcc=gcc usr/bin/cc=gcc|GNU C compiler
gcc-12|12.2.0-14+deb12u1|19358|62800|cpp-12||GNU C compiler
cpp-12|12.2.0-14+deb12u1|9768|28900|||GNU C preprocessor
g++|4:12.2.0-3|1|11|gcc|usr/bin/g++=not-simulated|GNU C++ compiler
libc6-dev|2.36-9+deb12u13|1905|12800|||GNU C Library: Development Libraries and Header Files
make|4.3-4.1|396|1634||usr/bin/make=make|utility for directing compilation
build-essential|12.9|7|20|gcc g++ make libc6-dev dpkg-dev||Informational list of build-essential packages
dpkg-dev|1.21.22|1353|2234|||Debian package development tools
supervisor|4.2.5-1|309|1657|python3|usr/bin/supervisord=supervisord usr/bin/supervisorctl=not-simulated|System for controlling process state
python3|3.11.2-1+b1|26|89|python3-minimal|usr/bin/python3=python3 usr/bin/python3.11=python3|interactive high-level object-oriented language (default python3 version)
python3-minimal|3.11.2-1+b1|26|125|||minimal subset of the Python language (default python3 version)
python3-pip|23.0.1+dfsg-1|1325|6965|python3|usr/bin/pip3=pip usr/bin/pip=pip|Python package installer
python3-venv|3.11.2-1+b1|1|6|python3||venv module for python3 (default python3 version)
nodejs|18.20.4+dfsg-1~deb12u1|319|490||usr/bin/node=not-simulated usr/bin/nodejs=not-simulated|evented I/O for V8 javascript
npm|9.2.0~ds1-1|760|3340|nodejs|usr/bin/npm=not-simulated|package manager for Node.js
redis-server|5:7.0.15-1~deb12u6|72|210|redis-tools|usr/bin/redis-server=redis-server|Persistent key-value database with network interface
redis|5:7.0.15-1~deb12u6|24|58|redis-server||Persistent key-value database with network interface (metapackage)
redis-tools|5:7.0.15-1~deb12u6|991|4820||usr/bin/redis-cli=redis-cli|Persistent key-value database with network interface (client)
mariadb-server|1:10.11.14-0+deb12u2|4309|60300|mariadb-client galera-4 procps|usr/sbin/mariadbd=mariadbd usr/sbin/mysqld=mariadbd usr/bin/mariadbd-safe=mariadbd-safe usr/bin/mysqld_safe=mariadbd-safe usr/bin/mariadb-install-db=mariadb-install-db|MariaDB database core server files
galera-4|26.4.23-0+deb12u1|889|3340|||Replication framework for transactional applications
mariadb-client|1:10.11.14-0+deb12u2|3000|52000||usr/bin/mariadb=mariadb usr/bin/mysql=mariadb usr/bin/mariadb-admin=mariadb-admin usr/bin/mysqladmin=mariadb-admin usr/bin/mariadb-dump=mariadb-dump usr/bin/mysqldump=mariadb-dump|MariaDB database client binaries
default-mysql-server|1.1.0|6|8|mariadb-server||MySQL database server binaries and system database setup (metapackage)
default-mysql-client|1.1.0|3|6|mariadb-client||MySQL database client binaries (metapackage)
sudo|1.9.13p3-1+deb12u2|1889|6200||usr/bin/sudo=su-do|Provide limited super user privileges to specific users
less|590-2.1~deb12u2|131|315||usr/bin/less=less|pager program similar to more
man-db|2.11.2-2|1386|3000||usr/bin/man=not-simulated|tools for reading manual pages
file|1:5.44-3|42|130||usr/bin/file=file|Recognize the type of data in a file using "magic" numbers
tree|2.1.0-1|52|116||usr/bin/tree=tree|displays an indented directory tree, in color
unzip|6.0-28|166|394||usr/bin/unzip=not-simulated|De-archiver for .zip files
zip|3.0-13|230|640||usr/bin/zip=not-simulated|Archiver for .zip files
xz-utils|5.4.1-1|471|1150||usr/bin/xz=not-simulated usr/bin/unxz=not-simulated|XZ-format compression utilities
jq|1.6-2.1+deb12u1|64|125||usr/bin/jq=jq|lightweight and flexible command-line JSON processor
bc|1.07.1-3+b1|105|220||usr/bin/bc=not-simulated|GNU bc arbitrary precision calculator language
gnupg|2.2.40-1.1+deb12u1|846|885||usr/bin/gpg=not-simulated|GNU privacy guard - a free PGP replacement
apt-transport-https|2.6.1|25|36|||transitional package for https support
apt-utils|2.6.1|309|1050||usr/bin/apt-extracttemplates=true|package management related utility programs
software-properties-common|0.99.30-4.1~deb12u1|65|200|python3|usr/bin/add-apt-repository=not-simulated|manage the repositories that you install software from (common)
lsb-release|12.0-1|6|19||usr/bin/lsb_release=lsb-release|Linux Standard Base version reporting utility (minimal implementation)
locales|2.36-9+deb12u13|3898|16500||usr/sbin/locale-gen=true|GNU C Library: National Language (locale) data [support]
tzdata|2025b-0+deb12u2|294|3400|||time zone and daylight-saving time data
cron|3.0pl1-162|91|260||usr/sbin/cron=not-simulated usr/bin/crontab=not-simulated|process scheduling daemon
openssh-server|1:9.2p1-2+deb12u7|457|1900||usr/sbin/sshd=not-simulated|secure shell (SSH) server, for secure access from remote machines
openssh-client|1:9.2p1-2+deb12u7|992|5900||usr/bin/ssh=not-simulated|secure shell (SSH) client
rsync|3.2.7-1+deb12u2|417|776||usr/bin/rsync=not-simulated|fast, versatile, remote (and local) file-copying tool
stress|1.0.7-1|22|60||usr/bin/stress=stress|tool to impose load on and stress test a computer system
lsof|4.95.0-1|318|486||usr/bin/lsof=not-simulated|utility to list open files
strace|6.1-0.1|1307|2200||usr/bin/strace=not-simulated|System call tracer
screen|4.9.0-4|579|1000||usr/bin/screen=not-simulated|terminal multiplexer with VT100/ANSI terminal emulation
tmux|3.3a-3|455|1100||usr/bin/tmux=not-simulated|terminal multiplexer
default-jre|2:1.17-74|1|6|||Standard Java or Java compatible Runtime
ffmpeg|7:5.1.7-0+deb12u1|1816|2300||usr/bin/ffmpeg=not-simulated|Tools for transcoding, streaming and playing of multimedia files
`;

/** Alpine's, in the same form. */
const ALPINE = `
curl|8.14.1-r2|150|260|ca-certificates libcurl|usr/bin/curl=curl|URL retrival utility and library
libcurl|8.14.1-r2|280|540|||The multiprotocol file transfer library
ca-certificates|20250911-r0|120|240|||Common CA certificates PEM files
wget|1.25.0-r1|220|500||usr/bin/wget=wget|Network utility to retrieve files from the Web
bash|5.2.37-r0|460|1200|readline|bin/bash=bash|The GNU Bourne Again shell
readline|8.2.13-r1|130|300|||GNU readline library
vim|9.1.1566-r0|1500|4000||usr/bin/vim=vi|Improved vi-style text editor
nano|8.4-r0|300|900||usr/bin/nano=vi|Enhanced clone of the Pico text editor
git|2.49.1-r0|3500|15000|libcurl|usr/bin/git=not-simulated|Distributed version control system
htop|3.4.1-r0|90|230||usr/bin/htop=top|Interactive process viewer
procps|4.0.4-r3|160|400||usr/bin/ps=ps usr/bin/top=top usr/bin/free=free|Utilities for monitoring your system and its processes
iproute2|6.15.0-r0|600|1300||sbin/ip=ip sbin/ss=ss|IP Routing Utilities
iputils|20240905-r0|50|130||bin/ping=ping|IP Configuration Utilities
bind-tools|9.20.13-r0|200|500||usr/bin/dig=dig usr/bin/nslookup=nslookup usr/bin/host=host|The ISC DNS tools
python3|3.12.11-r0|9500|42000||usr/bin/python3=python3 usr/bin/python=python3|High-level scripting language
py3-pip|25.1.1-r0|1500|8000|python3|usr/bin/pip=pip usr/bin/pip3=pip|Tool for installing and managing Python packages
nodejs|22.16.0-r2|14000|46000||usr/bin/node=not-simulated|JavaScript runtime built on V8 engine - LTS version
npm|11.3.0-r1|2000|9000|nodejs|usr/bin/npm=not-simulated|The package manager for JavaScript
nginx|1.28.0-r3|560|1200||usr/sbin/nginx=nginx|HTTP and reverse proxy server (stable version)
apache2|2.4.65-r0|500|1300||usr/sbin/httpd=apache2|A fast Unix-based HTTP server
redis|8.0.4-r0|1000|3600||usr/bin/redis-server=redis-server usr/bin/redis-cli=redis-cli|Advanced key-value store
mariadb-client|11.4.8-r0|3300|36000||usr/bin/mariadb=mariadb usr/bin/mysql=mariadb usr/bin/mariadb-dump=mariadb-dump usr/bin/mysqldump=mariadb-dump|client for the MariaDB database
gcc|14.2.0-r6|43000|150000|musl-dev|usr/bin/gcc=gcc usr/bin/cc=gcc|The GNU Compiler Collection
musl-dev|1.2.5-r10|2100|9900|||the musl c library (libc) implementation (development files)
make|4.4.1-r3|110|250||usr/bin/make=make|GNU make utility to maintain groups of programs
build-base|0.5-r3|2|8|gcc make||Meta package for build base
cowsay|3.04-r2|12|70||usr/bin/cowsay=cowsay|Configurable talking cow
jq|1.8.1-r0|200|560||usr/bin/jq=jq|A lightweight and flexible command-line JSON processor
tree|2.2.1-r0|40|100||usr/bin/tree=tree|A recursive directory indented listing program
file|5.46-r2|40|100||usr/bin/file=file|File type identification utility
openssl|3.5.4-r0|300|800||usr/bin/openssl=not-simulated|Toolkit for Transport Layer Security (TLS)
supervisor|4.2.5-r5|400|1900|python3|usr/bin/supervisord=supervisord|A system for controlling process state under UNIX
su-exec|0.2-r3|5|20||sbin/su-exec=su-exec|switch user and group id, setgroups and exec
tini|0.19.0-r3|8|30||sbin/tini=tini|Tiny but valid init for containers
tzdata|2025b-r0|400|1400|||Timezone data
shadow|4.17.3-r0|180|600||usr/sbin/useradd=useradd usr/sbin/groupadd=groupadd usr/sbin/usermod=usermod|PAM-using login and passwd utilities
coreutils|9.7-r1|800|1200||bin/ls=ls bin/cat=cat|The basic file, shell and text manipulation utilities
busybox-extras|1.37.0-r18|80|170||usr/bin/telnet=telnet|Additional binaries of Busybox
`;

/** Packages from lines of the form above. */
export function parsePackages(table: string): Map<string, Package> {
  const out = new Map<string, Package>();
  for (const line of table.trim().split('\n')) {
    const [name = '', version = '', download = '', installed = '', needs = '', programs = '', about = ''] =
      line.split('|');
    out.set(name, {
      name,
      version,
      download: Number(download),
      installed: Number(installed),
      needs: needs.split(' ').filter((need) => need !== ''),
      programs: programs
        .split(' ')
        .filter((item) => item !== '')
        .map((item) => [item.split('=')[0] ?? '', item.split('=')[1] ?? ''] as const),
      about,
    });
  }
  return out;
}

/** What `apt-get` or `apk` can install. */
export const debianPackages: ReadonlyMap<string, Package> = parsePackages(DEBIAN);
export const alpinePackages: ReadonlyMap<string, Package> = parsePackages(ALPINE);

/** A package and all it needs that is not there yet, what is needed first. */
export function withNeeds(
  index: ReadonlyMap<string, Package>,
  names: readonly string[],
  has: (name: string) => boolean,
): Package[] {
  const out: Package[] = [];
  const visit = (name: string): void => {
    const found = index.get(name);
    if (found === undefined || has(name) || out.includes(found)) return;
    for (const need of found.needs) visit(need);
    if (!out.includes(found)) out.push(found);
  };
  for (const name of names) visit(name);
  return out;
}
