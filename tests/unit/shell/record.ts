/**
 * `node tests/unit/shell/record.ts`: runs the cases of `cases/*.txt` in the machine's real bash 5.2, dash and BusyBox 1.35 and
 * writes what they print into `recorded.json`. Only needed when cases change; the tests themselves use the file.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'cases');
const SHELLS = { bash: ['bash'], dash: ['dash'], ash: ['busybox', 'sh'] } as const;

/** Where our machine of the tests differs from this one: folders, and paths of programs. */
const normal = (text: string, work: string): string => text.replaceAll(work, '/work');

const recorded = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()
  .flatMap((name) => {
    const [shell = 'bash'] = name.split('.');
    const [program = 'bash', ...first] = SHELLS[shell as keyof typeof SHELLS] ?? SHELLS.bash;
    const sources = readFileSync(join(folder, name), 'utf8')
      .split('\n%%\n')
      .map((text) => text.replace(/^\n+|\n+$/g, ''));
    return sources
      .filter((source) => source !== '')
      .map((source) => {
        const work = join(mkdtempSync(join(tmpdir(), 'shell-')), 'work');
        mkdirSync(work);
        const result = spawnSync(program, [...first, '-c', source], {
          cwd: work,
          env: {
            PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
            HOME: '/root',
            LC_ALL: 'C.UTF-8',
          },
          encoding: 'utf8',
          input: '',
          timeout: 10_000,
        });
        rmSync(join(work, '..'), { recursive: true, force: true });
        return {
          shell,
          source,
          stdout: normal(result.stdout, work),
          stderr: normal(result.stderr, work),
          exit: result.status ?? 128,
        };
      });
  });
writeFileSync(join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, null, 1)}\n`);
