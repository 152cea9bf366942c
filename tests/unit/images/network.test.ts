import { describe, expect, it } from 'vitest';
import { busybox } from '../../../src/docker/images/catalogue/busybox.ts';
import { httpd } from '../../../src/docker/images/catalogue/httpd.ts';
import { mariadb } from '../../../src/docker/images/catalogue/mariadb.ts';
import { nginx } from '../../../src/docker/images/catalogue/nginx.ts';
import { python } from '../../../src/docker/images/catalogue/python.ts';
import { redis } from '../../../src/docker/images/catalogue/redis.ts';
import { curl } from '../../../src/docker/images/programs/curl.ts';
import { ping } from '../../../src/docker/images/programs/ping.ts';
import { wget } from '../../../src/docker/images/programs/wget.ts';
import { program } from '../../../src/docker/images/tool/tool.ts';
import type { CatalogueImage } from '../../../src/docker/images/types.ts';
import { text } from '../../../src/docker/kernel/bytes.ts';
import type { Signal } from '../../../src/docker/kernel/signals.ts';
import { Box } from './harness.ts';

/** A box with a server running in it, and curl, wget and ping at hand. */
async function serving(
  image: CatalogueImage,
  argv: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; before?: (box: Box) => void } = {},
) {
  const box = new Box(image);
  for (const [name, tool] of Object.entries({ curl, wget, ping })) {
    box.extra.set(`test-${name}`, program(tool, 'gnu'));
    box.fs.place(`/bin/${name}`, {
      kind: 'file',
      data: 0,
      program: `test-${name}`,
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: 0,
    });
  }
  options.before?.(box);
  const log = { out: '', err: '' };
  const server = box.start(
    argv,
    (b) => (log.out += text(b)),
    (b) => (log.err += text(b)),
    options,
  );
  await box.until(() => false, box.kernel.clock.now + 3000);
  const stop = async (signal: Signal): Promise<number | undefined> => {
    server.signal(signal);
    await box.until(() => !server.running, box.kernel.clock.now + 10_000);
    return server.status?.code;
  };
  return { box, server, log, stop };
}

