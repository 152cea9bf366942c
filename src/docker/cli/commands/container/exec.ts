import type { ExecConfig } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { environment } from '../../run/files.ts';
import { Attachment, checkTerminal, followSize } from '../../stream/attach.ts';
import { detachKeys } from '../../stream/detach.ts';

/** `docker exec` */
export const exec: Command = {
  interspersed: false,
  flags: {
    detach: 'full',
    'detach-keys': 'full',
    env: 'full',
    'env-file': 'full',
    interactive: 'full',
    privileged: 'full',
    tty: 'full',
    user: 'full',
    workdir: 'full',
  },
  *run({ p, engine, flags, args: [name = '', ...words] }) {
    const detached = flags.bool('detach');
    const tty = flags.bool('tty');
    const interactive = flags.bool('interactive') && !detached;
    const size = p.files.get(1)?.tty;
    const Env = environment(p, flags, '');
    // The daemon is asked for the container before the terminal is looked at.
    engine.containerInspect(name);
    if (!detached) checkTerminal(p, interactive, tty);
    const keys = detachKeys(flags.string('detach-keys'), 'exec');
    const config: ExecConfig = {
      Cmd: words,
      Tty: tty,
      AttachStdin: interactive,
      AttachStdout: !detached,
      AttachStderr: !detached,
      Privileged: flags.bool('privileged'),
      ...(Env.length > 0 ? { Env } : {}),
      ...(flags.changed('user') ? { User: flags.string('user') } : {}),
      ...(flags.changed('workdir') ? { WorkingDir: flags.string('workdir') } : {}),
      ...(tty && size !== undefined ? { ConsoleSize: [size.rows, size.columns] as const } : {}),
    };
    const id = engine.execCreate(name, config);
    const stream = yield* engine.execStart(id, { detach: detached });
    if (stream === undefined) return 0;
    const attachment = new Attachment(p, { stream, tty, interactive, keys });
    const stopSize = tty && p.isatty(1) ? followSize(p, (to) => engine.execResize(id, to)) : undefined;
    try {
      attachment.start();
      if ((yield* attachment.done()) === 'detached') throw new CliError('read escape sequence');
      return yield* engine.execWait(id);
    } finally {
      stopSize?.();
      attachment.close();
    }
  },
};
