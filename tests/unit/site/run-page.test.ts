import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../../../src/site/markdown/document.ts';
import { commandsOf, piecesOf } from '../../../src/site/snippets/commands.ts';
import { ResultStore } from '../../../src/site/snippets/results.ts';
import { runPage, unexpectedExits } from '../../../src/site/snippets/run-page.ts';
import { simulatorHash } from '../../../src/site/snippets/source-hash.ts';
import { stepsOf } from '../../../src/site/snippets/steps.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { FakeSimulator, fence, project } from './fake-simulator.ts';

function document(source: string, locale: 'es' | 'en' = 'es') {
  return parseDocument(source, `content/docs/${locale}/a.mdx`, { locale, key: 'a' });
}

async function run(source: string) {
  const simulator = new FakeSimulator();
  const steps = stepsOf(document(source));
  const results = await runPage({ key: 'a', images: ['nginx'], steps }, simulator);
  return { asked: simulator.asked, steps, results };
}

test('one session runs all steps in order; files are written before what follows them', async () => {
  const { asked, results } = await run(
    [
      fence('sh run', '# first\none\ntwo \\\n  more'),
      fence('yaml', 'shown: only'),
      fence('dockerfile file=Dockerfile', 'FROM nginx'),
      fence('sh norun reason="never"', 'never'),
      fence('sh run stop=3s', 'three\nhang'),
      fence('sh term input="ls\\n"', 'sh'),
    ].join('\n'),
  );
  expect(asked).toEqual([
    `session a ${Date.UTC(2026, 11, 15, 9)} nginx`,
    'run {"command":"one","idle":2000}',
    'run {"command":"two \\\\\\n  more","idle":0}',
    'write Dockerfile "FROM nginx\\n"',
    'run {"command":"three","idle":2000}',
    'run {"command":"hang","stopAfter":3000,"idle":0}',
    'run {"command":"sh","input":"ls\\n","idle":2000}',
  ]);
  expect(results.map(({ commands }) => commands.map(({ exit }) => exit))).toEqual([
    [0, 0],
    [],
    [0, 130],
    [0],
  ]);
  expect(results[0]?.commands[0]?.output).toEqual([
    [
      { text: 'ran', classes: 'ansi-bold' },
      { text: ': one', classes: '' },
    ],
  ]);
  expect(results[3]?.commands[0]?.output).toHaveLength(2);
});

test('a bug of the simulator names the line', async () => {
  await expect(run(`x\n\n${fence('sh run', 'crash')}`)).rejects.toThrow(
    /line 3: the simulator failed: Error: a bug/,
  );
});

describe('a snippet that ends otherwise than the page says', () => {
  const problemsOf = async (source: string) => {
    const { steps, results } = await run(source);
    return unexpectedExits('content/docs/es/a.mdx', steps, results);
  };

  test('is told with file, line, output and what to do', async () => {
    expect(await problemsOf(`texto\n\n${fence('sh run', 'ok\nexit 125')}`)).toEqual([
      'content/docs/es/a.mdx:3: the snippet ended with exit code 125, expected 0. Correct the command; if its failure is what the page shows, write expect=125.\n    $ exit 125\n    ran: exit 125',
    ]);
  });

  test.each([
    [fence('sh run expect=1', 'ok'), /expected 1\. The command works: remove expect=/],
    [fence('sh run', 'hang'), /did not end within five minutes of engine time: stop it with stop=3s/],
    [fence('sh run stop=3s', 'ok'), /ended before Ctrl-C came after 3 s/],
    [fence('sh run', '# only a comment'), /the snippet has no command/],
  ])('%s', async (source, message) => {
    expect((await problemsOf(source))[0]).toMatch(message);
  });

  test.each([
    fence('sh run', 'exit 1\nok'),
    fence('sh run expect=3', 'exit 3'),
    fence('sh run stop=1s', 'hang'),
  ])('not so: %s', async (source) => {
    expect(await problemsOf(source)).toEqual([]);
  });
});

describe('pieces of a snippet', () => {
  const { splitCommands } = new FakeSimulator();

  test('comments, commands and continuation lines, in order', () => {
    const source = '# one\n# two\ndocker run \\\n  nginx\n\n# three\ndocker ps\n# end';
    expect(piecesOf(source, splitCommands)).toEqual([
      { kind: 'comment', text: '# one' },
      { kind: 'comment', text: '# two' },
      { kind: 'command', text: 'docker run \\\n  nginx' },
      { kind: 'comment', text: '# three' },
      { kind: 'command', text: 'docker ps' },
      { kind: 'comment', text: '# end' },
    ]);
  });

  test('the same command twice', () => {
    expect(commandsOf('a\na', splitCommands)).toEqual(['a', 'a']);
  });
});

describe('results', () => {
  const folder = temporaryFolder;
  const sessions = (simulator: FakeSimulator) =>
    simulator.asked.filter((line) => line.startsWith('session')).length;
  const spanish = document(`uno\n\n${fence('sh run', '# lista\nls')}`);
  const english = document(fence('sh run', '# lists\nls'), 'en');

  test('the second language uses those of the first', async () => {
    const simulator = new FakeSimulator();
    const store = new ResultStore(simulator, 'v1', folder());
    const [a, b] = await Promise.all([store.resultsOf(spanish), store.resultsOf(english)]);
    expect(b.results).toBe(a.results);
    expect(sessions(simulator)).toBe(1);
  });

  test('are kept on disk until a command or the simulator changes', async () => {
    const simulator = new FakeSimulator();
    const cache = folder();
    const first = await new ResultStore(simulator, 'v1', cache).resultsOf(spanish);
    const again = await new ResultStore(simulator, 'v1', cache).resultsOf(english);
    expect(again.results).toEqual(first.results);
    expect(sessions(simulator)).toBe(1);
    await new ResultStore(simulator, 'v2', cache).resultsOf(spanish);
    expect(sessions(simulator)).toBe(2);
    await new ResultStore(simulator, 'v2', cache).resultsOf(document(fence('sh run', 'ls -l')));
    expect(sessions(simulator)).toBe(3);
    expect(readdirSync(cache)).toHaveLength(3);
  });

  test('a page without steps needs no session', async () => {
    const simulator = new FakeSimulator();
    await new ResultStore(simulator, 'v1', folder()).resultsOf(document('only text'));
    expect(simulator.asked).toEqual([]);
  });

  test('the hash of the simulator changes with contents and names', () => {
    const one = project({ 'a.ts': 'x', 'b.ts': '' });
    expect(simulatorHash(one, ['content'])).toBe(
      simulatorHash(project({ 'a.ts': 'x', 'b.ts': '' }), ['content']),
    );
    expect(simulatorHash(one, ['content'])).not.toBe(
      simulatorHash(project({ 'a.ts': 'y', 'b.ts': '' }), ['content']),
    );
    expect(simulatorHash(one, ['content'])).not.toBe(
      simulatorHash(project({ 'a.ts': 'x', 'c.ts': '' }), ['content']),
    );
    expect(simulatorHash(one, ['content'])).not.toBe(
      simulatorHash(project({ 'a.ts': '', 'b.ts': 'x' }), ['content']),
    );
  });
});
