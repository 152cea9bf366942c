import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

interface PyPackage {
  readonly version: string;
  readonly module: string;
  readonly needs: readonly string[];
  readonly size: string;
}

/** The packages the simulated index offers. */
const INDEX: Readonly<Record<string, PyPackage>> = {
  flask: {
    version: '3.1.2',
    module: 'flask',
    needs: ['werkzeug', 'jinja2', 'itsdangerous', 'click', 'blinker', 'markupsafe'],
    size: '103 kB',
  },
  werkzeug: { version: '3.1.3', module: 'werkzeug', needs: [], size: '224 kB' },
  jinja2: { version: '3.1.6', module: 'jinja2', needs: ['markupsafe'], size: '134 kB' },
  itsdangerous: { version: '2.2.0', module: 'itsdangerous', needs: [], size: '16 kB' },
  click: { version: '8.3.0', module: 'click', needs: [], size: '107 kB' },
  blinker: { version: '1.9.0', module: 'blinker', needs: [], size: '8.5 kB' },
  markupsafe: { version: '3.0.3', module: 'markupsafe', needs: [], size: '22 kB' },
  redis: { version: '6.4.0', module: 'redis', needs: [], size: '279 kB' },
  requests: {
    version: '2.32.5',
    module: 'requests',
    needs: ['certifi', 'idna', 'urllib3', 'charset-normalizer'],
    size: '64 kB',
  },
  certifi: { version: '2025.10.5', module: 'certifi', needs: [], size: '163 kB' },
  idna: { version: '3.11', module: 'idna', needs: [], size: '71 kB' },
  urllib3: { version: '2.5.0', module: 'urllib3', needs: [], size: '129 kB' },
  'charset-normalizer': { version: '3.4.4', module: 'charset_normalizer', needs: [], size: '153 kB' },
  gunicorn: { version: '23.0.0', module: 'gunicorn', needs: ['packaging'], size: '85 kB' },
  packaging: { version: '25.0', module: 'packaging', needs: [], size: '66 kB' },
  django: { version: '5.2.7', module: 'django', needs: ['asgiref', 'sqlparse'], size: '8.3 MB' },
  asgiref: { version: '3.10.0', module: 'asgiref', needs: [], size: '24 kB' },
  sqlparse: { version: '0.5.3', module: 'sqlparse', needs: [], size: '44 kB' },
};

const FOLDER = '/usr/local/lib/python3.11/dist-packages';
const ROOT_WARNING =
  "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager. It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv\n";

/** pip(1): install (names, -r FILE), list, freeze, show, --version. */
export function* pip(p: Process): Sys<number> {
  const args = p.argv
    .slice(1)
    .filter(
      (arg) =>
        !/^(--no-cache-dir|--upgrade|-U|--user|--break-system-packages|-q|--quiet|--disable-pip-version-check|--trusted-host.*|--no-warn-script-location|-y)$/.test(
          arg,
        ),
    );
  const quiet = p.argv.includes('-q') || p.argv.includes('--quiet');
  const [command, ...rest] = args;
  if (command === '--version' || command === '-V') {
    yield* p.print(`pip 23.0.1 from ${FOLDER}/pip (python 3.11)\n`);
    return 0;
  }
  const installed = p.fs.isDirectory(FOLDER)
    ? Object.entries(INDEX).filter(([, found]) => p.fs.isDirectory(`${FOLDER}/${found.module}`))
    : [];
  if (command === 'list' || command === 'freeze') {
    if (command === 'list') yield* p.print('Package    Version\n---------- -------\n');
    for (const [name, { version }] of installed)
      yield* p.print(command === 'list' ? `${name.padEnd(10)} ${version}\n` : `${name}==${version}\n`);
    return 0;
  }
  if (command !== 'install') {
    yield* p.print(
      '\nUsage:   \n  pip <command> [options]\n\nCommands:\n  install                     Install packages.\n  list                        List installed packages.\n  freeze                      Output installed packages in requirements format.\n',
    );
    return command === undefined || command === 'help' ? 0 : 1;
  }
  const wanted: { written: string; from: string }[] = [];
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i] ?? '';
    if (arg !== '-r' && arg !== '--requirement') {
      if (!arg.startsWith('-')) wanted.push({ written: arg, from: '' });
      continue;
    }
    const file = rest[++i] ?? '';
    try {
      const lines = text(p.fs.read(file, p.cwd)).split('\n');
      for (const [n, line] of lines.entries()) {
        const requirement = line.replace(/#.*$/, '').trim();
        if (requirement !== '')
          wanted.push({ written: requirement, from: ` (from -r ${file} (line ${n + 1}))` });
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* p.error(`ERROR: Could not open requirements file: [Errno 2] ${error.message}: '${file}'\n`);
      return 1;
    }
  }
  if (wanted.length === 0) {
    yield* p.error('ERROR: You must give at least one requirement to install (see "pip help install")\n');
    return 1;
  }
  return yield* install(p, wanted, quiet);
}

function* install(
  p: Process,
  wanted: readonly { written: string; from: string }[],
  quiet: boolean,
): Sys<number> {
  const say = function* (line: string): Sys<void> {
    if (!quiet) yield* p.print(line);
  };
  const done: string[] = [];
  const visit = function* (written: string, from: string): Sys<boolean> {
    const [, name = '', , pinned] =
      /^([\w.-]+)(?:\[[^\]]*\])?\s*(?:(==|>=|~=|<=|<|>)\s*([\w.]+))?/.exec(written) ?? [];
    const key = name.toLowerCase().replaceAll('_', '-');
    const found = INDEX[key];
    if (found === undefined) {
      yield* p.error(
        `ERROR: Could not find a version that satisfies the requirement ${written}${from} (from versions: none)\nERROR: No matching distribution found for ${written}${from}\n`,
      );
      return false;
    }
    const version = written.includes('==') && pinned !== undefined ? pinned : found.version;
    const label = `${found.module}-${version}`;
    if (p.fs.isDirectory(`${FOLDER}/${found.module}`)) {
      yield* say(`Requirement already satisfied: ${written} in ${FOLDER}${from} (${version})\n`);
      return true;
    }
    if (done.includes(label)) return true;
    yield* p.sleep(250);
    yield* say(
      `Collecting ${written}${from}\n  Downloading ${found.module}-${version}-py3-none-any.whl (${found.size})\n`,
    );
    done.push(label);
    p.fs.mkdir(`${FOLDER}/${found.module}`, '/', { parents: true });
    p.fs.write(`${FOLDER}/${found.module}/__init__.py`, `__version__ = '${version}'\n`);
    for (const need of found.needs)
      if (!(yield* visit(need, ` (from ${key}${from.replace(/^ \(from (.*)\)$/, '->$1')})`))) return false;
    return true;
  };
  for (const { written, from } of wanted) if (!(yield* visit(written, from))) return 1;
  if (done.length === 0) return 0;
  yield* say(
    `Installing collected packages: ${done
      .map((label) => label.replace(/-[^-]*$/, ''))
      .reverse()
      .join(', ')}\n`,
  );
  yield* p.sleep(600);
  yield* say(`Successfully installed ${[...done].sort().join(' ')}\n`);
  if (p.uid === 0 && !quiet) yield* p.error(ROOT_WARNING);
  return 0;
}
