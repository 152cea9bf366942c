import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage } from '../tool/tool.ts';

/** mongod(1): starts, listens, logs as JSON, and ends on TERM. What a client would ask is not simulated. */
export function* mongod(p: Process): Sys<number> {
  let o: Options;
  try {
    o = parseOptions(p, {
      short: 'f:v',
      long: {
        port: 'port:',
        bind_ip: 'bind:',
        bind_ip_all: 'all',
        dbpath: 'dbpath:',
        auth: 'auth',
        version: 'version',
        config: 'f:',
        noauth: 'noauth',
        replSet: 'repl:',
        quiet: 'q',
        logpath: 'logpath:',
        fork: 'fork',
      },
      code: 2,
    });
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error;
    const unknown = p.argv.slice(1).find((arg) => arg.startsWith('-') && error.message.includes(arg));
    yield* p.error(
      `Error parsing command line: ${unknown === undefined ? error.message : `unrecognised option '${unknown}'`}\ntry 'mongod --help' for more information\n`,
    );
    return 2;
  }
  if (o.has('version')) {
    yield* p.print(
      'db version v8.0.15\nBuild Info: {\n    "version": "8.0.15",\n    "openSSLVersion": "OpenSSL 3.0.13 30 Jan 2024",\n    "environment": {\n        "distmod": "ubuntu2404",\n        "distarch": "x86_64",\n        "target_arch": "x86_64"\n    }\n}\n',
    );
    return 0;
  }
  const port = Number(o.get('port') ?? 27017);
  const path = o.get('dbpath') ?? '/data/db';
  const log = function* (
    component: string,
    id: number,
    context: string,
    message: string,
    attributes?: object,
  ): Sys<void> {
    const now = p.kernel.clock.now;
    const line = {
      t: { $date: `${formatTime(now, '%FT%T')}.${formatTime(now, '%3N')}+00:00` },
      s: 'I',
      c: component,
      id,
      ctx: context,
      msg: message,
      ...(attributes === undefined ? {} : { attr: attributes }),
    };
    yield* p.print(`${JSON.stringify(line)}\n`);
  };
  yield* log(
    'CONTROL',
    23285,
    'main',
    "Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify --sslDisabledProtocols 'none'",
  );
  yield* log('CONTROL', 4615611, 'initandlisten', 'MongoDB starting', {
    pid: p.pid,
    port,
    dbPath: path,
    architecture: '64-bit',
    host: p.uts.hostname,
  });
  yield* log('CONTROL', 23403, 'initandlisten', 'Build Info', {
    buildInfo: { version: '8.0.15', modules: [], allocator: 'tcmalloc-google' },
  });
  if (!p.fs.isDirectory(path)) {
    yield* log('CONTROL', 20557, 'initandlisten', 'DBException in initAndListen, terminating', {
      error: `NonExistentPath: Data directory ${path} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`,
    });
    return 100;
  }
  // Without an option mongod listens to its own machine only.
  const addresses = o.has('all') ? ['0.0.0.0'] : (o.get('bind') ?? '127.0.0.1').split(',');
  let stop = false;
  for (const signal of ['TERM', 'INT'] as const)
    p.onSignal(signal, () => {
      stop = true;
    });
  yield* p.sleep(600);
  p.useMemory(160_000_000);
  try {
    for (const address of addresses) p.net.listen(p, address, port);
    p.fs.write(`${path}/WiredTiger`, 'WiredTiger\nWiredTiger 11.3.0: (August 16, 2024)\n', '/', {
      uid: p.uid,
      gid: p.gid,
      groups: p.groups,
    });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* log('CONTROL', 20568, 'initandlisten', 'Error setting up listener', {
      error: { code: 9001, codeName: 'SocketException', errmsg: error.message },
    });
    return 48;
  }
  yield* log('STORAGE', 4795906, 'initandlisten', 'WiredTiger opened', { durationMillis: 412 });
  for (const address of addresses) yield* log('NETWORK', 23015, 'listener', 'Listening on', { address });
  yield* log('NETWORK', 23016, 'listener', 'Waiting for connections', { port, ssl: 'off' });
  yield* until(() => stop, p.signalled);
  yield* log('CONTROL', 23377, 'SignalHandler', 'Received signal', { signal: 15, error: 'Terminated' });
  yield* log('CONTROL', 23378, 'SignalHandler', 'Signal was sent by kill(2)', { pid: 0, uid: 0 });
  yield* log('NETWORK', 20562, 'SignalHandler', 'Shutdown: going to close listening sockets');
  yield* log('CONTROL', 20565, 'SignalHandler', 'Now exiting');
  yield* log('CONTROL', 23138, 'SignalHandler', 'Shutting down', { exitCode: 0 });
  return 0;
}
