import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { findError } from '../explain/errors.ts';
import { isComplete, type Pace, Session, splitCommands } from '../shell/session.ts';
import { knownErrors } from '../site/explain/errors.ts';
import { sessionExtras } from '../site/explain/extras.ts';

/**
 * `npm run shell`: the simulator as a program for the terminal. Time passes as it does outside; Ctrl-C and what is typed go
 * to the running command. Without a terminal it runs what it reads, one command after the other. `npm run shell -- --lab` begins with the images of the recordings, `--seed WORD` repeats a session.
 */
const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log('usage: npm run shell [-- --lab] [--seed WORD]');
  process.exit(0);
}
const locale = /^es/.test(process.env['LC_ALL'] ?? process.env['LANG'] ?? '') ? 'es' : 'en';
const seedAt = args.indexOf('--seed');
const seed = seedAt < 0 ? String(Date.now()) : (args[seedAt + 1] ?? 'seed');
const session = await Session.create(
  {
    seed,
    start: Date.now(),
    ...(args.includes('--lab') ? { images: 'lab' as const } : {}),
  },
  sessionExtras(locale),
);
session.onBug = (error) => console.error(error);

/** Real milliseconds that one wait lasts at most: longer ones are cut into pieces, so that keys are noticed. */
let wake: (() => void) | undefined;
const pace: Pace = {
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  wait: (engineMs) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, engineMs);
      function done(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
      wake = done;
    }),
};

const size = (): { columns: number; rows: number } => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
});

process.stdout.on('resize', () => session.resize(size().columns, size().rows));

/** Runs a command with the terminal in raw mode: every key goes to it. */
async function run(command: string, idle: number): Promise<void> {
  const { stdin } = process;
  const raw = stdin.isTTY;
  if (raw) stdin.setRawMode(true);
  const onData = (data: Buffer): void => {
    session.type(data.toString('utf8'));
    wake?.();
  };
  stdin.on('data', onData);
  stdin.resume();
  try {
    const { exit, stdout } = await session.run(command, {
      terminal: size(),
      idle,
      pace,
      onOutput: (_stream, bytes) => process.stdout.write(bytes),
    });
    const error = findError(knownErrors(locale), stdout, exit);
    if (error !== undefined) process.stdout.write(`\x1b[2m${error.cause} ${error.cure}\x1b[0m\r\n`);
  } finally {
    stdin.off('data', onData);
    if (raw) stdin.setRawMode(false);
  }
}

/** One line (or several, while a command is not complete); undefined at the end of input. */
function ask(history: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    let typed = '';
    const reader = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: session.prompt,
      history: [...history],
      historySize: 500,
      completer: (line: string, callback: (error: null, result: [string[], string]) => void) => {
        void session.complete(line, line.length).then(({ from, items }) => {
          callback(null, [items.map((item) => item.text), line.slice(from)]);
        });
      },
    });
    let answered = false;
    const answer = (value: string | undefined): void => {
      answered = true;
      reader.close();
      resolve(value);
    };
    reader.on('line', (line) => {
      typed += typed === '' ? line : `\n${line}`;
      if (isComplete(typed)) return answer(typed);
      reader.setPrompt('> ');
      reader.prompt();
    });
    reader.on('SIGINT', () => {
      process.stdout.write('^C\n');
      answer('');
    });
    reader.on('close', () => {
      if (!answered) resolve(undefined);
    });
    reader.prompt();
  });
}

if (!process.stdin.isTTY) {
  const source = await text(process.stdin);
  let exit = 0;
  for (const command of splitCommands(source)) {
    const result = await session.run(command.text, {
      onOutput: (stream, bytes) => process[stream].write(bytes),
    });
    exit = result.exit;
  }
  process.exit(exit);
}

const history: string[] = [];
let since = Date.now();
for (;;) {
  const line = await ask(history);
  if (line === undefined || /^\s*exit(?:\s+\d+)?\s*$/.test(line)) break;
  if (line.trim() !== '') {
    history.unshift(line);
    await run(line, Date.now() - since);
  }
  since = Date.now();
}
process.stdout.write('exit\n');
process.exit(0);
