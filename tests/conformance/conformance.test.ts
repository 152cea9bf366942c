import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isFirstChapter } from './compare.ts';
import { judge, scenarioNames } from './scenarios.ts';

/** Known differences: scenario → command → why. The list may only shrink: what works again must be taken out. */
const known = parse(readFileSync(new URL('differences.yaml', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

describe.concurrent('the simulator answers like the recorded engine', () => {
  const totals = { steps: 0, exits: 0, same: 0 };

  it.each(scenarioNames())('%s', { timeout: 180_000 }, async (name) => {
    const { verdicts, failure } = await judge(name);
    expect(failure).toBeUndefined();
    expect(verdicts.length).toBeGreaterThan(0);
    const listed = known[name] ?? {};
    const different = new Set(verdicts.filter((v) => !v.exit || !v.output).map((v) => v.command));
    expect(
      [...different].filter((command) => !(command in listed)),
      'new differences',
    ).toEqual([]);
    expect(
      Object.keys(listed).filter((command) => !different.has(command)),
      'listed, but no longer different',
    ).toEqual([]);
    for (const verdict of verdicts.filter((v) => isFirstChapter(v.command))) {
      totals.steps++;
      if (verdict.exit) totals.exits++;
      if (verdict.exit && verdict.output) totals.same++;
    }
  });
});
