import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { docker } from './machine.ts';

interface Step {
  command: string;
  stdout: string;
  stderr: string;
  exit: number;
}

const transcript = JSON.parse(
  readFileSync(new URL('../../conformance/transcripts/18-cli-errors.json', import.meta.url), 'utf8'),
) as { steps: Step[] };

/** Words of a simple command line, quotes removed; undefined for anything with shell syntax. */
function words(command: string): string[] | undefined {
  if (/[|;&<>$]/.test(command) || !command.startsWith('docker ')) return undefined;
  return [...command.slice(7).matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
}

/** Steps that need an engine with containers. */
const NEEDS_ENGINE = /--rm busybox|--detach=false|--format/;

const cases = transcript.steps.flatMap((step) => {
  const argv = words(step.command);
  return argv === undefined || NEEDS_ENGINE.test(step.command) ? [] : [{ ...step, argv }];
});

describe('command lines that the real CLI refuses', () => {
  test('the transcript has them', () => expect(cases.length).toBeGreaterThan(50));
  test.each(cases)('$command', async ({ argv, stdout, stderr, exit }) => {
    expect(await docker(argv)).toEqual({ stdout, stderr, exit });
  });
});
