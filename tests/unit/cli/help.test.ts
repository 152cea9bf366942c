import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { docker } from './machine.ts';

const { steps } = JSON.parse(
  readFileSync(new URL('../../conformance/transcripts/01-first-steps.json', import.meta.url), 'utf8'),
) as { steps: { command: string; stdout: string; stderr: string }[] };

const recorded = (command: string): string => {
  const step = steps.find((candidate) => candidate.command === command);
  return step === undefined ? '' : step.stdout + step.stderr;
};

/** The descriptions in a recorded help page, by command or flag, so that only the layout is compared. */
function descriptionsIn(page: string, path: string): Map<string, string> {
  const out = new Map<string, string>();
  const about = page.split('\n\n')[1];
  if (about !== undefined) out.set(path, about);
  let last = '';
  for (const line of page.split('\n')) {
    const command = /^ {2}([a-z]+)\*? +(\S.*)$/.exec(line);
    const flag = /^ {2}(?:-\w, | {4})--([\w-]+)(?: \w+)? {2,}(\S.*)$/.exec(line);
    const more = /^ {10,}(\S.*)$/.exec(line);
    if (flag !== null) {
      last = `--${flag[1]}`;
      out.set(last, flag[2] ?? '');
    } else if (more !== null && last !== '') out.set(last, `${out.get(last)}\n${more[1]}`);
    else if (command !== null)
      out.set(path === '' ? (command[1] ?? '') : `${path} ${command[1]}`, command[2] ?? '');
  }
  for (const [key, text] of out) out.set(key, text.replace(/\s*\(default\s+\S+\)$/, ''));
  return out;
}

describe('--help', () => {
  test.each([
    ['docker', ''],
    ['docker container', 'container'],
    ['docker container ls --help', 'container ls'],
  ])('%s', async (command, path) => {
    const page = recorded(command);
    const known = descriptionsIn(page, path);
    const { stdout, stderr, exit } = await docker(command.split(' ').slice(1), {}, {}, (at, flag) =>
      flag === undefined ? known.get(at) : known.get(`--${flag}`),
    );
    // The defaults that name a home folder are not facts of the CLI.
    const plain = (text: string): string => text.replace(/\s+\(default\s+"\/home[^)]*\)/g, '');
    expect(plain(stdout + stderr)).toBe(plain(page));
    expect(exit).toBe(0);
  });

  test('goes to standard output when asked for, to standard error when a command is missing', async () => {
    const [asked, missing] = [await docker(['volume', '--help']), await docker(['volume'])];
    expect(asked.stdout).toBe(missing.stderr);
    expect([asked.stderr, missing.stdout]).toEqual(['', '']);
  });

  test('-h is deprecated', async () => {
    // On standard output, as recorded from Engine 28.5.2 (scenario 85).
    const { stdout, stderr } = await docker(['ps', '-h']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^Flag shorthand -h has been deprecated, use --help\nUsage: {2}docker ps \[OPTIONS\]\n/,
    );
  });

  test('hides what only a swarm has', async () => {
    expect((await docker(['volume', 'create', '--help'])).stdout).not.toContain('--availability');
    expect((await docker(['--help'])).stdout).not.toContain('  service');
  });
});
