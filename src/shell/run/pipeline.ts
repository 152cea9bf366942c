import { Errno } from '../../docker/kernel/errno.ts';
import { MOST_PROCESSES } from '../../docker/kernel/exec.ts';
import { type ExitStatus, type Process, ProcessGroup } from '../../docker/kernel/process.ts';
import { NullFile, type OpenFile, pipe } from '../../docker/kernel/stream.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import type { AndOr, GroupCommand, Pipeline } from '../syntax/ast.ts';
import { ExitShell } from './control.ts';
import { runAndOr, runCommand, runScript } from './execute.ts';
import { SIGNAL_WORDS } from './jobs.ts';
import type { Shell } from './shell.ts';

/** Runs commands at the same time, each in a process of its own, joined by pipes. */
export function* runPipeline(shell: Shell, pipeline: Pipeline): Sys<number> {
  const group = shell.jobControl ? new ProcessGroup() : undefined;
  const processes: Process[] = [];
  let input: OpenFile | undefined;
  for (const [i, command] of pipeline.commands.entries()) {
    const last = i === pipeline.commands.length - 1;
    const files = new Map<number, OpenFile>(shell.p.files);
    if (input !== undefined) files.set(0, input);
    const next = last ? undefined : pipe();
    if (next !== undefined) {
      files.set(1, next.writer);
      if (pipeline.withErrors[i] === true) files.set(2, next.writer);
    }
    processes.push(
      yield* start(shell, () =>
        shell.fork((inner) => runCommand(inner, command, { last: true }), {
          files,
          ...(group === undefined ? {} : { group }),
        }),
      ),
    );
    input?.release();
    next?.writer.release();
    input = next?.reader;
  }
  const statuses = yield* shell.awaitForeground(processes, group);
  shell.pipeStatus = statuses.map((status) => status.code);
  const failed = shell.pipeStatus.findLast((code) => code !== 0);
  shell.status = (shell.option('pipefail') ? failed : shell.pipeStatus.at(-1)) ?? 0;
  yield* reportSignal(shell, processes.at(-1), statuses.at(-1), pipeline.source);
  return shell.status;
}

/** Starts a process; if the container may have no more of them, the shell gives up. */
export function* start(shell: Shell, begin: () => Process): Sys<Process> {
  try {
    return begin();
  } catch (error) {
    if (!(error instanceof Errno) || error.code !== 'EAGAIN') throw error;
    if (shell.p.pids.processes.size >= MOST_PROCESSES) return yield* stopBomb(shell);
    const bash = shell.dialect.name === 'bash';
    return yield* shell.fail(
      `${bash ? 'fork' : shell.dialect.name === 'dash' ? 'Cannot fork' : "can't fork"}: ${error.message}`,
      {
        status: 254,
        fatal: true,
      },
    );
  }
}

/** No `--pids-limit` was reached but what the simulation can take: the whole job is ended, the machine goes on. */
function* stopBomb(shell: Shell): Sys<never> {
  yield* shell.p.error(`muelle: more than ${MOST_PROCESSES} processes: the job was stopped\n`);
  const { group } = shell.p;
  for (const other of [...group.members])
    if (other !== shell.p && other !== shell.p.pids.init) other.signal('KILL');
  throw new ExitShell(254);
}

/** `( … )`: a process with a copy of the shell. */
export function* runSubshell(shell: Shell, command: GroupCommand): Sys<number> {
  const group = shell.jobControl ? new ProcessGroup() : undefined;
  const child = yield* start(shell, () =>
    shell.fork(
      (inner) => runScript(inner, command.body, { last: true }),
      group === undefined ? {} : { group },
    ),
  );
  const [status] = yield* shell.awaitForeground([child], group);
  yield* reportSignal(shell, child, status, '( … )');
  return status?.code ?? 0;
}

/** `list &` */
export function* runBackground(shell: Shell, list: AndOr): Sys<void> {
  const group = shell.jobControl ? new ProcessGroup() : undefined;
  const files = new Map<number, OpenFile>(shell.p.files);
  const nothing = new NullFile();
  // Without job control a background command does not compete for the input, nor does Ctrl-C reach it.
  if (!shell.jobControl) files.set(0, nothing);
  const child = yield* start(shell, () =>
    shell.fork((inner) => runAndOr(inner, list, { last: true }), {
      files,
      ...(group === undefined ? { ignored: ['INT', 'QUIT'] as const } : { group }),
    }),
  );
  nothing.release();
  const job = shell.jobs.add([child], child.group, list.source);
  shell.lastBackground = child.pid;
  if (shell.jobControl && shell.conversational) yield* shell.p.error(`[${job.id}] ${child.pid}\n`);
  shell.status = 0;
}

/** Tells of a command in the foreground that a signal ended. */
export function* reportSignal(
  shell: Shell,
  process: Process | undefined,
  status: ExitStatus | undefined,
  source: string,
): Sys<void> {
  const signal = status?.signal;
  if (signal === undefined || process === undefined || signal === 'PIPE') return;
  if (signal === 'INT') {
    if (shell.conversational && shell.p.isatty(2)) yield* shell.p.error('\n');
    return;
  }
  if (shell.subshell && shell.dialect.name === 'bash') return;
  const word = SIGNAL_WORDS[signal] ?? `Signal ${status?.code ?? 0}`;
  if (shell.dialect.name === 'bash' && !shell.conversational && signal !== 'TERM') {
    yield* shell.p.error(
      `${shell.prefix()}${String(process.pid).padStart(5)} ${word.padEnd(23)} ${source}\n`,
    );
  } else yield* shell.p.error(`${word}\n`);
}
