import { type RunResult, Session } from '../../../src/shell/session.ts';

/** A machine with some images; `sh` runs a line and gives what it printed. */
export async function lab(options: { swarm?: boolean; files?: Record<string, string> } = {}): Promise<{
  run: (line: string) => Promise<RunResult>;
  sh: (line: string) => Promise<string>;
}> {
  const session = await Session.create({
    seed: 'swarm',
    images: ['busybox', 'nginx', 'redis:alpine'],
    ...(options.files === undefined ? {} : { files: options.files }),
  });
  const run = (line: string): Promise<RunResult> => session.run(line, { timeout: 120_000 });
  if (options.swarm !== false) await run('docker swarm init');
  return { run, sh: async (line) => (await run(line)).stdout };
}

/** What a refused line printed on standard error. */
export async function refusal(run: (line: string) => Promise<RunResult>, line: string): Promise<string> {
  const { exit, stderr } = await run(line);
  return `${exit} ${stderr.trim()}`;
}
