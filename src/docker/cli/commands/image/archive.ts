import { DockerError } from '../../../engine/api.ts';
import { otherCompression, plainArchive } from '../../../images/tool/archive.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Command } from '../../call.ts';
import { SOCKET } from '../../connection.ts';
import { CliError, notSimulated } from '../../failure.ts';
import { readPlatform } from '../../platform.ts';
import { readHostFile } from '../../run/files.ts';
import { writeOutput } from '../../stream/output.ts';
import { showProgress } from '../../stream/progress.ts';
import { CLI_VERSION } from '../../version.ts';
import { readReference } from './pull.ts';

/** What is compressed with zstd cannot be read here. */
function refuseOther(bytes: Uint8Array, command: string): void {
  const other = otherCompression(bytes);
  if (other !== undefined) throw notSimulated(`${command} of an archive compressed with ${other}`);
}

/** `docker save` */
export const save: Command = {
  flags: { output: 'full', platform: 'full' },
  *run({ p, engine, flags, args }) {
    const platform = yield* readPlatform(p, flags, 'invalid platform: ');
    yield* writeOutput(p, flags.string('output'), 'save', () => engine.imageSave(args, platform));
    return 0;
  },
};

/** A file that goes to the daemon as it is read; a directory fails on the way. */
function readSent(p: Process, file: string): Uint8Array {
  if (p.fs.isDirectory(file, p.cwd))
    throw new CliError(
      `error during connect: Post "http://${encodeURIComponent(SOCKET.slice(7))}/v${CLI_VERSION.ApiVersion}/images/load?quiet=${p.isatty(1) ? 0 : 1}": read ${file}: is a directory`,
    );
  return readHostFile(p, file);
}

/** `docker load` */
export const load: Command = {
  flags: { input: 'full', platform: 'parsed', quiet: 'full' },
  *run({ p, engine, flags }) {
    const input = flags.string('input');
    if (input === '' && p.isatty(0)) throw new CliError('requested load from stdin, but stdin is empty');
    const sent = input === '' ? yield* p.readAll(0) : readSent(p, input);
    const tar = yield* plainArchive(p.kernel, sent);
    refuseOther(tar, 'load');
    try {
      yield* engine.imageLoad(tar, { quiet: flags.bool('quiet') || !p.isatty(1) }, showProgress(p, 1));
    } catch (error) {
      // Comes while the answer streams, so without the daemon's name.
      if (error instanceof DockerError && error.status !== 501) throw new CliError(error.message);
      throw error;
    }
    return 0;
  },
};

/** `docker import` */
export const importImage: Command = {
  flags: { change: 'full', message: 'full', platform: 'partial' },
  *run({ p, engine, flags, args: [source = '', reference] }) {
    if (reference !== undefined) readReference(reference);
    if (/^https?:\/\//.test(source))
      throw new CliError(
        `Error response from daemon: Get "${source}": dial tcp: lookup ${new URL(source).hostname} on 10.0.2.3:53: no such host`,
      );
    const platform = flags.string('platform');
    const architecture = /^(?:linux\/)?([a-z0-9_]+)(?:\/.*)?$/.exec(platform)?.[1];
    if (platform !== '' && architecture === undefined) throw notSimulated(`import --platform ${platform}`);
    if (source !== '-' && p.fs.isDirectory(source, p.cwd))
      throw new CliError(
        `error during connect: Post "http://${encodeURIComponent(SOCKET.slice(7))}/v${CLI_VERSION.ApiVersion}/images/create?fromSrc=-&repo=${encodeURIComponent(reference ?? '')}": read ${source}: is a directory`,
      );
    const sent = source === '-' ? yield* p.readAll(0) : readHostFile(p, source);
    const tar = yield* plainArchive(p.kernel, sent);
    refuseOther(tar, 'import');
    const id = yield* engine.imageImport(tar, {
      ...(reference === undefined ? {} : { reference }),
      ...(flags.changed('message') ? { message: flags.string('message') } : {}),
      changes: flags.list('change'),
      ...(architecture === undefined || architecture === 'linux' ? {} : { architecture }),
    });
    yield* p.print(`${id}\n`);
    return 0;
  },
};
