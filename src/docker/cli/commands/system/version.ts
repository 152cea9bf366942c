import type { VersionInfo } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { printObject } from '../../inspect/object.ts';
import { CLI_VERSION } from '../../version.ts';

/** `docker version` */
export const version: Command = {
  flags: { format: 'full' },
  *run({ p, engine, flags }) {
    const server = engine.version();
    const client = {
      ...CLI_VERSION,
      Os: 'linux',
      Arch: 'amd64',
      BuildTime: 'unknown-buildtime',
      Context: 'default',
    };
    const format = flags.string('format');
    if (format !== '') {
      const Server = { Platform: { Name: '' }, ...server };
      yield* printObject(p, format, { Client: client, Server }, 'system.versionInfo');
      return 0;
    }
    yield* p.print(`${clientText(client)}\n${serverText(server)}`);
    return 0;
  },
};

function rows(indent: string, width: number, pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, value]) => `${indent}${`${key}:`.padEnd(width)}${value}\n`).join('');
}

function clientText(
  client: typeof CLI_VERSION & { Os: string; Arch: string; BuildTime: string; Context: string },
): string {
  return `Client:\n${rows(' ', 19, [
    ['Version', client.Version],
    ['API version', client.ApiVersion],
    ['Go version', client.GoVersion],
    ['Git commit', client.GitCommit],
    ['Built', client.BuildTime],
    ['OS/Arch', `${client.Os}/${client.Arch}`],
    ['Context', client.Context],
  ])}`;
}

/** The engine and its parts, each with its own few lines. */
function serverText(server: VersionInfo): string {
  const engine = rows('  ', 18, [
    ['Version', server.Version],
    ['API version', `${server.ApiVersion} (minimum version ${server.MinAPIVersion})`],
    ['Go version', server.GoVersion],
    ['Git commit', server.GitCommit],
    ['Built', server.BuildTime],
    ['OS/Arch', `${server.Os}/${server.Arch}`],
    ['Experimental', String(server.Experimental)],
  ]);
  const parts = server.Components.filter((part) => part.Name !== 'Engine').map(
    (part) =>
      ` ${part.Name}:\n${rows('  ', 18, [
        ['Version', part.Version],
        ['GitCommit', part.Details['GitCommit'] ?? ''],
      ])}`,
  );
  return `Server:\n Engine:\n${engine}${parts.join('')}`;
}
