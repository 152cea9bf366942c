import { describe, expect, it } from 'vitest';
import { findError } from '../../../src/explain/errors.ts';
import { Session } from '../../../src/shell/session.ts';
import { readDocuments } from '../../../src/site/checks/documents.ts';
import { knownErrors, readErrors } from '../../../src/site/explain/errors.ts';
import { theWorkshop } from '../../../src/site/snippets/workshop.ts';

const errors = knownErrors('en');
const entries = readErrors();
const TERMINAL = { columns: 100, rows: 40 };

/** Failures that a page shows on purpose and that a program explains itself: `exit 3`, a film that is over. */
const OWN = [/exit \d/, /starwars/];

describe('the usual errors', () => {
  it('are at least forty, each once, nearly all brought about here', () => {
    expect(entries.length).toBeGreaterThanOrEqual(40);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(entries.filter(({ unsimulated }) => unsimulated).length).toBeLessThanOrEqual(3);
  });

  it.each(entries.filter(({ example }) => example !== undefined))(
    '$id is what its example ends with',
    async ({ id, example = '', start, input, stop }) => {
      const session = await Session.create({ seed: id, images: start });
      const { exit, stdout } = await session.run(example, {
        terminal: TERMINAL,
        timeout: 600_000,
        ...(input !== undefined && { input }),
        ...(stop !== undefined && { stopAfter: stop }),
      });
      expect(findError(errors, stdout, exit)?.id, `exit ${exit}: ${stdout}`).toBe(id);
    },
  );

  it('explain every failure that a page shows', async () => {
    const { results } = await theWorkshop();
    const unexplained: string[] = [];
    for (const document of readDocuments().documents.filter(({ locale }) => locale === 'en')) {
      const done = await results.resultsOf(document);
      for (const { text, exit, output } of done.results.flatMap(({ commands }) => commands)) {
        const said = output.map((line) => line.map((span) => span.text).join('')).join('\n');
        const isOwn = OWN.some((pattern) => pattern.test(text));
        if (exit !== 0 && !isOwn && !findError(errors, said, exit))
          unexplained.push(`${document.file}: ${text}\n  exit ${exit}: ${said.slice(-300)}`);
      }
    }
    expect(unexplained).toEqual([]);
  }, 240_000);
});
