import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

const LAB = '/home/student/lab';

async function lab(images: readonly string[], files: Readonly<Record<string, string>>): Promise<Session> {
  const made = await Session.create({ seed: 'projects', images });
  made.onBug = (error) => {
    throw error;
  };
  for (const [name, content] of Object.entries(files)) made.writeFile(`${LAB}/${name}`, content);
  return made;
}

const out = async (session: Session, command: string): Promise<string> => (await session.run(command)).stdout;

describe('supervisord', () => {
  const files = (conf: string): Record<string, string> => ({
    Dockerfile:
      'FROM debian:13\nRUN apt-get update && apt-get install -y supervisor procps\nCOPY s.conf /etc/supervisor/conf.d/\nCMD ["supervisord"]\n',
    's.conf': conf,
  });

  it('goes to the background unless told otherwise, and the container ends', async () => {
    const session = await lab(['debian:13'], files('[program:a]\ncommand=sleep 1000\n'));
    await session.run('docker build -q -t s . && docker run -d --name s1 s; sleep 3');
    expect(await out(session, "docker ps -a --format '{{.Names}} {{.Status}}'")).toMatch(/^s1 Exited \(0\)/);
  });

  it('restarts what ends, gives up what cannot start, stops all on TERM', async () => {
    const conf =
      '[supervisord]\nnodaemon=true\nuser=root\n[program:good]\ncommand=sleep 1000\nautorestart=true\nstdout_logfile=/dev/stdout\n[program:bad]\ncommand=/nosuch\n[program:once]\ncommand=sh -c "sleep 2; exit 0"\n';
    const session = await lab(['debian:13'], files(conf));
    await session.run(
      'docker build -q -t s . && docker run -d --name s1 s; sleep 15; docker exec s1 pkill -x sleep; sleep 3',
    );
    const log = await out(session, 'docker logs s1');
    expect(log).toContain("INFO spawnerr: can't find command '/nosuch'");
    expect(log).toContain('INFO gave up: bad entered FATAL state');
    expect(log).toContain('INFO exited: once (exit status 0; expected)');
    expect(log).toContain('WARN exited: good (terminated by SIGTERM; not expected)');
    expect(log.match(/spawned: 'good'/g)).toHaveLength(2);
    expect(log.match(/spawned: 'once'/g)).toHaveLength(1);
    await session.run('docker stop s1');
    expect(await out(session, 'docker logs s1')).toMatch(
      /WARN received SIGTERM indicating exit request\n.*waiting for good to die\n.*stopped: good \(terminated by SIGTERM\)\n$/,
    );
  });
});

describe('Apache of Debian', () => {
  it('apachectl as process 1 does not pass TERM on; apache2 alone lacks its variables', async () => {
    const session = await lab(['debian:13'], {
      Dockerfile:
        'FROM debian:13\nRUN apt-get update && apt-get install -y apache2\nCMD ["apachectl", "-D", "FOREGROUND"]\n',
    });
    await session.run('docker build -q -t a . && docker run -d --name a1 a; sleep 1');
    expect(await out(session, 'docker top a1 -eo pid,args | sed -n 2,3p | cut -c21-')).toBe(
      '/bin/sh /usr/sbin/apachectl -D FOREGROUND\n/usr/sbin/apache2 -D FOREGROUND\n',
    );
    const stopped = await session.run('docker stop a1');
    expect(stopped.elapsed).toBeGreaterThan(10_000);
    const bare = await session.run('docker run --rm a apache2 -DFOREGROUND');
    expect(bare.stderr).toMatch(/Config variable \$\{APACHE_RUN_DIR\} is not defined/);
    expect(bare.exit).toBe(1);
  });
});

describe('databases', () => {
  it('MariaDB does not run as root, and listens to its own machine only', async () => {
    const session = await lab(['debian:13'], {
      Dockerfile: 'FROM debian:13\nRUN apt-get update && apt-get install -y mariadb-server\n',
    });
    await session.run('docker build -q -t m .; docker network create nn');
    expect((await session.run('docker run --rm m mariadbd')).stderr).toContain('how to run mysqld as root!');
    expect(await out(session, 'docker run --rm m id mysql')).toMatch(/^uid=\d+\(mysql\)/);
    await session.run('docker run -d --name m1 --network nn m mariadbd --user=mysql; sleep 1');
    expect((await session.run('docker run --rm --network nn m mariadb -h m1 -e "select 1"')).exit).toBe(1);
    expect((await session.run('docker exec m1 mariadb -e "select 1"')).exit).toBe(0);
  });

  it('a dump can be read back', async () => {
    const session = await lab(['mysql:8.4'], {});
    await session.run('docker run -d --name my -e MYSQL_ROOT_PASSWORD=x mysql:8.4; sleep 5');
    const sql = (text: string): Promise<string> =>
      out(session, `docker exec my mysql -uroot -px -N -e "${text}"`);
    await sql(
      "create database a; use a; create table t (id int auto_increment primary key, n varchar(9)); insert into t (n) values ('it\\'s'), (NULL)",
    );
    await session.run('docker exec my mysqldump -uroot -px --all-databases > all.sql');
    await sql('drop database a');
    expect((await session.run('docker exec -i my mysql -uroot -px < all.sql')).exit).toBe(0);
    expect(await sql('select * from a.t')).toBe("1\tit's\n2\tNULL\n");
  });

  it('PHP speaks with MySQL where the extension is', async () => {
    const session = await lab(['mysql:8.4', 'php:8.4-cli'], {
      'q.php':
        '<?php $d = new mysqli("my", "root", "x"); $d->query("create database s"); $d->query("create table s.t (n int)"); $d->query("insert into s.t values (7)"); foreach ($d->query("select n from s.t") as $r) echo $r["n"]; $p = $d->prepare("select ? as a"); try { $d->query("select * from s.none"); } catch (mysqli_sql_exception $e) { echo " ", $e->getMessage(); }',
      'e.php': '<?php new mysqli("nowhere");',
      Dockerfile:
        'FROM php:8.4-cli\nRUN mkdir -p /usr/local/lib/php/extensions/no-debug-non-zts-20240924 && touch /usr/local/lib/php/extensions/no-debug-non-zts-20240924/mysqli.so\n',
    });
    await session.run(
      'docker network create nn; docker run -d --name my --network nn -e MYSQL_ROOT_PASSWORD=x mysql:8.4; docker build -q -t p .; sleep 5',
    );
    const php = (file: string): Promise<string> =>
      out(session, `docker run --rm --network nn -v "$PWD":/w -w /w p php ${file}`);
    expect(await php('q.php')).toBe("7 Table 's.none' doesn't exist");
    expect(await php('e.php')).toContain('Uncaught mysqli_sql_exception: php_network_getaddresses');
  });
});
