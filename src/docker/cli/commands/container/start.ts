import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, failureText } from '../../failure.ts';
import { Attachment, checkTerminal, followSize, proxySignals } from '../../stream/attach.ts';
import { detachKeys } from '../../stream/detach.ts';
import { isReported } from '../../stream/each.ts';

/** `docker start` */
export const start: Command = {
  flags: { attach: 'full', interactive: 'full', 'detach-keys': 'full' },
  *run(call) {
    const { p, engine, args, flags } = call;
    if (flags.bool('attach') || flags.bool('interactive')) {
      if (args.length > 1) throw new CliError('you cannot start and attach multiple containers at once');
      return yield* startAttached(call);
    }
    const failed: string[] = [];
    for (const name of args) {
      try {
        yield* engine.containerStart(name);
        yield* p.print(`${name}\n`);
      } catch (error) {
        if (!isReported(error)) throw error;
        yield* p.error(`${failureText(error)}\n`);
        failed.push(name);
      }
    }
    if (failed.length > 0) throw new CliError(`failed to start containers: ${failed.join(', ')}`);
    return 0;
  },
};

function* startAttached({ p, engine, flags, args: [name = ''] }: Call): Sys<number> {
  const { Config, HostConfig } = engine.containerInspect(name);
  const tty = Config.Tty;
  const interactive = flags.bool('interactive') && Config.OpenStdin;
  checkTerminal(p, interactive, tty);
  const keys = detachKeys(flags.string('detach-keys'));
  const stream = engine.containerAttach(name, { stdin: interactive, stdout: true, stderr: true });
  const attachment = new Attachment(p, { stream, tty, interactive, keys, proxied: !tty });
  const stopProxy = tty ? undefined : proxySignals(p, (signal) => engine.containerKill(name, signal));
  try {
    attachment.start();
    yield* engine.containerStart(name);
    // Asked for after the start: the exit of an earlier run may just have been dealt with in it.
    const waiting = engine.containerWait(name, HostConfig.AutoRemove ? 'removed' : 'next-exit');
    const stopSize =
      tty && p.isatty(1) ? followSize(p, (size) => engine.containerResize(name, size)) : undefined;
    const ending = yield* attachment.done();
    stopSize?.();
    if (ending === 'detached') return 0;
    if (ending === 'unread') throw new CliError('write /dev/stdout: broken pipe');
    const { StatusCode } = yield* waiting;
    return StatusCode;
  } finally {
    stopProxy?.();
    attachment.close();
  }
}
