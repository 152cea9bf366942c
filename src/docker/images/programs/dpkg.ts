import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { byBytes } from '../tool/files.ts';
import { globPattern } from '../tool/glob.ts';
import { BadUsage } from '../tool/tool.ts';
import { packageFiles } from './package-files.ts';
import { packagesHere, releaseFact } from './package-suites.ts';

export const STATUS = '/var/lib/dpkg/status';

/** A package that is installed. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly essential: boolean;
  readonly priority: string;
  readonly section: string;
  /** KiB. */
  readonly size: string;
  readonly multi: string;
  readonly about: string;
  /** Its programs and files in /etc. */
  readonly files: readonly string[];
}

const PRIORITIES: Readonly<Record<string, string>> = {
  r: 'required',
  i: 'important',
  s: 'standard',
  o: 'optional',
  x: 'extra',
};

/** Everything that is installed: what Debian 12 begins with, and what apt has put there since; by name. */
export function* everyPackage(p: Process): Sys<Map<string, Installed>> {
  const found: Installed[] = [];
  if (releaseFact(p, 'ID') === 'debian' && releaseFact(p, 'VERSION_ID') === '12') {
    const { DEBIAN_BASE } = yield* p.kernel.external(import('./debian-base.ts'));
    found.push(...DEBIAN_BASE.split('\n').map(baseRecord));
  }
  if (p.fs.exists(STATUS))
    for (const block of text(p.fs.read(STATUS)).split('\n\n')) {
      const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      if (field('Package') === '') continue;
      const one = packagesHere(p).get(field('Package'));
      found.push({
        name: field('Package'),
        version: field('Version'),
        architecture: field('Architecture'),
        essential: false,
        priority: 'optional',
        section: field('Section') || 'utils',
        size: field('Installed-Size'),
        multi: '',
        about: field('Description'),
        files: one === undefined ? [] : packageFiles(one).map(({ path }) => `/${path}`),
      });
    }
  const removed = new Set(removedPackages(p));
  return new Map(
    found
      .filter(({ name }) => !removed.has(name))
      .sort((a, b) => byBytes(a.name, b.name))
      .map((one) => [one.name, one]),
  );
}

function baseRecord(line: string): Installed {
  const [facts = '', where = ''] = line.split('|');
  const [
    name = '',
    version = '',
    architecture = '',
    flags = '',
    section = '',
    size = '',
    multi = '',
    about = '',
  ] = facts.split('\t');
  const files = where
    .split(' ')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const at = part.indexOf(':');
      return part
        .slice(at + 1)
        .split(',')
        .map((file) => `${part.slice(0, at)}/${file}`);
    });
  return {
    name,
    version,
    architecture,
    essential: flags.startsWith('E'),
    priority: PRIORITIES[flags.at(-1) ?? ''] ?? 'optional',
    section,
    size,
    multi,
    about,
    files,
  };
}

/** Packages of the base that were removed: dpkg's list of them, a name a line. */
export const REMOVED = '/var/lib/dpkg/removed';
const removedPackages = (p: Process): string[] =>
  p.fs.exists(REMOVED) ? text(p.fs.read(REMOVED)).split('\n').filter(Boolean) : [];

/** The record of a package as dpkg -s shows it. */
export function record(one: Installed): string {
  return [
    `Package: ${one.name}`,
    ...(one.essential ? ['Essential: yes'] : []),
    'Status: install ok installed',
    `Priority: ${one.priority}`,
    `Section: ${one.section}`,
    `Installed-Size: ${one.size}`,
    `Architecture: ${one.architecture}`,
    ...(one.multi === '' ? [] : [`Multi-Arch: ${one.multi}`]),
    `Version: ${one.version}`,
    `Description: ${one.about}`,
    '',
  ].join('\n');
}

/** Libraries of several architectures are named with theirs. */
const fullName = (one: Installed): string =>
  one.multi === 'same' ? `${one.name}:${one.architecture}` : one.name;

