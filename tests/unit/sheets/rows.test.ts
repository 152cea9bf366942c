import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Session } from '../../../src/shell/session.ts';
import type { Sheet, SheetRow } from '../../../src/site/sheets/schema.ts';
import { readSheets } from '../../../src/site/sheets/sheets.ts';
import { PAGE_START, TERMINAL } from '../../../src/site/snippets/page-start.ts';

const sheets = [...readSheets().values()];
const rowsOf = (sheet: Sheet) => sheet.groups.flatMap(({ rows }) => rows);
const shellRows = (sheet: Sheet) => rowsOf(sheet).filter(({ file, norun }) => !file && !norun);
const TIMEOUT = 5 * 60_000;

const sessionOf = (sheet: Sheet) =>
  Session.create({ seed: `sheets/${sheet.name}`, start: PAGE_START.clock, images: sheet.start });

/** Runs a row as its button does; gives what went otherwise than it says. */
async function runRow(session: Session, row: SheetRow): Promise<string[]> {
  if (row.setup !== undefined) await session.run(row.setup, { terminal: TERMINAL, timeout: TIMEOUT });
  const { exit, stdout, stderr } = await session.run(row.run, {
    terminal: TERMINAL,
    timeout: TIMEOUT,
    idle: PAGE_START.idle,
    ...(row.input !== undefined && { input: row.input }),
    ...(row.stop !== undefined && { stopAfter: row.stop * 1000 }),
  });
  const expected = row.expect ?? (row.stop === undefined ? 0 : 130);
  return exit === expected ? [] : [`${row.run}: exit ${exit}, not ${expected}\n${stdout}${stderr}`];
}

describe.each(sheets.map((sheet) => [sheet.name, sheet] as const))('rows of %s', (_, sheet) => {
  test('each runs by itself', async () => {
    const wrong: string[] = [];
    for (const row of shellRows(sheet)) wrong.push(...(await runRow(await sessionOf(sheet), row)));
    expect(wrong).toEqual([]);
  });

  test('each runs after those above it', async () => {
    const session = await sessionOf(sheet);
    const wrong: string[] = [];
    for (const row of shellRows(sheet)) wrong.push(...(await runRow(session, row)));
    expect(wrong).toEqual([]);
  });

  test('bash understands each, and each group as it is copied', () => {
    const shell = shellRows(sheet).map(({ run }) => run);
    const groups = sheet.groups.filter(({ rows }) => rows.every(({ file }) => !file));
    for (const text of [...shell, ...groups.map(({ rows }) => rows.map(({ run }) => run).join('\n'))])
      expect(spawnSync('bash', ['-n'], { input: text }).stderr.toString(), text).toBe('');
  });
});

/** The files that the pieces of Dockerfiles name. */
const CONTEXT = `mkdir -p my_app_folder docs
echo 'print("hello")' > app.py
echo flask > requirements.txt
printf '<h1>Hello</h1>' > index.html
tar cf app.tar app.py
`;

describe('pieces of a Dockerfile build', () => {
  const rows = sheets.flatMap((sheet) =>
    rowsOf(sheet).flatMap((row) =>
      row.file === 'dockerfile' && !row.norun ? [[row.run, row] as const] : [],
    ),
  );

  test.each(rows)('%s', async (_, row) => {
    const session = await Session.create({ seed: 'dockerfile', start: PAGE_START.clock, images: ['alpine'] });
    await session.run(CONTEXT, { timeout: TIMEOUT });
    const isFirst = row.run.startsWith('# syntax') && !row.run.includes('\n');
    const before = row.before ?? 'FROM alpine\n';
    session.writeFile('Dockerfile', isFirst ? `${row.run}\n${before}` : `${before}${row.run}\n`);
    const { exit, stdout, stderr } = await session.run('docker build .', { timeout: TIMEOUT });
    expect(exit, stdout + stderr).toBe(0);
  });
});

/** A compose file around a piece of one. */
function composeFile({ run, place, before = '' }: SheetRow): string {
  const isWhole = /^services:/m.test(run);
  if (isWhole) return `${run}\n`;
  const indented = run.replaceAll(/^/gm, '    ');
  const image = /^(image|build):/m.test(run) ? '' : '    image: nginx\n';
  // Another service stands right below, other parts at the top level.
  return place === 'top'
    ? `${run}\nservices:\n  app:\n    image: nginx\n`
    : `services:\n  app:\n${image}${indented}\n${before}`;
}

describe('pieces of a compose file are taken by Compose', () => {
  const rows = sheets.flatMap((sheet) =>
    rowsOf(sheet).flatMap((row) => (row.file === 'yaml' && !row.norun ? [[row.run, row] as const] : [])),
  );

  test.each(rows)('%s', async (_, row) => {
    const session = await Session.create({ seed: 'compose', start: PAGE_START.clock });
    await session.run(
      'mkdir other; touch app.env password.txt; echo "services: {}" > other/compose.yaml',
      {},
    );
    session.writeFile('compose.yaml', composeFile(row));
    const { exit, stderr } = await session.run('docker compose config -q', { timeout: TIMEOUT });
    expect(exit, stderr + composeFile(row)).toBe(0);
  });
});
