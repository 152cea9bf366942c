import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { globPattern } from '../tool/glob.ts';
import { Failure } from '../tool/tool.ts';
import { groups, uidOf, users } from '../tool/users.ts';
import { everyPackage, REMOVED, record, STATUS } from './dpkg.ts';
import { PACKAGE_USERS, packageFiles } from './package-files.ts';
import { type Package, withNeeds } from './package-index.ts';
import {
  LISTS,
  otherSources,
  packagesHere,
  releaseFact,
  type SourceProblem,
  sourceProblem,
} from './package-suites.ts';
import { ask } from './rm.ts';

const APT_VERSION = '2.6.2';

/** Is there a way out of this network? Without one the archive cannot be reached. */
export function online(p: Process): boolean {
  return p.net.routes().some(({ to }) => to === 'default');
}

/** Names and versions of what dpkg has installed. */
export function installedPackages(p: Process): Map<string, string> {
  const out = new Map<string, string>();
  if (!p.fs.exists(STATUS)) return out;
  for (const block of text(p.fs.read(STATUS)).split('\n\n')) {
    const name = /^Package: (.*)$/m.exec(block)?.[1];
    if (name !== undefined) out.set(name, /^Version: (.*)$/m.exec(block)?.[1] ?? '');
  }
  return out;
}

function codename(p: Process): { mirror: string; suite: string } {
  const ubuntu = releaseFact(p, 'ID') === 'ubuntu';
  const suite = releaseFact(p, 'VERSION_CODENAME') ?? 'bookworm';
  return { mirror: ubuntu ? 'http://archive.ubuntu.com/ubuntu' : 'http://deb.debian.org/debian', suite };
}

