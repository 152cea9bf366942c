import { expect, test } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

/** Lines with closed descriptors and what the real programs say (bash 5.2, dash 0.5.12, mawk 1.3.4 and the CLI on Debian 12). */
const CLOSED: readonly (readonly [string, number, string])[] = [
  ['awk 1 <&-', 2, 'awk: read error (Bad file descriptor)\n'],
  ['awk \'BEGIN { x = "}" }\' <&-', 0, ''],
  ['jq . <&-', 2, ''],
  ['bash <&-', 0, ''],
  ['sh -s <&-', 0, ''],
  ['mapfile a <&-', 0, ''],
  ["bash -c 'echo hi >&-'", 1, 'bash: line 1: echo: write error: Bad file descriptor\n'],
  ["sh -c 'pwd >&-'", 1, 'sh: 1: pwd: pwd: I/O error\n'],
  ["sh -c 'echo lost >&2; cat nope' 2>&-", 1, ''],
  ['docker ps >&-', 0, ''],
  ['docker load <&-', 1, ''],
];

test.each(CLOSED)('%s', async (line, exit, stderr) => {
  const session = await Session.create({ seed: 'closed' });
  const bugs: unknown[] = [];
  session.onBug = (error) => bugs.push(error);
  const result = await session.run(line, { timeout: 10_000 });
  expect(bugs).toEqual([]);
  expect(result.exit).toBe(exit);
  if (stderr !== '') expect(result.stderr).toBe(stderr);
});

test('a shell that can have no more processes says so in a substitution', async () => {
  const session = await Session.create({ seed: 'fork' });
  const result = await session.run(`bash -c 'f() { x=$(f); echo "$x" & wait; }; f'`, { timeout: 30_000 });
  expect(result.stderr).toContain('processes: the job was stopped');
});
