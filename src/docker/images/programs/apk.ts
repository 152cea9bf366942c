import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { online, unpack } from './apt.ts';
import { alpinePackages, withNeeds } from './package-index.ts';

const DATABASE = '/lib/apk/db/installed';

function installed(p: Process): Map<string, string> {
  const out = new Map<string, string>();
  if (!p.fs.exists(DATABASE)) return out;
  for (const block of text(p.fs.read(DATABASE)).split('\n\n')) {
    const name = /^P:(.*)$/m.exec(block)?.[1];
    if (name !== undefined) out.set(name, /^V:(.*)$/m.exec(block)?.[1] ?? '');
  }
  return out;
}

/** apk(8): add, del, update, info, search, --no-cache, --virtual NAME. */
export function* apk(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--virtual' || arg === '-t' || arg === '-X' || arg === '--repository') i++;
    else if (!arg.startsWith('-')) words.push(arg);
  }
  const [command, ...names] = words;
  const quiet = args.includes('-q') || args.includes('--quiet');
  const say = function* (line: string): Sys<void> {
    if (!quiet) yield* p.print(line);
  };
  if (p.uid !== 0 && command !== undefined && /^(add|del|update|upgrade)$/.test(command)) {
    yield* p.error(
      'ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n',
    );
    return 99;
  }
  const release = p.fs.exists('/etc/alpine-release')
    ? text(p.fs.read('/etc/alpine-release')).trim()
    : '3.22.0';
  const branch = `v${release.split('.').slice(0, 2).join('.')}`;
  const repositories = ['main', 'community'].map(
    (name) => `https://dl-cdn.alpinelinux.org/alpine/${branch}/${name}`,
  );
  const have = installed(p);
  const fetched = p.fs.exists('/var/cache/apk/APKINDEX.tar.gz');
  const fetchIndex = function* (): Sys<boolean> {
    if (!online(p)) {
      yield* p.sleep(2000);
      for (const url of repositories)
        yield* p.error(`WARNING: fetching ${url}/x86_64/APKINDEX.tar.gz: DNS lookup error\n`);
      return false;
    }
    for (const url of repositories) {
      yield* p.sleep(250);
      yield* say(`fetch ${url}/x86_64/APKINDEX.tar.gz\n`);
    }
    return true;
  };
  switch (command) {
    case 'update': {
      if (!(yield* fetchIndex())) return 4;
      p.fs.mkdir('/var/cache/apk', '/', { parents: true });
      p.fs.place('/var/cache/apk/APKINDEX.tar.gz', {
        kind: 'file',
        data: 2_300_000,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: p.kernel.clock.now,
      });
      for (const url of repositories)
        yield* say(`${branch}.${release.split('.')[2]}-45-g1f3a2b4c5d6 [${url}]\n`);
      yield* say('OK: 26318 distinct packages available\n');
      return 0;
    }
    case 'add': {
      const reached = (fetched && !args.includes('--no-cache')) || (yield* fetchIndex());
      const missing = names.filter(
        (name) => !have.has(name) && (!reached || !alpinePackages.has(name.replace(/[=<>~].*$/, ''))),
      );
      if (missing.length > 0) {
        yield* p.error(
          `ERROR: unable to select packages:\n${missing.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`).join('')}`,
        );
        return missing.length;
      }
      const all = withNeeds(
        alpinePackages,
        names.map((name) => name.replace(/[=<>~].*$/, '')),
        (name) => have.has(name),
      );
      for (const [i, one] of all.entries()) {
        yield* p.sleep(80 + one.download / 20);
        yield* say(`(${i + 1}/${all.length}) Installing ${one.name} (${one.version})\n`);
        unpack(p, one);
        p.fs.mkdir('/lib/apk/db', '/', { parents: true });
        p.fs.append(DATABASE, `P:${one.name}\nV:${one.version}\nI:${one.installed * 1024}\n\n`);
        have.set(one.name, one.version);
      }
      if (all.length > 0) yield* say('Executing busybox-1.37.0-r18.trigger\n');
      const size = [...have.keys()].reduce(
        (sum, name) => sum + (alpinePackages.get(name)?.installed ?? 0),
        0,
      );
      yield* say(`OK: ${Math.round(8 + size / 1024)} MiB in ${16 + have.size} packages\n`);
      return 0;
    }
    case 'del': {
      for (const [i, name] of names.entries()) {
        if (!have.has(name)) continue;
        yield* say(`(${i + 1}/${names.length}) Purging ${name} (${have.get(name)})\n`);
        for (const [path] of alpinePackages.get(name)?.programs ?? [])
          if (p.fs.exists(`/${path}`)) p.fs.unlink(`/${path}`);
        have.delete(name);
      }
      p.fs.mkdir('/lib/apk/db', '/', { parents: true });
      p.fs.write(DATABASE, [...have].map(([name, version]) => `P:${name}\nV:${version}\n\n`).join(''));
      yield* say(`OK: 8 MiB in ${16 + have.size} packages\n`);
      return 0;
    }
    case 'upgrade':
      yield* say('OK: 8 MiB in 16 packages\n');
      return 0;
    case 'info':
      for (const [name] of have) if (names.length === 0 || names.includes(name)) yield* p.print(`${name}\n`);
      return names.some((name) => !have.has(name)) ? 1 : 0;
    case 'search':
      for (const { name, version } of alpinePackages.values())
        if (names.every((word) => name.includes(word))) yield* p.print(`${name}-${version}\n`);
      return 0;
    case undefined:
      yield* p.print(
        args.includes('--version')
          ? 'apk-tools 2.14.9, compiled for x86_64.\n'
          : 'apk-tools 2.14.9, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n',
      );
      return args.includes('--version') ? 0 : 1;
    default:
      yield* p.error(`ERROR: '${command}' is not an apk command. See 'apk --help'.\n`);
      return 1;
  }
}