function size(kib: number): string {
  const bytes = kib * 1024;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e7 ? 1 : 2).replace(/(\.\d)\d$/, '$1')} MB`;
  return `${(bytes / 1000).toFixed(kib < 100 ? 1 : 0).replace(/\.0$/, '')} kB`;
}

const KNOWN_FLAGS =
  /^--(?:yes|assume-yes|assume-no|quiet|no-install-recommends|install-recommends|no-install-suggests|installed|upgradable|all-versions|purge|auto-remove|autoremove|fix-broken|fix-missing|reinstall|only-upgrade|allow-[a-z-]+|no-upgrade|dry-run|simulate|just-print|no-act|download-only|force-yes|ignore-missing|show-progress|names-only|full|no-cache|option|default-release|target-release|config-file|host-architecture|version|help|no-remove|print-uris|verbose-versions|show-upgraded|no-all-versions)(?:=|$)/;

/** apt-get(8), apt(8): update, install, remove, purge, upgrade, clean, autoremove, list, search, show. */
export function* apt(p: Process): Sys<number> {
  const flags = p.argv.slice(1).filter((arg) => arg.startsWith('-'));
  const words: string[] = [];
  for (let i = 1; i < p.argv.length; i++) {
    const arg = p.argv[i] ?? '';
    if (arg === '-o' || arg === '-t' || arg === '-c') i++;
    else if (!arg.startsWith('-')) words.push(arg);
  }
  const [command, ...names] = words;
  const has = (...wanted: string[]): boolean =>
    flags.some(
      (flag) =>
        wanted.includes(flag) ||
        (/^-[a-z]+$/.test(flag) && wanted.some((w) => /^-[a-z]$/.test(w) && flag.includes(w.slice(1)))),
    );
  const quiet = flags.some(
    (flag) => /^-q+$/.test(flag) || flag === '--quiet' || flag === '-yqq' || flag === '-qqy',
  );
  const odd = flags.find((flag) => /^--[a-z]/.test(flag) && !KNOWN_FLAGS.test(flag));
  if (odd !== undefined) {
    yield* p.error(`E: Command line option ${odd} is not understood in combination with the other options\n`);
    return 100;
  }
  const silent = flags.some((flag) => /^-y?qqy?$/.test(flag));
  if (p.name === 'apt' && !p.isatty(1))
    yield* p.error('\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n');
  if (
    p.uid !== 0 &&
    command !== undefined &&
    /^(install|update|remove|purge|upgrade|autoremove|clean)$/.test(command)
  ) {
    if (command === 'update' && p.name === 'apt-get') yield* p.print('Reading package lists...\n');
    yield* p.error(
      command === 'update'
        ? 'E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\nE: Unable to lock directory /var/lib/apt/lists/\n'
        : 'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n',
    );
    return 100;
  }
  const say = function* (line: string): Sys<void> {
    if (!silent) yield* p.print(line);
  };
  if (flags.includes('--version') || flags.includes('-v')) {
    yield* p.print(`apt ${APT_VERSION} (amd64)\n`);
    return 0;
  }
  switch (command) {
    case undefined:
    case 'help':
      yield* p.print(`apt ${APT_VERSION} (amd64)\nUsage: ${p.name} [options] command\n`);
      return command === undefined ? 1 : 0;
    case 'update':
      return yield* update(p, say);
    case 'install':
      return yield* install(p, names, {
        assumeYes: has('-y', '--yes', '--assume-yes') || quiet,
        say,
        silent,
        bare: has('--no-install-recommends'),
      });
    case 'remove':
    case 'purge':
      return yield* remove(p, names, command, has('-y', '--yes'), say);
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
    case 'autoremove':
      yield* say('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
      if (command !== 'autoremove') yield* say('Calculating upgrade...\n');
      yield* say('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
      return 0;
    case 'clean':
      return 0;
    case 'autoclean':
    case 'check':
      yield* say('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
      return 0;
    case 'download':
    case 'source':
      for (const name of names) {
        if (packagesHere(p).has(name) && updated(p))
          throw new Failure(`muelle: ${p.name} ${command} is not simulated here`);
        yield* p.error(`E: Unable to locate package ${name}\n`);
      }
      return 100;
    case 'list': {
      yield* p.print('Listing...\n');
      const installed = yield* everyPackage(p);
      const tests = names.map((name) => globPattern(name));
      const wanted = (name: string): boolean => tests.length === 0 || tests.some((test) => test.test(name));
      // A list is known of once apt has fetched it.
      const known = updated(p) ? packagesHere(p) : new Map<string, Package>();
      const rows = [...installed.values()].map((one): [string, string] => [
        one.name,
        known.has(one.name)
          ? `${one.name}/stable,now ${one.version} ${one.architecture} [installed]`
          : `${one.name}/now ${one.version} ${one.architecture} [installed,local]`,
      ]);
      if (flags.includes('--upgradable') || flags.includes('--upgradeable')) return 0;
      if (!flags.includes('--installed'))
        for (const { name, version } of known.values())
          if (!installed.has(name)) rows.push([name, `${name}/stable ${version} amd64`]);
      rows.sort(([a], [b]) => (a < b ? -1 : 1));
      const shown = rows.filter(([name]) => wanted(name));
      if (shown.length > 0 && p.name === 'apt')
        yield* p.print(`${shown.map(([, row]) => row).join(names.length > 0 ? '\n\n' : '\n')}\n`);
      return 0;
    }
    case 'search': {
      if (p.name === 'apt') yield* p.print('Sorting...\nFull Text Search...\n');
      if (!updated(p)) return 0;
      for (const { name, version, about } of packagesHere(p).values())
        if (names.every((word) => name.includes(word) || about.includes(word)))
          yield* p.print(
            p.name === 'apt-cache'
              ? `${name} - ${about}\n`
              : `${name}/stable ${version} amd64\n  ${about}\n\n`,
          );
      return 0;
    }
    case 'show':
    case 'policy': {
      for (const name of names) {
        const there = (yield* everyPackage(p)).get(name);
        const found = updated(p) ? packagesHere(p).get(name) : undefined;
        if (command === 'policy') {
          if (there === undefined && found === undefined) {
            if (p.name !== 'apt-cache') yield* p.error(`N: Unable to locate package ${name}\n`);
            continue;
          }
          const { mirror, suite } = codename(p);
          const source = found === undefined ? '' : `        500 ${mirror} ${suite}/main amd64 Packages\n`;
          yield* p.print(
            `${name}:\n  Installed: ${there?.version ?? '(none)'}\n  Candidate: ${found?.version ?? there?.version}\n  Version table:\n ${there === undefined ? '   ' : '***'} ${found?.version ?? there?.version} ${found === undefined ? 100 : 500}\n${source}${there === undefined ? '' : '        100 /var/lib/dpkg/status\n'}`,
          );
          continue;
        }
        if (there !== undefined && found === undefined) {
          yield* p.print(`${record(there)}\n`);
          continue;
        }
        if (found === undefined) {
          yield* p.error(`E: No packages found\n`);
          return 100;
        }
        yield* p.print(
          `Package: ${name}\nVersion: ${found.version}\nInstalled-Size: ${found.installed} kB\nDepends: ${found.needs.join(', ')}\nDownload-Size: ${size(found.download)}\nDescription: ${found.about}\n\n`,
        );
      }
      return 0;
    }
    default:
      yield* p.error(`E: Invalid operation ${command}\n`);
      return 100;
  }
}

function updated(p: Process): boolean {
  return p.fs.isDirectory(LISTS) && p.fs.list(LISTS).some((name) => name.includes('Packages'));
}

function* update(p: Process, say: (line: string) => Sys<void>): Sys<number> {
  const { mirror, suite } = codename(p);
  const host = mirror.split('/')[2] ?? '';
  if (!online(p)) {
    for (let i = 1; i <= 3; i++) yield* say(`Ign:${i} ${mirror} ${suite} InRelease\n`);
    yield* p.sleep(3000);
    yield* say(
      `Err:1 ${mirror} ${suite} InRelease\n  Temporary failure resolving '${host}'\nReading package lists...\n`,
    );
    yield* p.error(
      `W: Failed to fetch ${mirror}/dists/${suite}/InRelease  Temporary failure resolving '${host}'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
    );
    return 0;
  }
  yield* p.sleep(300);
  yield* say(
    `Get:1 ${mirror} ${suite} InRelease [151 kB]\nGet:2 ${mirror} ${suite}-updates InRelease [55.4 kB]\nGet:3 ${mirror}-security ${suite}-security InRelease [48.0 kB]\n`,
  );
  yield* p.sleep(400);
  yield* say(
    `Get:4 ${mirror} ${suite}/main amd64 Packages [8791 kB]\nGet:5 ${mirror} ${suite}-updates/main amd64 Packages [6924 B]\nGet:6 ${mirror}-security ${suite}-security/main amd64 Packages [283 kB]\n`,
  );
  yield* p.sleep(700);
  const problems = yield* otherRepositories(p, say);
  yield* say('Fetched 9336 kB in 1s (6721 kB/s)\nReading package lists...\n');
  const list = `${LISTS}/${mirror.replace('http://', '').replaceAll('/', '_')}_dists_${suite}_main_binary-amd64_Packages`;
  p.fs.mkdir(`${LISTS}/partial`, '/', { parents: true });
  p.fs.place(list, {
    kind: 'file',
    data: 45_600_000,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: p.kernel.clock.now,
  });
  p.fs.write(`${LISTS}/lock`, '');
  for (const { after } of problems) yield* p.error(after);
  if (problems.some(({ fatal }) => fatal)) return 100;
  if (p.name === 'apt')
    yield* say('Building dependency tree...\nReading state information...\nAll packages are up to date.\n');
  return 0;
}

