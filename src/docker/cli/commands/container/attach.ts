import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { Attachment, checkTerminal, followSize, ownSignals, proxySignals } from '../../stream/attach.ts';
import { detachKeys } from '../../stream/detach.ts';

/** `docker attach` */
export const attach: Command = {
  flags: { 'no-stdin': 'full', 'sig-proxy': 'full', 'detach-keys': 'full' },
  *run({ p, engine, flags, args: [name = ''] }) {
    const { State, Config } = engine.containerInspect(name);
    if (!State.Running) throw new CliError('cannot attach to a stopped container, start it first');
    if (State.Paused) throw new CliError('cannot attach to a paused container, unpause it first');
    if (State.Restarting)
      throw new CliError('cannot attach to a restarting container, wait until it is running');
    const tty = Config.Tty;
    const interactive = !flags.bool('no-stdin') && Config.OpenStdin;
    checkTerminal(p, interactive, tty);
    const waiting = engine.containerWait(name, 'not-running');
    const stream = engine.containerAttach(name, { stdin: interactive, stdout: true, stderr: true });
    const proxied = flags.bool('sig-proxy') && !tty;
    const attachment = new Attachment(p, {
      stream,
      tty,
      interactive,
      keys: detachKeys(flags.string('detach-keys')),
      proxied,
    });
    const stopProxy = proxied
      ? proxySignals(p, (signal) => engine.containerKill(name, signal))
      : ownSignals(p, attachment);
    // A bigger size first: a program at a prompt draws it anew only when the size changes.
    const terminal = p.files.get(1)?.tty;
    if (tty && terminal !== undefined)
      engine.containerResize(name, { columns: terminal.columns + 1, rows: terminal.rows + 1 });
    const stopSize =
      tty && p.isatty(1) ? followSize(p, (size) => engine.containerResize(name, size)) : undefined;
    try {
      attachment.start();
      const ending = yield* attachment.done();
      if (ending === 'detached') throw new CliError('read escape sequence');
      if (ending === 'unread') throw new CliError('write /dev/stdout: broken pipe');
      const { StatusCode } = yield* waiting;
      return StatusCode;
    } finally {
      stopProxy();
      stopSize?.();
      attachment.close();
    }
  },
};
