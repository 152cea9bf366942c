/**
 * `npm run bench`: real time and memory that the simulator needs, printed as a Markdown table for the README.
 * Times are medians in milliseconds; nothing is asserted here, machines differ.
 */
import { Session } from '../../src/shell/session.ts';

const SIZES = [1, 100, 10_000];
const ROUNDS = 15;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** Median real time of a command over some rounds. A command that fails would measure nothing, so it ends the benchmark. */
async function measure(session: Session, command: string, rounds = ROUNDS): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const started = performance.now();
    const { exit, stderr } = await session.run(command);
    times.push(performance.now() - started);
    if (exit !== 0) throw new Error(`${command} ended with ${exit}: ${stderr}`);
  }
  return median(times);
}

const coldStart = performance.now();
const first = await Session.create({ seed: 'bench' });
await first.run('docker run --rm busybox echo hello');
const cold = performance.now() - coldStart;

const rows: string[] = [];
for (const size of SIZES) {
  const session = await Session.create({
    seed: 'bench',
    images: ['busybox'],
    files: {
      Dockerfile: 'FROM busybox\nRUN echo built > /built\nCOPY Dockerfile /\nCMD ["cat", "/built"]\n',
    },
  });
  const before = process.memoryUsage().heapUsed;
  const batch = 100;
  for (let made = 0; made < size; made += batch) {
    const count = Math.min(batch, size - made);
    const { exit, stderr } = await session.run(
      `for i in $(seq ${made + 1} ${made + count}); do docker create --name box$i busybox true >/dev/null || exit; done`,
    );
    if (exit !== 0) throw new Error(`creating ${size} containers failed: ${stderr}`);
  }
  const memory = (process.memoryUsage().heapUsed - before) / size / 1024;
  await session.run('docker build -t built .');
  const times = {
    ps: await measure(session, 'docker ps -a > /dev/null'),
    inspect: await measure(session, `docker inspect box${size} > /dev/null`),
    run: await measure(session, 'docker run --rm busybox true'),
    build: await measure(session, 'docker build -q -t built .'),
  };
  rows.push(
    `| ${size.toLocaleString('en')} | ${ms(times.ps)} | ${ms(times.inspect)} | ${ms(times.run)} | ${ms(times.build)} | ${size < 100 ? '–' : memory.toFixed(1)} |`,
  );
}

console.log(`Cold start in Node, first \`docker run\` with its pull: ${ms(cold)} ms\n`);
console.log(
  '| containers | `docker ps -a` ms | `docker inspect` ms | `docker run --rm` ms | `docker build`, cached, ms | kB a container |',
);
console.log('|---:|---:|---:|---:|---:|---:|');
for (const row of rows) console.log(row);