/** The repositories of /etc/apt/sources.list.d: fetches their lists, or says what is wrong. */
function* otherRepositories(p: Process, say: (line: string) => Sys<void>): Sys<SourceProblem[]> {
  const problems: SourceProblem[] = [];
  for (const [i, source] of otherSources(p).entries()) {
    const what = `${source.url} ${source.suite}`;
    const host = source.url.replace(/^https?:\/\//, '').replace(/[/:].*$/, '');
    let resolved = true;
    try {
      yield* p.net.resolve(p, host);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      resolved = false;
    }
    const problem = sourceProblem(p, source, resolved);
    if (problem !== undefined) {
      yield* say(`Err:${i + 7} ${what} InRelease\n  ${problem.line}\n`);
      problems.push(problem);
      continue;
    }
    yield* say(
      `Get:${i + 7} ${what} InRelease [3005 B]\nGet:${i + 8} ${what}/multiverse amd64 Packages [106 kB]\n`,
    );
    const list = `${source.url.replace(/^https?:\/\//, '')}_dists_${source.suite}_Packages`.replaceAll(
      '/',
      '_',
    );
    p.fs.mkdir(LISTS, '/', { parents: true });
    p.fs.write(`${LISTS}/${list}`, 'Package: mongodb-org\n');
  }
  return problems;
}

interface How {
  readonly assumeYes: boolean;
  readonly say: (line: string) => Sys<void>;
  readonly silent: boolean;
  readonly bare: boolean;
}

function* install(p: Process, given: readonly string[], how: How): Sys<number> {
  const { say } = how;
  yield* say('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  yield* p.sleep(150);
  const have = new Map(
    [...(yield* everyPackage(p)).values()].map((one): [string, string] => [one.name, one.version]),
  );
  const names = given.map((name) => name.replace(/[=/].*$/, ''));
  const missing = names.filter((name) => (!packagesHere(p).has(name) || !updated(p)) && !have.has(name));
  for (const name of missing) yield* p.error(`E: Unable to locate package ${name}\n`);
  if (missing.length > 0) return 100;
  for (const name of names) {
    const version = have.get(name);
    if (version !== undefined) yield* say(`${name} is already the newest version (${version}).\n`);
  }
  const all = withNeeds(packagesHere(p), names, (name) => have.has(name));
  const extra = all.filter(({ name }) => !names.includes(name));
  const sorted = [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  const listed = (list: readonly Package[]): string => `  ${list.map(({ name }) => name).join(' ')}\n`;
  if (extra.length > 0)
    yield* say(
      `The following additional packages will be installed:\n${listed(sorted.filter((one) => extra.includes(one)))}`,
    );
  if (all.length > 0) yield* say(`The following NEW packages will be installed:\n${listed(sorted)}`);
  yield* say(`0 upgraded, ${all.length} newly installed, 0 to remove and 0 not upgraded.\n`);
  if (all.length === 0) return 0;
  const download = all.reduce((sum, one) => sum + one.download, 0);
  const disk = all.reduce((sum, one) => sum + one.installed, 0);
  yield* say(
    `Need to get ${size(download)} of archives.\nAfter this operation, ${size(disk)} of additional disk space will be used.\n`,
  );
  if (extra.length > 0 && !how.assumeYes) {
    yield* p.print('Do you want to continue? [Y/n] ');
    const answer = yield* p.readLine(0);
    if (answer === undefined || !/^(y|yes|)$/i.test(answer.trim())) {
      yield* p.print('Abort.\n');
      return 1;
    }
  }
  const { mirror, suite } = codename(p);
  if (!online(p)) {
    yield* p.sleep(2000);
    const host = mirror.split('/')[2] ?? '';
    for (const one of sorted)
      yield* p.error(
        `E: Failed to fetch ${mirror}/pool/main/${one.name[0]}/${one.name}/${one.name}_${one.version.replace(/^\d+:/, '')}_amd64.deb  Temporary failure resolving '${host}'\n`,
      );
    yield* p.error('E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n');
    return 100;
  }
  for (const [i, one] of sorted.entries())
    yield* say(
      `Get:${i + 1} ${mirror} ${suite}/main amd64 ${one.name} amd64 ${one.version} [${size(one.download)}]\n`,
    );
  const seconds = Math.max(0.3, download / 9000);
  yield* p.sleep(seconds * 1000);
  if (!p.fs.exists('/usr/bin/apt-extracttemplates'))
    yield* p.error('debconf: delaying package configuration, since apt-utils is not installed\n');
  yield* say(
    `Fetched ${size(download)} in ${Math.floor(seconds)}s (${Math.round(download / seconds)} kB/s)\n`,
  );
  const files = 6089 + have.size * 20;
  for (const [i, one] of all.entries()) {
    yield* say(`Selecting previously unselected package ${one.name}.\n`);
    if (i === 0) yield* say(`(Reading database ... ${files} files and directories currently installed.)\n`);
    yield* say(
      `Preparing to unpack .../${one.name}_${one.version.replace(':', '%3a')}_amd64.deb ...\nUnpacking ${one.name} (${one.version}) ...\n`,
    );
    yield* p.sleep(30 + one.installed / 100);
  }
  for (const one of all) {
    unpack(p, one);
    addUser(p, one.name);
    register(p, one);
    yield* say(`Setting up ${one.name} (${one.version}) ...\n`);
    yield* p.sleep(20);
  }
  yield* say('Processing triggers for libc-bin (2.36-9+deb12u13) ...\n');
  return 0;
}

/** Puts a package's files in place. */
export function unpack(p: Process, one: Package): void {
  for (const entry of packageFiles(one)) {
    const path = `/${entry.path}`;
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!p.fs.exists(parent)) p.fs.mkdir(parent, '/', { parents: true });
    const meta = { uid: 0, gid: 0, mtime: p.kernel.clock.now };
    if (entry.kind === 'directory') {
      if (!p.fs.exists(path)) p.fs.mkdir(path, '/', { parents: true, mode: entry.mode ?? 0o755 });
    } else if (p.fs.exists(path) && p.fs.lstat(path).kind === 'directory') continue;
    else if (entry.kind === 'link')
      p.fs.place(path, { kind: 'link', target: entry.target, mode: 0o777, ...meta });
    else
      p.fs.place(path, {
        kind: 'file',
        data: entry.text === undefined ? (entry.size ?? 0) : utf8(entry.text),
        program: entry.program,
        mode: entry.mode ?? (entry.program === undefined ? 0o644 : 0o755),
        ...meta,
      });
  }
}

/** What a package's script does with `adduser --system`. */
function addUser(p: Process, name: string): void {
  const [user, home] = PACKAGE_USERS[name] ?? [];
  if (user === undefined || uidOf(p, user) !== undefined) return;
  const taken = [...users(p).map(({ uid }) => uid), ...groups(p).map(({ gid }) => gid)];
  let id = 100;
  while (taken.includes(id)) id++;
  p.fs.append('/etc/passwd', `${user}:x:${id}:${id}::${home}:/bin/false\n`);
  p.fs.append('/etc/group', `${user}:x:${id}:\n`);
}

/** Enters a package in dpkg's list. */
function register(p: Process, one: Package): void {
  if (!p.fs.exists('/var/lib/dpkg')) p.fs.mkdir('/var/lib/dpkg', '/', { parents: true });
  const entry = `Package: ${one.name}\nStatus: install ok installed\nInstalled-Size: ${one.installed}\nArchitecture: amd64\nVersion: ${one.version}\nDescription: ${one.about}\n\n`;
  p.fs.append(STATUS, entry);
  if (p.fs.exists(REMOVED)) p.fs.write(REMOVED, text(p.fs.read(REMOVED)).replace(`${one.name}\n`, ''));
}

function* remove(
  p: Process,
  names: readonly string[],
  command: string,
  assumeYes: boolean,
  say: (line: string) => Sys<void>,
): Sys<number> {
  yield* say('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  const every = yield* everyPackage(p);
  const have = new Map([...every.values()].map((one): [string, string] => [one.name, one.version]));
  const going = names.filter((name) => have.has(name));
  for (const name of names) {
    if (going.includes(name)) continue;
    if (!packagesHere(p).has(name)) {
      yield* p.error(`E: Unable to locate package ${name}\n`);
      return 100;
    }
    yield* say(`Package '${name}' is not installed, so not removed\n`);
  }
  const vital = going.filter((name) => every.get(name)?.essential === true);
  if (going.length > 0)
    yield* say(
      `The following packages will be REMOVED:\n  ${going.map((name) => name + (command === 'purge' ? '*' : '')).join(' ')}\n`,
    );
  if (vital.length > 0)
    yield* say(
      `WARNING: The following essential packages will be removed.\nThis should NOT be done unless you know exactly what you are doing!\n  ${vital.join(' ')}\n`,
    );
  yield* say(`0 upgraded, 0 newly installed, ${going.length} to remove and 0 not upgraded.\n`);
  if (going.length === 0) return 0;
  if (vital.length > 0) {
    yield* p.error('E: Essential packages were removed and -y was used without --allow-remove-essential.\n');
    return 100;
  }
  if (!assumeYes && !(yield* ask(p, 'Do you want to continue? [Y/n] '))) {
    yield* p.print('Abort.\n');
    return 1;
  }
  for (const name of going) {
    const one = packagesHere(p).get(name);
    for (const [path] of one?.programs ?? []) if (p.fs.exists(`/${path}`)) p.fs.unlink(`/${path}`);
    yield* say(`Removing ${name} (${have.get(name)}) ...\n`);
  }
  const blocks = (p.fs.exists(STATUS) ? text(p.fs.read(STATUS)) : '')
    .split('\n\n')
    .filter((block) => !going.includes(/^Package: (.*)$/m.exec(block)?.[1] ?? ''));
  p.fs.write(STATUS, blocks.join('\n\n'));
  p.fs.append(REMOVED, going.map((name) => `${name}\n`).join(''));
  return 0;
}
