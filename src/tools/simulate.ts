import { readFileSync } from 'node:fs';
import { Session, type SessionExtras } from '../shell/session.ts';
import { Screen } from '../terminal/screen.ts';

/**
 * `npm run -s simulate -- FILE`: runs a scenario, one shell line each, in a fresh session with all images, and prints
 * `{"steps":[{"command","stdout","stderr","exit"}]}`. `# @tty`, `# @input "…"` and `# @timeout N` before a line are those of
 * /work/shared/real-docker/record: a terminal of 120 × 40, text typed a line every half second, 10 s before exit 124.
 */
const TERMINAL = { columns: 120, rows: 40 };
const TIMEOUT_S = 10;

interface ScenarioStep {
  readonly command: string;
  readonly tty: boolean;
  readonly input: string | undefined;
  readonly timeout: number;
}

function readScenario(text: string): ScenarioStep[] {
  const steps: ScenarioStep[] = [];
  let tty = false;
  let input: string | undefined;
  let timeout = TIMEOUT_S;
  const reset = (): void => {
    tty = false;
    input = undefined;
    timeout = TIMEOUT_S;
  };
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    if (line.trim() === '') {
      reset();
      continue;
    }
    const comment = /^\s*#\s?(.*)$/.exec(line);
    if (comment !== null) {
      const [, word, value = ''] = /^@(\w+)\s*(.*)$/.exec(comment[1] ?? '') ?? [];
      if (word === 'tty') tty = true;
      else if (word === 'timeout') timeout = Number(value);
      else if (word === 'input') {
        tty = true;
        input = String(JSON.parse(value));
      }
      continue;
    }
    steps.push({ command: line, tty, input, timeout });
    reset();
  }
  return steps;
}

/** What a terminal shows in the end, as the recorder writes it: without blanks at line ends and blank lines at the end. */
function onScreen(output: string): string {
  const screen = new Screen(TERMINAL);
  screen.write(output);
  return screen.text().replace(/ +$/gm, '').replace(/\n*$/, '\n');
}

const [file] = process.argv.slice(2);
if (file === undefined || file === '--help' || file === '-h') {
  console.error('usage: npm run -s simulate -- SCENARIO.txt');
  process.exit(2);
}
/** `--help` has its sentences, as on the site; they are read when a step asks for them. */
const extras: SessionExtras = {
  descriptions: async () => {
    const { sessionExtras } = await import('../site/explain/extras.ts');
    return (await sessionExtras('en').descriptions?.()) ?? (() => undefined);
  },
};
const session = await Session.create(
  { seed: file.replace(/^.*\//, ''), images: 'lab', manner: 'script' },
  extras,
);
session.onBug = (error) => console.error(error);
const scenario = readFileSync(file, 'utf8');
// `# @plugins off`: a CLI without buildx and compose.
if (/^# @plugins off$/m.test(scenario)) await session.run('rm -rf /usr/libexec/docker/cli-plugins');
const steps: { command: string; stdout: string; stderr: string; exit: number }[] = [];
for (const { command, tty, input, timeout } of readScenario(scenario)) {
  const result = await session.run(command, {
    timeout: timeout * 1000,
    ...(tty ? { terminal: TERMINAL } : {}),
    ...(input === undefined ? {} : { input }),
  });
  const stdout = tty ? onScreen(result.stdout) : result.stdout;
  steps.push({ command, stdout, stderr: result.stderr, exit: result.exit });
}
process.stdout.write(`${JSON.stringify({ steps }, null, 1)}\n`);
