import { DockerError } from '../../engine/api.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Call, Command } from '../call.ts';
import { CliError, failureText } from '../failure.ts';
import { Attachment, checkTerminal, followSize, ownSignals, proxySignals } from '../stream/attach.ts';
import { detachKeys } from '../stream/detach.ts';
import { isReported } from '../stream/each.ts';
import { CREATE_FLAGS, checkPull, createContainer, withHelp } from './create.ts';
import { readOptions } from './options.ts';

/** `docker run` */
export const run: Command = {
  lonely,
  interspersed: false,
  flags: { ...CREATE_FLAGS, detach: 'full', 'detach-keys': 'full', 'sig-proxy': 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const [image = '', ...command] = args;
    const request = orHelp(() => {
      checkPull(flags.string('pull'));
      return readOptions(p, flags, image, command);
    });
    const detached = flags.bool('detach');
    if (detached) {
      if (flags.changed('attach'))
        throw new CliError('conflicting options: cannot specify both --attach and --detach');
      request.Config.AttachStdin = false;
      request.Config.AttachStdout = false;
      request.Config.AttachStderr = false;
      request.Config.StdinOnce = false;
    } else checkTerminal(p, request.Config.AttachStdin === true, request.Config.Tty === true);
    try {
      const id = yield* createContainer(call, request);
      return yield* detached ? runDetached(call, id) : runAttached(call, id, request.Config);
    } catch (error) {
      if (!isReported(error) || (error instanceof DockerError && error.id === 'not-simulated')) throw error;
      throw withHelp(failureText(error), 'run', startCode(failureText(error)));
    }
  },
};

/** Where the engine is away, a run is its own failure. */
function* lonely(_: Call, reason: string): Sys<number> {
  throw withHelp(reason, 'run');
}

/** What is wrong with the options is told with a hint and exit 125. */
function orHelp<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CliError) throw withHelp(error.message, 'run');
    throw error;
  }
}

/** 127: the command is not there; 126: it cannot be executed; 125: everything else that is docker's own failure. */
function startCode(message: string): number {
  if (message.includes('executable file not found') || message.includes('no such file or directory'))
    return 127;
  return message.includes('permission denied') || message.includes('is a directory') ? 126 : 125;
}

function* runDetached({ p, engine }: Call, id: string): Sys<number> {
  // The real CLI shows the ID before it starts the container.
  yield* p.print(`${id}\n`);
  yield* engine.containerStart(id);
  return 0;
}

function* runAttached(
  { p, engine, flags }: Call,
  id: string,
  config: { Tty?: boolean; AttachStdin?: boolean; AttachStdout?: boolean; AttachStderr?: boolean },
): Sys<number> {
  const tty = config.Tty === true;
  const interactive = config.AttachStdin === true;
  let keys: readonly number[];
  try {
    keys = detachKeys(flags.string('detach-keys'));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    yield* p.error(`${error.message}\n`);
    return 1;
  }
  const stream = engine.containerAttach(id, {
    stdin: interactive,
    stdout: config.AttachStdout === true,
    stderr: config.AttachStderr === true,
  });
  const proxied = flags.bool('sig-proxy');
  const attachment = new Attachment(p, { stream, tty, interactive, keys, proxied });
  const stopProxy = proxied
    ? proxySignals(p, (signal) => engine.containerKill(id, signal))
    : ownSignals(p, attachment);
  let stopSize: (() => void) | undefined;
  try {
    const waiting = engine.containerWait(id, flags.bool('rm') ? 'removed' : 'next-exit');
    attachment.start();
    yield* engine.containerStart(id);
    if (tty && p.isatty(1)) stopSize = followSize(p, (size) => engine.containerResize(id, size));
    const ending = yield* attachment.done();
    if (ending === 'detached') return 0;
    if (ending === 'unread') {
      yield* p.error('write /dev/stdout: broken pipe\n');
      return 1;
    }
    const { StatusCode } = yield* waiting;
    return StatusCode;
  } finally {
    stopProxy();
    stopSize?.();
    attachment.close();
  }
}
