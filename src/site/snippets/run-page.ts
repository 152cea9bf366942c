import { Screen } from '../../terminal/screen.ts';
import { type Span, toSpans } from '../../terminal/spans.ts';
import type { Locale } from '../locales.ts';
import { commandsOf } from './commands.ts';
import { PAGE_START, seedOf, TERMINAL } from './page-start.ts';
import type { PageSession, Simulator } from './simulator.ts';
import type { CommandStep, Step } from './steps.ts';

/** What one command of a snippet did. */
export interface CommandResult {
  readonly text: string;
  readonly exit: number;
  /** The picture on the terminal, line by line, after it ended. */
  readonly output: readonly (readonly Span[])[];
}

/** What a step did; files have no commands. */
export interface StepResult {
  readonly commands: readonly CommandResult[];
}

/** Longest engine time of one command; what runs for ever needs `stop=`. */
const TIMEOUT = 5 * 60_000;
const TIMED_OUT = 124;
/** Lines of output that are kept for one command; a page is not made for more. */
const SCROLLBACK = 2000;

/** The lines on a screen without the empty one after the last line end. */
function linesOf(screen: Screen): Span[][] {
  const lines = screen.joinedLines().map(toSpans);
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

async function runCommand(
  session: PageSession,
  text: string,
  options: { input?: string; stopAfter?: number; idle: number },
): Promise<CommandResult> {
  const notice = (lines: number) => `[… ${lines} …]`;
  const screen = new Screen({ ...TERMINAL, scrollback: SCROLLBACK, notice, prompted: true });
  const decoder = new TextDecoder();
  const { exit } = await session.run(text, {
    terminal: TERMINAL,
    timeout: TIMEOUT,
    ...options,
    onOutput: (_stream, bytes) => screen.write(decoder.decode(bytes, { stream: true })),
  });
  screen.write(decoder.decode());
  return { text, exit, output: linesOf(screen) };
}

async function runStep(session: PageSession, step: CommandStep, simulator: Simulator): Promise<StepResult> {
  const texts = commandsOf(step.source, simulator.splitCommands);
  const commands: CommandResult[] = [];
  for (const [index, text] of texts.entries()) {
    const isLast = index === texts.length - 1;
    commands.push(
      await runCommand(session, text, {
        idle: index === 0 ? PAGE_START.idle : 0,
        ...(isLast && step.input !== undefined && { input: step.input }),
        ...(isLast && step.stop !== undefined && { stopAfter: step.stop }),
      }),
    );
  }
  return { commands };
}

/** Runs the steps of a page, in order, in one fresh session; gives one result a step. */
export async function runPage(
  page: {
    readonly key: string;
    readonly images: readonly string[];
    readonly steps: readonly Step[];
    readonly locale?: Locale | undefined;
  },
  simulator: Simulator,
): Promise<StepResult[]> {
  const session = await simulator.createSession({
    seed: seedOf(page.key),
    start: PAGE_START.clock,
    images: page.images,
    ...(page.locale !== undefined && { locale: page.locale }),
  });
  const results: StepResult[] = [];
  for (const step of page.steps) {
    if (step.kind === 'file') {
      session.writeFile(step.path, step.content);
      results.push({ commands: [] });
      continue;
    }
    try {
      results.push(await runStep(session, step, simulator));
    } catch (error) {
      throw new Error(
        `line ${step.line}: the simulator failed: ${error instanceof Error ? error.stack : error}`,
      );
    }
  }
  return results;
}

/** The last lines of an output, indented under a message. */
function excerpt(result: CommandResult): string {
  const lines = result.output.map((line) => line.map((span) => span.text).join(''));
  const shown = lines.length > 12 ? ['…', ...lines.slice(-12)] : lines;
  return [`$ ${result.text.replaceAll('\n', '\n  ')}`, ...shown].map((line) => `    ${line}`).join('\n');
}

/**
 * Compares what the steps did with what the page expects: one text a snippet that did otherwise, with file and line, the
 * output and what to do. Empty when all is well.
 */
export function unexpectedExits(
  file: string,
  steps: readonly Step[],
  results: readonly StepResult[],
): string[] {
  return steps.flatMap((step, index) => {
    if (step.kind === 'file') return [];
    const last = results[index]?.commands.at(-1);
    if (!last)
      return [`${file}:${step.line}: the snippet has no command. Write one, or use a \`\`\`text fence.`];
    if (last.exit === step.expect) return [];
    const advice =
      last.exit === TIMED_OUT
        ? 'The command did not end within five minutes of engine time: stop it with stop=3s.'
        : step.stop !== undefined
          ? `The command ended before Ctrl-C came after ${step.stop / 1000} s: remove stop=, or choose a shorter time.`
          : last.exit === 0
            ? 'The command works: remove expect=, or correct the command.'
            : `Correct the command; if its failure is what the page shows, write expect=${last.exit}.`;
    return [
      `${file}:${step.line}: the snippet ended with exit code ${last.exit}, expected ${step.expect}. ${advice}\n${excerpt(last)}`,
    ];
  });
}
