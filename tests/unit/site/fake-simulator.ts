import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PageSession, SessionStart, Simulator } from '../../../src/site/snippets/simulator.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/**
 * A stand-in for the simulator, so that the site's part is tested alone: a command prints `ran: …`, `exit N` ends with N,
 * `hang` ends by Ctrl-C or the timeout, `blank` prints an empty line first, `crash` is a bug. It writes down what it was asked.
 */
export class FakeSimulator implements Simulator {
  readonly asked: string[] = [];

  async createSession({ seed, start, images }: SessionStart): Promise<PageSession> {
    this.asked.push(`session ${seed} ${start} ${images.join(' ')}`);
    return {
      writeFile: (path, text) => void this.asked.push(`write ${path} ${JSON.stringify(text)}`),
      run: async (command, options) => {
        const { input, stopAfter, idle, timeout } = options ?? {};
        this.asked.push(`run ${JSON.stringify({ command, input, stopAfter, idle })}`);
        const say = (text: string) => options?.onOutput?.('stdout', new TextEncoder().encode(text));
        if (command.startsWith('crash')) throw new Error('a bug');
        if (command.startsWith('hang'))
          return { exit: stopAfter ? 130 : 124, elapsed: stopAfter ?? timeout ?? 0 };
        if (command.startsWith('quiet')) return { exit: 0, elapsed: 0 };
        if (command === 'blank') say('\r\n');
        say(`\x1b[1mran\x1b[0m: ${command.replaceAll('\n', '\r\n')}\r\n`);
        if (input !== undefined) say(input.replaceAll('\n', '\r\n'));
        return { exit: Number(/^exit (\d+)/.exec(command)?.[1] ?? 0), elapsed: 1 };
      },
    };
  }

  /** Lines, joined where one ends in a backslash; comment lines come attached to the command below them. */
  splitCommands = (source: string) => {
    const commands = source.match(/(?:[ \t]*(?:#.*)?\n)*(?:[^\n]*\\\n)*[^\n]+/g) ?? [];
    return commands.filter((text) => !/^\s*#[^\n]*$/.test(text)).map((text) => ({ text }));
  };
}

/** A project folder with these pages: `{ 'es/a.mdx': '…' }`. Gives its root. */
export function project(pages: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(pages)) {
    const file = join(root, 'content/docs', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

/** A fence as an author writes it: `fence('sh run', 'docker ps')`. */
export function fence(info: string, code: string): string {
  return `\`\`\`${info}\n${code}\n\`\`\`\n`;
}
