import type { StatsSample } from '../../../engine/api.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { WaitQueue } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { type Format, formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { bytesSize, humanSize, shortId } from '../../format/units.ts';

interface Row {
  readonly s: StatsSample | undefined;
  readonly asked: string;
  readonly trunc: boolean;
}

const known = (row: Row, show: (sample: StatsSample) => string): string =>
  row.s === undefined ? '--' : show(row.s);
const percent = (value: number): string => `${value.toFixed(2)}%`;
const pair = (row: Row, show: (sample: StatsSample) => string): string =>
  row.s === undefined ? '-- / --' : show(row.s);

/** docker/cli's container.statsContext. */
const STATS_ROWS: RowKind<Row> = {
  goType: '*container.statsContext',
  headers: {
    Container: 'CONTAINER',
    ID: 'CONTAINER ID',
    Name: 'NAME',
    CPUPerc: 'CPU %',
    MemUsage: 'MEM USAGE / LIMIT',
    MemPerc: 'MEM %',
    NetIO: 'NET I/O',
    BlockIO: 'BLOCK I/O',
    PIDs: 'PIDS',
  },
  columns: {
    BlockIO: (row) => pair(row, (s) => `${humanSize(s.BlockRead, 3)} / ${humanSize(s.BlockWrite, 3)}`),
    CPUPerc: (row) => known(row, (s) => percent(s.CpuPercent)),
    Container: ({ asked }) => asked,
    ID: ({ s, trunc, asked }) => (s === undefined ? asked : trunc ? shortId(s.ID) : s.ID),
    MemPerc: (row) =>
      known(row, (s) => percent(s.MemoryLimit === 0 ? 0 : (s.MemoryUsage / s.MemoryLimit) * 100)),
    MemUsage: (row) => pair(row, (s) => `${bytesSize(s.MemoryUsage)} / ${bytesSize(s.MemoryLimit)}`),
    Name: (row) => known(row, (s) => s.Name.replace(/^\//, '')),
    NetIO: (row) => pair(row, (s) => `${humanSize(s.NetworkRx, 3)} / ${humanSize(s.NetworkTx, 3)}`),
    PIDs: (row) => known(row, (s) => String(s.Pids)),
  },
};

const TABLE =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

/** How often the picture is drawn. */
const REDRAW = 500;

/** `docker stats` */
export const stats: Command = {
  flags: { all: 'full', format: 'full', 'no-stream': 'full', 'no-trunc': 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const format = readFormat(flags.string('format'), TABLE);
    const board = new Board(call, format);
    if (args.length > 0) {
      for (const name of args) engine.containerInspect(name);
      for (const name of args) board.add(name, name);
    } else {
      const all = flags.bool('all');
      for (const { Id } of engine.containerList({ all })) board.add(Id, Id);
    }
    if (flags.bool('no-stream')) {
      if (board.size === 0) return 0;
      return yield* printOnce(call, board);
    }
    const stop = args.length > 0 ? () => {} : board.follow(flags.bool('all'));
    try {
      yield* board.sampled();
      for (;;) {
        const lines = board.text().split('\n');
        yield* p.print(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
        yield* p.sleep(REDRAW);
        if (args.length > 0 && board.size === 0) return 0;
      }
    } finally {
      stop();
    }
  },
};

function* printOnce({ p }: Call, board: Board): Sys<number> {
  yield* board.sampled();
  yield* p.print(board.text());
  return 0;
}

/** The statistics of just these containers, once or again and again. */
export function* showStats(call: Call, ids: readonly string[]): Sys<number> {
  const { p, flags } = call;
  const board = new Board(call, readFormat(flags.string('format'), TABLE));
  for (const id of ids) board.add(id, id);
  if (flags.bool('no-stream')) return yield* printOnce(call, board);
  yield* board.sampled();
  for (;;) {
    const lines = board.text().split('\n');
    yield* p.print(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
    yield* p.sleep(REDRAW);
  }
}

/** The containers shown, each with its newest sample. */
class Board {
  readonly #call: Call;
  readonly #format: Format;
  readonly #samples = new Map<string, { asked: string; sample: StatsSample | undefined; gone: boolean }>();
  readonly #changed = new WaitQueue();

  constructor(call: Call, format: Format) {
    this.#call = call;
    this.#format = format;
  }

  get size(): number {
    return this.#samples.size;
  }

  add(ref: string, asked: string): void {
    const { p, engine, flags } = this.#call;
    if (this.#samples.has(ref)) return;
    const entry: { asked: string; sample: StatsSample | undefined; gone: boolean } = {
      asked,
      sample: undefined,
      gone: false,
    };
    this.#samples.set(ref, entry);
    const samples = this.#samples;
    const changed = this.#changed;
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        yield* engine.containerStats(ref, { stream: !flags.bool('no-stream') }, function* (sample) {
          entry.sample = sample;
          changed.wake();
        });
        entry.gone = true;
        if (!flags.bool('no-stream')) samples.delete(ref);
        changed.wake();
      })(),
    );
  }

  /** Containers that start or go while we look. */
  follow(all: boolean): () => void {
    return this.#call.engine.subscribe((event) => {
      if (event.Type !== 'container') return;
      if (event.Action === (all ? 'create' : 'start')) this.add(event.Actor.ID, event.Actor.ID);
      if (event.Action === (all ? 'destroy' : 'die')) this.#samples.delete(event.Actor.ID);
    });
  }

  /** Waits until every container has a sample. */
  *sampled(): Sys<void> {
    while ([...this.#samples.values()].some((entry) => entry.sample === undefined && !entry.gone))
      yield { queues: [this.#changed] };
  }

  text(): string {
    const trunc = !this.#call.flags.bool('no-trunc');
    const rows = [...this.#samples.values()].map(({ asked, sample }) => ({ s: sample, asked, trunc }));
    return formatRows(STATS_ROWS, this.#format, rows);
  }
}
