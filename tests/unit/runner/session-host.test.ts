import { beforeEach, describe, expect, test } from 'vitest';
import type { Answers, FromWorker, Request } from '../../../src/runner/protocol.ts';
import { SessionHost } from '../../../src/runner/session-host.ts';

const terminal = { columns: 100, rows: 40 };

/** The host in a stand-in for the worker, with the real session. */
class Bench {
  readonly said: FromWorker[] = [];
  readonly host: SessionHost;
  readonly #answers = new Map<number, (message: FromWorker) => void>();
  readonly #listeners: ((message: FromWorker) => void)[] = [];
  #lastId = 0;

  constructor() {
    this.host = new SessionHost({
      post: (message) => {
        this.said.push(message);
        if (message.type === 'answer' || message.type === 'failure') this.#answers.get(message.id)?.(message);
        for (const listener of this.#listeners) listener(message);
        if (message.type === 'output') this.host.receive({ type: 'ack' });
      },
      now: () => performance.now(),
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      sleep: (ms, wake) => Promise.race([new Promise<void>((resolve) => setTimeout(resolve, ms)), wake]),
      every: (ms, call) => {
        const timer = setInterval(call, ms);
        return () => clearInterval(timer);
      },
    });
  }

  ask<T extends keyof Answers>(request: Extract<Request, { type: T }>): Promise<Answers[T]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, (message) => {
        if (message.type === 'answer') resolve(message.value as Answers[T]);
        if (message.type === 'failure') reject(new Error(message.message));
      });
      this.host.receive({ type: 'request', id, request });
    });
  }

  run(command: string) {
    return this.ask<'run'>({ type: 'run', command, terminal });
  }

  when(holds: (message: FromWorker) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.push((message) => {
        if (holds(message)) resolve();
      });
    });
  }

  get output(): string {
    return this.said.map((message) => (message.type === 'output' ? message.text : '')).join('');
  }
}

let bench = new Bench();
beforeEach(async () => {
  bench = new Bench();
  await bench.ask<'open'>({ type: 'open', options: { seed: 'test' }, log: [] });
});

describe('a command', () => {
  test('prints, ends, and is in the log', async () => {
    const { exit, added, prompt } = await bench.run('echo hello; false');
    expect([exit, bench.output]).toEqual([1, 'hello\r\n']);
    expect(added).toMatchObject([{ kind: 'run', command: 'echo hello; false' }]);
    expect(prompt).toMatch(/muelle.*[$#] $/);
  });

  test('that loops for ever ends at Ctrl-C within 100 ms', async () => {
    const reply = bench.run('while true; do :; done');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    bench.host.receive({ type: 'interrupt' });
    expect(bench.said.at(-1)).toEqual({ type: 'pong' });
    expect((await reply).exit).toBe(130);
    expect(performance.now() - before).toBeLessThan(100);
  });

  test('that waits for long is skipped over, and told', async () => {
    const before = performance.now();
    const { exit, elapsed } = await bench.run('sleep 3600');
    expect(exit).toBe(0);
    expect(elapsed).toBeGreaterThanOrEqual(3_600_000);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(bench.said.some((message) => message.type === 'passing' && message.engineMs > 3_000_000)).toBe(
      true,
    );
  });

  test('that floods is stopped', async () => {
    const { flooded, exit } = await bench.run('yes');
    expect([flooded, exit]).toEqual([true, 137]);
    expect((await bench.run('echo alive')).flooded).toBe(false);
  });

  test('waits for the keyboard, and says so', async () => {
    const waiting = bench.when((message) => message.type === 'waiting' && message.waiting);
    const reply = bench.run('read name; echo "hello $name"');
    await waiting;
    bench.host.receive({ type: 'type', text: 'whale\r' });
    expect((await reply).exit).toBe(0);
    expect(bench.output).toContain('hello whale');
    expect(bench.said.findLast(({ type }) => type === 'waiting')).toMatchObject({
      waiting: false,
      hidden: false,
    });
  });

  test('gets what the page types when somebody reads it, not while the image is pulled', async () => {
    const request = { command: 'docker run -it ubuntu bash', terminal, input: 'whoami\nexit\n' };
    expect((await bench.ask<'run'>({ type: 'run', ...request })).exit).toBe(0);
    expect(bench.output).toContain('# whoami\r\nroot\r\n');
  });

  test('that asks for a password says that it must not be seen', async () => {
    const waiting = bench.when((message) => message.type === 'waiting' && message.hidden);
    const reply = bench.run('read -s secret; echo "$secret" | wc -c');
    await waiting;
    bench.host.receive({ type: 'type', text: 'abc\r' });
    await reply;
    expect(bench.output).toContain('4\r\n');
    expect(bench.output).not.toContain('abc');
  });
});

test('same start and same log, same bytes', async () => {
  const log = [
    ...(await bench.run('docker run -d --name web nginx')).added,
    ...(await bench.ask<'writeFile'>({ type: 'writeFile', path: 'a.txt', text: 'kept\n' })).added,
  ];
  const question = "cat a.txt; docker ps -a --no-trunc; docker inspect -f '{{json .}}' web";
  const from = bench.output.length;
  await bench.run(question);
  const first = bench.output.slice(from);
  const again = new Bench();
  await again.ask<'open'>({ type: 'open', options: { seed: 'test' }, log });
  await again.run(question);
  expect(again.output).toBe(first);
  expect(first).toContain('kept');
});

test('commands of a snippet, completeness, completion', async () => {
  expect(
    await bench.ask<'split'>({ type: 'split', source: '# list\ndocker ps\n\necho a \\\n  b\n' }),
  ).toHaveLength(2);
  expect(await bench.ask<'isComplete'>({ type: 'isComplete', source: 'for i in 1; do' })).toBe(false);
  const { items } = await bench.ask<'complete'>({ type: 'complete', line: 'docker ima', cursor: 10 });
  expect(items.map(({ text }) => text)).toContain('images');
});
