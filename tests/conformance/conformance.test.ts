import { describe, expect, it } from 'vitest';
import { type Collection, judge, knownDifferences, scenarioNames } from './scenarios.ts';

/** Differences are listed with their reason; the lists may only shrink: what works again must be taken out. */
describe.concurrent.each<Collection>(['given', 'own'])(
  'the simulator answers like the recorded engine: %s',
  (collection) => {
    const known = knownDifferences(collection);

    it.each(scenarioNames(collection))('%s', { timeout: 180_000 }, async (name) => {
      const { verdicts, failure } = await judge(name, collection);
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
    });
  },
);
