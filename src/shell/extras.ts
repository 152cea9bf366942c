import { setDescriptions } from '../docker/cli/descriptions.ts';
import type { Kernel } from '../docker/kernel/kernel.ts';
import type { Program } from '../docker/kernel/process.ts';
import { quoteForReading } from './expand/quote.ts';

/** How the explanation of a command is to look. */
export interface ExplainLook {
  readonly columns: number;
  readonly colours: boolean;
}

/** What whoever opens a session may bring: texts in the reader's language, which the simulator has none of. */
export interface SessionExtras {
  /** Explains a command line; loaded when it is asked for. */
  explain?(source: string, look: ExplainLook): Promise<string>;
  /** Descriptions of commands (no flag) and their flags for `--help`; loaded when it is asked for. */
  descriptions?(): Promise<(id: string, flag?: string) => string | undefined>;
}

const USAGE = 'usage: explain COMMAND [ARG...]\n';

/** The program `explain`: says what each word of a command line means, without running it. */
export function explainProgram({ explain }: SessionExtras): Program {
  return function* explainer(p) {
    const source = p.argv.slice(1).join(' ');
    if (source === '') {
      yield* p.error(USAGE);
      return 2;
    }
    if (explain === undefined) {
      yield* p.error('explain: there are no explanations here\n');
      return 1;
    }
    const tty = p.files.get(1)?.tty;
    const look = { columns: tty?.columns ?? 80, colours: tty !== undefined };
    const text = yield* p.kernel.external(
      explain(source, look).then(
        (said) => said,
        () => undefined,
      ),
    );
    if (text === undefined) {
      yield* p.error('explain: the explanations could not be loaded\n');
      return 1;
    }
    yield* p.print(text);
    return 0;
  };
}

/** Gives `--help` its descriptions. */
export function giveDescriptions(kernel: Kernel, { descriptions }: SessionExtras): void {
  if (descriptions !== undefined) setDescriptions(kernel, descriptions);
}

/**
 * A line that begins with `explain` is not for the shell to take apart: what follows becomes one word.
 * `explain docker ps | wc` ⇒ `explain 'docker ps | wc'`.
 */
export function keepExplained(line: string): string {
  const match = /^(\s*explain\s+)(?!['"]|$)([\s\S]+?)\s*$/.exec(line);
  return match === null ? line : `${match[1]}${quoteForReading(match[2] ?? '')}`;
}