/** dpkg(1): -l, -s, -L, -S, -i, -r, -P, --get-selections, --configure, --print-architecture; dpkg-query(1): -W -f, -l. */
export function* dpkg(p: Process): Sys<number> {
  const [action = '', ...rest] = p.argv.slice(1);
  const have = yield* everyPackage(p);
  const names = rest.filter((word) => !word.startsWith('-'));
  switch (action) {
    case '--print-architecture':
      yield* p.print('amd64\n');
      return 0;
    case '--version':
      yield* p.print("Debian 'dpkg' package management program version 1.21.22 (amd64).\n");
      return 0;
    case '-l':
    case '--list':
      return yield* list(p, have, names);
    case '-W':
    case '--show':
      return yield* show(p, have, rest);
    case '--get-selections':
      for (const one of have.values()) {
        const name = fullName(one);
        yield* p.print(`${name}${'\t'.repeat(Math.max(1, 6 - Math.floor(name.length / 8)))}install\n`);
      }
      return 0;
    case '-s':
    case '--status':
      return yield* each(p, have, names, (one) => record(one));
    case '-L':
    case '--listfiles':
      return yield* each(p, have, names, (one) => listing(one));
    case '-S':
    case '--search':
      return yield* search(p, have, names);
    case '-i':
    case '--install':
      for (const name of names)
        if (!p.fs.exists(name, p.cwd)) {
          yield* p.error(`dpkg: error: cannot access archive '${name}': No such file or directory\n`);
          return 2;
        }
      throw new BadUsage('muelle: installing archives with dpkg is not simulated here', 1, true);
    case '-r':
    case '--remove':
    case '-P':
    case '--purge': {
      for (const name of names) {
        if (!have.has(name))
          yield* p.error(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`);
        else throw new BadUsage('muelle: remove packages with apt-get remove', 1, true);
      }
      return 0;
    }
    case '--configure':
    case '--audit':
      return 0;
    case '':
      yield* p.error(
        "dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package management;\nType dpkg -Dhelp for a list of dpkg debug flag values;\nType dpkg --force-help for a list of forcing options;\nType dpkg-deb --help for help about manipulating *.deb files;\n\nOptions marked [*] produce a lot of output - pipe it through 'less' or 'more' !\n",
      );
      return 2;
    default:
      throw new BadUsage(`muelle: dpkg ${action} is not simulated here`, 1, true);
  }
}

function* each(
  p: Process,
  have: ReadonlyMap<string, Installed>,
  names: readonly string[],
  shown: (one: Installed) => string,
): Sys<number> {
  for (const [i, name] of names.entries()) {
    const one = have.get(name);
    if (one === undefined) {
      yield* p.error(
        `dpkg-query: package '${name}' is not installed${p.argv[1] === '-L' ? '' : ' and no information is available'}\nUse dpkg --${p.argv[1] === '-L' ? 'contents' : 'info'} (= dpkg-deb --${p.argv[1] === '-L' ? 'contents' : 'info'}) to ${p.argv[1] === '-L' ? 'list archive files contents' : 'examine archive files'}.\n`,
      );
      return 1;
    }
    yield* p.print(`${i > 0 ? '\n' : ''}${shown(one)}`);
  }
  return 0;
}

/** The folders and files of a package, as far as they are known here. */
function listing(one: Installed): string {
  const seen = new Set<string>(['/.']);
  for (const file of one.files) {
    const parts = file.split('/').slice(1);
    for (let n = 1; n <= parts.length; n++) seen.add(`/${parts.slice(0, n).join('/')}`);
  }
  return `${[...seen].join('\n')}\n`;
}

function* search(p: Process, have: ReadonlyMap<string, Installed>, patterns: readonly string[]): Sys<number> {
  let code = 0;
  for (const pattern of patterns) {
    const glob = /[*?[]/.test(pattern) || pattern.startsWith('/') ? pattern : `*${pattern}*`;
    const test = globPattern(glob);
    // Debian's dpkg knows the paths before /bin and /usr/bin became one.
    const hits = [...have.values()].flatMap((one) =>
      one.files.filter((file) => test.test(file)).map((file) => `${fullName(one)}: ${file}\n`),
    );
    if (hits.length === 0) {
      code = 1;
      yield* p.error(`dpkg-query: no path found matching pattern ${glob}\n`);
    }
    yield* p.print(hits.join(''));
  }
  return code;
}

function* show(p: Process, have: ReadonlyMap<string, Installed>, words: readonly string[]): Sys<number> {
  let format = '${binary:Package}\t${Version}\n';
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-f' || word === '--showformat') format = words[++i] ?? '';
    else if (/^(?:-f|--showformat=|-f=)/.test(word)) format = word.replace(/^(?:--showformat=|-f=?)/, '');
    else names.push(word);
  }
  let code = 0;
  const chosen = pick(have, names);
  for (const name of names)
    if (!pick(have, [name]).length) {
      code = 1;
      yield* p.error(`dpkg-query: no packages found matching ${name}\n`);
    }
  for (const one of chosen) {
    const fields: Readonly<Record<string, string>> = {
      Package: one.name,
      'binary:Package': fullName(one),
      Version: one.version,
      Architecture: one.architecture,
      Status: 'install ok installed',
      'db:Status-Abbrev': 'ii ',
      'db:Status-Status': 'installed',
      Priority: one.priority,
      Section: one.section,
      Essential: one.essential ? 'yes' : '',
      'Installed-Size': one.size,
      Description: one.about,
      'binary:Summary': one.about,
    };
    yield* p.print(
      format
        .replace(/\\n/g, '\n')
        .replace(/\\t/g, '\t')
        .replace(/\$\{([\w:-]+)(?:;(-?\d+))?\}/g, (_w, name: string, width?: string) => {
          const value = fields[name] ?? '';
          const n = Number(width ?? 0);
          return n < 0 ? value.padEnd(-n) : value.padStart(n);
        }),
    );
  }
  return code;
}

function pick(have: ReadonlyMap<string, Installed>, patterns: readonly string[]): Installed[] {
  if (patterns.length === 0) return [...have.values()];
  const tests = patterns.map((pattern) => globPattern(pattern));
  return [...have.values()].filter((one) =>
    tests.some((test) => test.test(one.name) || test.test(fullName(one))),
  );
}

function* list(p: Process, have: ReadonlyMap<string, Installed>, names: readonly string[]): Sys<number> {
  const shown = pick(have, names);
  for (const name of names)
    if (pick(have, [name]).length === 0) yield* p.error(`dpkg-query: no packages found matching ${name}\n`);
  if (shown.length === 0 && names.length > 0) return 1;
  const wide = (cells: readonly string[], least: number): number =>
    Math.max(least, ...cells.map((cell) => cell.length));
  const [a, b, c] = [
    wide(shown.map(fullName), 14),
    wide(
      shown.map((one) => one.version),
      12,
    ),
    wide(
      shown.map((one) => one.architecture),
      12,
    ),
  ];
  // On no terminal the last column is as wide as its longest text, on one it ends with the line.
  const columns = p.files.get(1)?.tty?.columns;
  const d =
    columns === undefined
      ? wide(
          shown.map((one) => one.about),
          33,
        )
      : Math.max(33, columns - a - b - c - 7);
  yield* p.print(
    `Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ ${'Name'.padEnd(a)} ${'Version'.padEnd(b)} ${'Architecture'.padEnd(c)} Description\n+++-${'='.repeat(a)}-${'='.repeat(b)}-${'='.repeat(c)}-${'='.repeat(d)}\n`,
  );
  for (const one of shown)
    yield* p.print(
      `ii  ${fullName(one).padEnd(a)} ${one.version.padEnd(b)} ${one.architecture.padEnd(c)} ${one.about.slice(0, d)}\n`,
    );
  return names.every((name) => pick(have, [name]).length > 0) ? 0 : 1;
}

/** apt-mark(8): hold, unhold, manual, auto; showhold, showmanual, showauto. */
export function* aptMark(p: Process): Sys<number> {
  const [action = '', ...names] = p.argv.slice(1);
  const have = yield* everyPackage(p);
  const file = '/var/lib/dpkg/holds';
  const held = p.fs.exists(file) ? text(p.fs.read(file)).split('\n').filter(Boolean) : [];
  if (action === 'showmanual') {
    for (const name of have.keys()) yield* p.print(`${name}\n`);
    return 0;
  }
  if (action === 'showauto') return 0;
  if (action === 'showhold') {
    for (const name of held) yield* p.print(`${name}\n`);
    return 0;
  }
  if (!/^(?:hold|unhold|manual|auto)$/.test(action)) {
    yield* p.error(
      action === ''
        ? 'apt 2.6.1 (amd64)\nUsage: apt-mark [options] {auto|manual} pkg1 [pkg2 ...]\n'
        : `E: Invalid operation ${action}\n`,
    );
    return action === '' ? 1 : 100;
  }
  for (const name of names) {
    if (!have.has(name)) {
      yield* p.error(`E: Unable to locate package ${name}\n`);
      return 100;
    }
    const was = held.includes(name);
    if (action === 'hold') {
      yield* p.print(was ? `${name} was already set on hold.\n` : `${name} set on hold.\n`);
      if (!was) held.push(name);
    } else if (action === 'unhold') {
      yield* p.print(was ? `Canceled hold on ${name}.\n` : `${name} was already not on hold.\n`);
      if (was) held.splice(held.indexOf(name), 1);
    } else
      yield* p.print(
        `${name} was already set to ${action === 'manual' ? 'manually' : 'automatically'} installed.\n`,
      );
  }
  p.fs.write(file, held.map((name) => `${name}\n`).join(''));
  return 0;
}
