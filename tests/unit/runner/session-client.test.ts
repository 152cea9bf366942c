import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromWorker, Request, ToWorker } from '../../../src/runner/protocol.ts';
import { type RunWatcher, SessionClient, type WorkerLike } from '../../../src/runner/session-client.ts';

/** A worker that notes what it is asked; tests answer. */
class StandIn implements WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly heard: ToWorker[] = [];
  ended = false;

  postMessage(message: ToWorker): void {
    this.heard.push(message);
    if (message.type === 'request' && message.request.type === 'open')
      this.say({ type: 'answer', id: message.id, value: { prompt: '$ ' } });
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: FromWorker): void {
    queueMicrotask(() => this.onmessage?.({ data } as MessageEvent<FromWorker>));
  }

  requests<T extends Request['type']>(type: T): { id: number; request: Extract<Request, { type: T }> }[] {
    return this.heard.flatMap((message) =>
      message.type === 'request' && message.request.type === type
        ? [{ id: message.id, request: message.request as Extract<Request, { type: T }> }]
        : [],
    );
  }

  /** Answers the last `run`. */
  end(exit: number, entry: string): void {
    const run = this.requests('run').at(-1);
    const added = [entry] as never;
    const value = { exit, elapsed: 1, prompt: '$ ', added, flooded: false };
    if (run) this.say({ type: 'answer', id: run.id, value });
  }
}

function setUp() {
  const values = new Map<string, string>();
  const store = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
  const workers: StandIn[] = [];
  const createClient = () =>
    new SessionClient({
      session: { seed: 'page' },
      store,
      createWorker: () => {
        const worker = new StandIn();
        workers.push(worker);
        return worker;
      },
    });
  return { workers, createClient, worker: () => workers.at(-1) ?? new StandIn() };
}

const watcher: RunWatcher = { onOutput: (_text, drawn) => drawn() };
const request = { command: 'docker ps', terminal: { columns: 80, rows: 24 } };

/** Lets promises settle. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function act(client: SessionClient, worker: () => StandIn, label: string, exit = 0) {
  const done = client.act({ label }, async () => (await client.run(request, watcher)).exit === 0);
  await settle();
  worker().end(exit, label);
  return done;
}

describe('a session', () => {
  test('opens once, and plays its log again after a reload', async () => {
    const { workers, createClient, worker } = setUp();
    const client = createClient();
    await act(client, worker, 'one');
    await act(client, worker, 'two');
    expect(workers.length).toBe(1);
    expect(worker().requests('open').length).toBe(1);
    const reloaded = createClient();
    await reloaded.open();
    expect(worker().requests('open')[0]?.request.log).toEqual(['one', 'two']);
    expect(reloaded.actions.map(({ label }) => label)).toEqual(['one', 'two']);
  });

  test('undo replays without the last action, reset without any', async () => {
    const { createClient, worker } = setUp();
    const client = createClient();
    await act(client, worker, 'one');
    await act(client, worker, 'two', 1);
    expect(await client.undo()).toMatchObject({ label: 'two', ok: false });
    expect(worker().requests('open').at(-1)?.request.log).toEqual(['one']);
    await client.reset();
    expect(worker().requests('open').at(-1)?.request.log).toEqual([]);
    expect(await client.undo()).toBeUndefined();
  });

  test('one user after the other', async () => {
    const { createClient } = setUp();
    const client = createClient();
    const order: string[] = [];
    let end = () => {};
    const first = client.use('page', () => new Promise<void>((resolve) => (end = resolve)));
    const second = client.use('terminal', async () => void order.push('terminal'));
    await settle();
    expect([client.user, order]).toEqual(['page', []]);
    end();
    await Promise.all([first, second]);
    expect([client.user, order]).toEqual([undefined, ['terminal']]);
  });
});

describe('a command that does not end', () => {
  test('a worker that answers Ctrl-C is left alone', async () => {
    const { createClient, worker } = setUp();
    const client = createClient();
    const reply = client.run(request, watcher);
    await settle();
    client.interrupt();
    worker().say({ type: 'pong' });
    await vi.advanceTimersByTimeAsync(5000);
    worker().end(130, 'entry');
    expect(await reply).toMatchObject({ exit: 130, killed: false });
    expect(worker().ended).toBe(false);
  });

  test('a worker that does not answer is ended, and the session rebuilt', async () => {
    const { workers, createClient, worker } = setUp();
    const client = createClient();
    await act(client, worker, 'one');
    const reply = client.run(request, watcher);
    await settle();
    client.interrupt();
    await vi.advanceTimersByTimeAsync(999);
    expect(worker().ended).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(await reply).toMatchObject({ exit: 130, killed: true });
    expect(workers[0]?.ended).toBe(true);
    await client.open();
    expect(workers.length).toBe(2);
    expect(worker().requests('open')[0]?.request.log).toEqual(['one']);
  });

  test('reset ends it first', async () => {
    const { createClient, worker } = setUp();
    const client = createClient();
    const reply = client.use('page', () => client.run(request, watcher));
    await settle();
    await client.reset();
    expect(await reply).toMatchObject({ killed: true });
    expect(worker().requests('open').at(-1)?.request.log).toEqual([]);
  });
});

test('output is acknowledged when it is drawn', async () => {
  const { createClient, worker } = setUp();
  const client = createClient();
  let drawn = () => {};
  const reply = client.run(request, {
    onOutput: (_text, done) => {
      drawn = done;
    },
  });
  await settle();
  worker().say({ type: 'output', text: 'x' });
  await settle();
  expect(worker().heard.some(({ type }) => type === 'ack')).toBe(false);
  drawn();
  expect(worker().heard.at(-1)).toEqual({ type: 'ack' });
  worker().end(0, 'entry');
  await reply;
});

test('a failure of the simulator is told, and the next command starts from the log', async () => {
  const { workers, createClient, worker } = setUp();
  const client = createClient();
  const reply = client.run(request, watcher);
  await settle();
  const [run] = worker().requests('run');
  worker().say({ type: 'failure', id: run?.id ?? 0, message: 'boom' });
  await expect(reply).rejects.toThrow('boom');
  await client.open();
  expect(workers.length).toBe(2);
});