describe('nginx', () => {
  it('serves its page, logs and stops gently', async () => {
    const { box, log, stop } = await serving(nginx, ['nginx', '-g', 'daemon off;']);
    const page = await box.run('curl -s localhost');
    expect(page.out).toContain('<title>Welcome to nginx!</title>');
    expect(
      (await box.run(['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}\\n', 'localhost/nosuch'])).out,
    ).toBe('404\n');
    expect(log.err).toMatch(/^\d{4}\/\d\d\/\d\d [\d:]{8} \[notice\] 1#1: using the "epoll" event method\n/);
    expect(log.err).toContain('start worker process 3');
    expect(log.out).toMatch(/"GET \/ HTTP\/1\.1" 200 615 "-" "curl\/7\.88\.1" "-"\n/);
    expect(log.err).toContain('open() "/usr/share/nginx/html/nosuch" failed (2: No such file or directory)');
    expect(await stop('QUIT')).toBe(0);
  });

  it('says what is wrong with its configuration', async () => {
    const box = new Box(nginx);
    box.fs.write('/etc/nginx/conf.d/default.conf', 'server {\n  lisen 80;\n}\n');
    const ran = await box.run('nginx -t');
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('unknown directive "lisen" in /etc/nginx/conf.d/default.conf:2');
  });

  it('passes requests on', async () => {
    const { box } = await serving(nginx, ['nginx', '-g', 'daemon off;'], {
      before: (b) =>
        b.fs.write(
          '/etc/nginx/conf.d/default.conf',
          'server { listen 80; location /api/ { proxy_pass http://localhost:9000/; } location / { return 200 "hi\\n"; } }',
        ),
    });
    expect((await box.run('curl -s localhost/')).out).toBe('hi\n');
    expect((await box.run('curl -s localhost/api/x')).out).toContain('502 Bad Gateway');
  });
});

describe('clients', () => {
  it('curl words its failures', async () => {
    const { box } = await serving(nginx, ['sleep', '100']);
    expect(await box.run('curl -sS localhost:9999')).toEqual({
      code: 7,
      out: '',
      err: "curl: (7) Failed to connect to localhost port 9999 after 0 ms: Couldn't connect to server\n",
    });
    expect((await box.run('curl -sS nosuch')).err).toBe('curl: (6) Could not resolve host: nosuch\n');
    expect((await box.run('curl --nosuch')).err).toBe(
      "curl: option --nosuch: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
    expect((await box.run('curl')).code).toBe(2);
  });

  it('ping counts', async () => {
    const { box } = await serving(nginx, ['sleep', '100']);
    const ran = await box.run('ping -c 2 box');
    expect(ran.out).toMatch(
      /^PING box \(172\.17\.0\.2\) 56\(84\) bytes of data\.\n64 bytes from box \(172\.17\.0\.2\): icmp_seq=1 ttl=64 time=0\.113 ms\n/,
    );
    expect(ran.out).toContain('2 packets transmitted, 2 received, 0% packet loss, time 10');
    expect(await new Box(busybox).run('ping -c 1 nosuch')).toEqual({
      code: 1,
      out: '',
      err: "ping: bad address 'nosuch'\n",
    });
    const pinged = await new Box(busybox).run('ping -c 1 box');
    expect(pinged.out).toBe(
      'PING box (172.17.0.2): 56 data bytes\n64 bytes from 172.17.0.2: seq=0 ttl=64 time=0.113 ms\n\n--- box ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.113/0.113/0.113 ms\n',
    );
  });

  it('busybox httpd and wget talk', async () => {
    const { box } = await serving(busybox, ['httpd', '-f', '-h', '/etc']);
    expect((await box.run('busybox wget -qO- http://localhost/group')).out).toMatch(/^root:x:0:\n/);
    const missing = await box.run('busybox wget -qO- http://localhost/nosuch');
    expect(missing).toEqual({
      code: 1,
      out: '',
      err: 'wget: server returned error: HTTP/1.1 404 Not Found\n',
    });
  });

  it('nslookup and ip in busybox', async () => {
    const box = new Box(busybox);
    box.fs.write('/etc/resolv.conf', 'nameserver 127.0.0.11\n');
    expect((await box.run('nslookup box')).out).toBe(
      'Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\n\nNon-authoritative answer:\nName:\tbox\nAddress: 172.17.0.2\n\n',
    );
    expect((await box.run('ip -4 addr show eth0')).out).toContain(
      'inet 172.17.0.2/16 brd 172.17.255.255 scope global eth0\n',
    );
    expect((await box.run('ip link add dummy0 type dummy')).err).toBe(
      'ip: RTNETLINK answers: Operation not permitted\n',
    );
  });
});

describe('services', () => {
  it('httpd', async () => {
    const { box, log, stop } = await serving(
      httpd,
      ['httpd', '-DFOREGROUND', '-f', '/usr/local/apache2/conf/httpd.conf'],
      { cwd: '/usr/local/apache2' },
    );
    expect((await box.run('curl -s localhost')).out).toBe('<html><body><h1>It works!</h1></body></html>\n');
    expect(log.err).toContain(
      "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 172.17.0.2.",
    );
    expect(await stop('WINCH')).toBe(0);
  });

  it('redis', async () => {
    const { box, log, stop } = await serving(redis, ['redis-server', '--protected-mode', 'no'], {
      cwd: '/data',
    });
    expect((await box.run('redis-cli ping')).out).toBe('PONG\n');
    expect((await box.run('redis-cli set k v')).out).toBe('OK\n');
    expect((await box.run('redis-cli get k')).out).toBe('v\n');
    expect((await box.run('redis-cli incr n')).out).toBe('1\n');
    expect((await box.run('redis-cli nosuch')).out).toBe(
      "ERR unknown command 'nosuch', with args beginning with: \n\n",
    );
    expect(log.out).toContain('Ready to accept connections\n');
    expect(await stop('TERM')).toBe(0);
    expect(box.fs.exists('/data/dump.rdb')).toBe(true);
  });

  it('python serves files and runs scripts', async () => {
    const { box, log } = await serving(python, ['python', '-m', 'http.server'], { cwd: '/etc' });
    expect((await box.run('curl -s localhost:8000/debian_version')).out).toBe('12.15\n');
    expect(log.err).toMatch(
      /^172\.17\.0\.2 - - \[21\/Nov\/2026 03:40:\d\d\] "GET \/debian_version HTTP\/1\.1" 200 -\n$/,
    );
    expect(log.out).toBe('');
    expect((await box.run(['python', '-c', 'print("hi from python")'])).out).toBe('hi from python\n');
    box.fs.write(
      '/s.py',
      'import os\ndef f(n):\n    return n if n < 2 else f(n-1) + f(n-2)\nfor i in range(3):\n    print(i, f(i*5), end=";")\nprint(f"{10/4:.2f} {7//2} {os.getenv(\'HOME\')}")\ntry:\n    1/0\nexcept ZeroDivisionError as e:\n    print("caught", e)\nprint([x*x for x in range(4) if x], {"a": 1}, (1,), 6*7, 2**10)\n',
    );
    expect((await box.run('python /s.py')).out).toBe(
      "0 0;1 5;2 55;2.50 3 /root\ncaught division by zero\n[1, 4, 9] {'a': 1} (1,) 42 1024\n",
    );
    const failed = await box.run(['python', '-c', 'print(nosuch)']);
    expect(failed).toEqual({
      code: 1,
      out: '',
      err: 'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nNameError: name \'nosuch\' is not defined\n',
    });
  });

  it('flask counts in redis, or does without', async () => {
    const app = `from flask import Flask
from redis import Redis, RedisError
import os
import socket

# Connect to Redis
redis = Redis(host="redis", db=0, socket_connect_timeout=2, socket_timeout=2)

app = Flask(__name__)

@app.route("/")
def hello():
    try:
        visits = redis.incr("counter")
    except RedisError:
        visits = "<i>cannot connect to Redis, counter disabled</i>"

    html = "<h3>Hello {name}!</h3>" \\
           "<b>Hostname:</b> {hostname}<br/>" \\
           "<b>Visits:</b> {visits}"
    return html.format(name=os.getenv("NAME", "world"), hostname=socket.gethostname(), visits=visits)

if __name__ == "__main__":
    app.run(host='0.0.0.0', port=80)
`;
    const { box, log } = await serving(python, ['python', 'app.py'], {
      before: (b) => {
        b.fs.write('/app.py', app);
        for (const name of ['flask', 'redis'])
          b.fs.mkdir(`/usr/local/lib/python3.11/dist-packages/${name}`, '/', { parents: true });
      },
    });
    expect((await box.run('curl -s localhost')).out).toBe(
      '<h3>Hello world!</h3><b>Hostname:</b> box<br/><b>Visits:</b> <i>cannot connect to Redis, counter disabled</i>',
    );
    expect(log.err).toContain('Running on all addresses (0.0.0.0)');
    expect((await box.run('pip install requests')).out).toContain('Successfully installed certifi-2025.10.5');
  });

  it('mariadb keeps accounts and tables', async () => {
    const { box, log, stop } = await serving(mariadb, ['mariadbd', '--user=mysql'], {
      before: (b) =>
        b.fs.write(
          '/var/lib/mysql/ibdata1',
          JSON.stringify({
            databases: { mysql: {}, shop: {} },
            accounts: [
              { name: 'root', host: '%', password: 'pw', grants: ['*'] },
              { name: 'wp', host: '%', password: 'wp', grants: ['shop'] },
            ],
          }),
        ),
    });
    expect(log.err).toContain('mariadbd: ready for connections.');
    const run = (words: string[]) => box.run(['mariadb', '-h', 'box', ...words]);
    expect((await run(['-uwp', '-pwp', '-N', '-e', 'select database()', 'shop'])).out).toBe('shop\n');
    expect(await run(['-uwp', '-pbad', '-e', 'select 1'])).toEqual({
      code: 1,
      out: '',
      err: "ERROR 1045 (28000): Access denied for user 'wp'@'172.17.0.2' (using password: YES)\n",
    });
    expect(
      (
        await run([
          '-uroot',
          '-ppw',
          '-t',
          '-e',
          "create table t (id int auto_increment primary key, name varchar(9)); insert into t (name) values ('a'),('b'); select * from t where id > 1",
          'shop',
        ])
      ).out,
    ).toBe('+----+------+\n| id | name |\n+----+------+\n|  2 | b    |\n+----+------+\n');
    expect((await box.run('mariadb-admin -uroot -ppw ping')).out).toBe('mysqld is alive\n');
    expect((await box.run('mariadb-dump -uroot -ppw shop')).out).toContain(
      "INSERT INTO `t` VALUES\n(1,'a'),\n(2,'b');\n",
    );
    expect(await stop('TERM')).toBe(0);
  });
});
