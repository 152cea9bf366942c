import { text } from '../docker/kernel/bytes.ts';
import { attempt } from '../docker/kernel/errno.ts';
import type { Signal } from '../docker/kernel/signals.ts';
import type { Sys } from '../docker/kernel/wait.ts';
import { announceJobs } from './builtins/job-news.ts';
import { expandPrompt } from './prompt.ts';
import { needsMore, runChunk } from './read-script.ts';
import { BreakLoop, ContinueLoop, ExitShell } from './run/control.ts';
import { runText } from './run/execute.ts';
import type { Shell } from './run/shell.ts';

const BANNER =
  "\n\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n";

/** The prompt bash has in Debian's images (/etc/bash.bashrc), and the others' defaults. */
const PROMPTS = {
  bash: '\\u@\\h:\\w\\$ ',
  ash: '\\w \\$ ',
};

/** Talks with a person: prompt, line, result, until `exit` or Ctrl-D. Returns the exit code. */
export function* interact(shell: Shell): Sys<number> {
  const { p } = shell;
  const name = shell.dialect.name;
  shell.interactive = true;
  shell.conversational = true;
  shell.options.add('monitor');
  if (name === 'bash') {
    shell.shopts.add('expand_aliases');
    shell.options.add('history').add('histexpand').add('emacs');
  }
  if (shell.variables.text('PS1') === undefined) {
    shell.variables.make('PS1').value = name === 'dash' ? (p.uid === 0 ? '# ' : '$ ') : PROMPTS[name];
  }
  if (shell.variables.text('PS2') === undefined) shell.variables.make('PS2').value = '> ';
  shell.watchInterrupt();
  const tty = p.files.get(0)?.tty;
  const before = tty?.foreground;
  if (tty !== undefined) tty.foreground = (signal) => toForeground(shell, signal);
  if (name === 'ash') yield* p.error(BANNER);
  try {
    const code = yield* shell.toTheEnd(talk(shell));
    if (name === 'bash') saveHistory(shell);
    return code;
  } finally {
    if (tty !== undefined) tty.foreground = before;
  }
}

/** Adds what was typed to ~/.bash_history, as bash does when it ends; a home that cannot be written to keeps none. */
function saveHistory(shell: Shell): void {
  const { p } = shell;
  const path = shell.variables.text('HISTFILE') ?? `${shell.variables.text('HOME') ?? ''}/.bash_history`;
  if (shell.history.length === 0) return;
  const as = { uid: p.uid, gid: p.gid, groups: p.groups };
  attempt(() => p.fs.append(path, `${shell.history.join('\n')}\n`, p.cwd, as, 0o600));
}

/** Ctrl-C and its like go to the job in the foreground, or to the shell at its prompt. */
export function toForeground(shell: Shell, signal: Signal): void {
  if (shell.foreground !== undefined) shell.foreground.signal(signal);
  else shell.p.signal(signal);
}

function* talk(shell: Shell): Sys<number> {
  const { p } = shell;
  let number = 1;
  for (;;) {
    yield* announceJobs(shell);
    const command = shell.variables.text('PROMPT_COMMAND');
    if (command !== undefined && command !== '') yield* runText(shell, command, {});
    if (shell.traps.waiting) yield* shell.traps.runPending();
    const from = number;
    let source = '';
    let line = yield* ask(shell, 'PS1');
    while (line !== undefined && line !== '') {
      source += line;
      number++;
      if (!needsMore(source, shell)) break;
      line = yield* ask(shell, 'PS2');
    }
    if (line === undefined) {
      shell.status = 130;
      yield* p.error('\n');
      continue;
    }
    if (line === '' && source === '') {
      yield* p.error(shell.dialect.name === 'bash' ? 'exit\n' : '\n');
      return shell.status;
    }
    if (source.trim() !== '') shell.history.push(source.trimEnd());
    try {
      yield* runChunk(shell, source, from);
    } catch (error) {
      if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
    }
    shell.interrupted = false;
    if (line === '') throw new ExitShell(shell.status);
  }
}

/** One line with its newline; empty at the end of input, undefined after Ctrl-C. */
function* ask(shell: Shell, name: 'PS1' | 'PS2'): Sys<string | undefined> {
  const { p } = shell;
  const prompt = expandPrompt(shell, shell.variables.text(name) ?? '');
  yield* p.error(prompt);
  // A terminal that is attached anew changes its size to have the prompt drawn again.
  const last = prompt.slice(prompt.lastIndexOf('\n') + 1);
  const tty = p.files.get(2)?.tty;
  p.onSignal('WINCH', () => tty?.print(new TextEncoder().encode(`\r${last}\x1b[J`)));
  // What was typed while something else ran has been echoed by the terminal; the line editor shows it again.
  const ahead = shell.dialect.name !== 'dash' && p.files.get(0)?.tty?.typedAhead === true;
  const line = yield* shell.interruptible(p.readLineBytes(0));
  if (ahead && line !== undefined) yield* p.error(text(line));
  p.onSignal('WINCH', undefined);
  if (line !== undefined) return text(line);
  shell.interrupted = false;
  if (shell.traps.waiting) yield* shell.traps.runPending();
  return undefined;
}
