import { ContextError, readContext } from '../../../build/context/client.ts';
import { type LegacyRequest, legacyBuild } from '../../../build/legacy/legacy.ts';
import { LegacyError } from '../../../build/legacy/sources.ts';
import { DockerError } from '../../../engine/api.ts';
import { parseReference } from '../../../engine/reference.ts';
import { treeEntries, writeTar } from '../../../kernel/fs/tar.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { humanSize } from '../../format/units.ts';
import { toRecord } from '../../parse/flags.ts';
import { showProgress } from '../../stream/progress.ts';
import { buildArgs } from './build.ts';

/** `docker build` without BuildKit. */
export const legacyBuildCommand: Command = {
  flags: {
    'add-host': 'full',
    'build-arg': 'full',
    'cache-from': 'parsed',
    compress: 'parsed',
    'cpu-period': 'parsed',
    'cpu-quota': 'parsed',
    'cpu-shares': 'parsed',
    'cpuset-cpus': 'parsed',
    'cpuset-mems': 'parsed',
    'disable-content-trust': 'parsed',
    file: 'full',
    'force-rm': 'full',
    iidfile: 'full',
    label: 'full',
    memory: 'parsed',
    'memory-swap': 'parsed',
    network: 'full',
    'no-cache': 'full',
    pull: 'full',
    quiet: 'full',
    rm: 'full',
    'shm-size': 'parsed',
    tag: 'full',
    target: 'full',
    ulimit: 'parsed',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const quiet = flags.bool('quiet');
    for (const tag of flags.list('tag')) checkTag(tag);
    const request = yield* readRequest(call, args[0] ?? '');
    const held: string[] = [];
    const print = function* (text: string): Sys<void> {
      if (quiet) held.push(text);
      else yield* p.print(text);
    };
    const size = writeTar(treeEntries(request.context.files, '')).length;
    if (args[0] !== '-')
      yield* print(`Sending build context to Docker daemon ${humanSize(size, 4).padStart(8)}\n`);
    const show = showProgress(p, 1);
    try {
      const id = yield* legacyBuild(p, engine, request, print, function* (message) {
        if (!quiet) yield* show(message);
      });
      if (flags.changed('iidfile')) p.fs.write(flags.string('iidfile'), id, p.cwd);
      if (quiet) yield* p.print(`${id}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof LegacyError)) throw error;
      if (quiet) yield* p.error(held.join(''));
      throw new CliError(
        error.refused ? `Error response from daemon: ${error.message}` : error.message,
        error.code,
      );
    }
  },
};

function checkTag(tag: string): void {
  try {
    parseReference(tag);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw new CliError(
      `invalid argument ${JSON.stringify(tag)} for "-t, --tag" flag: ${error.id === 'reference-uppercase' ? 'invalid reference format: repository name must be lowercase' : error.message}`,
      125,
    );
  }
}

function* readRequest({ p, flags }: Call, argument: string): Sys<LegacyRequest> {
  try {
    const context = yield* readContext(p, argument, flags.string('file'));
    if (context.dockerfile === undefined && argument !== '-') {
      const folder = argument.startsWith('/') ? argument : `${p.cwd}/${argument}`;
      const path = `${folder.replace(/\/\.?$/, '')}/${flags.string('file') || 'Dockerfile'}`;
      throw new CliError(
        `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
      );
    }
    return {
      context,
      tags: flags.list('tag'),
      buildArgs: buildArgs(p, flags.list('build-arg')),
      target: flags.string('target'),
      noCache: flags.bool('no-cache'),
      pull: flags.bool('pull'),
      labels: toRecord(flags.list('label')),
      network: flags.string('network'),
      extraHosts: flags.list('add-host'),
      remove: flags.bool('rm'),
      forceRemove: flags.bool('force-rm'),
    };
  } catch (error) {
    if (error instanceof ContextError) throw new CliError(error.message);
    throw error;
  }
}
