import type { VersionInfo } from '../../../engine/api.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { contextName } from '../../connection.ts';
import { CliError } from '../../failure.ts';
import { printObject } from '../../inspect/object.ts';
import { CLI_VERSION } from '../../version.ts';

/** `docker version` */
export const version: Command = {
  flags: { format: 'full' },
  *run(call) {
    const { p, engine, flags } = call;
    const client = yield* clientOf(call);
    const server = engine.version();
    const format = flags.string('format');
    if (format !== '') {
      const Server = { Platform: { Name: '' }, ...server };
      yield* printObject(p, format, { Client: client, Server }, 'system.versionInfo');
      return 0;
    }
    yield* p.print(`${clientText(client)}\n${serverText(server)}`);
    return 0;
  },
  *lonely(call, reason) {
    const { p, flags } = call;
    const client = yield* clientOf(call);
    const format = flags.string('format');
    if (format !== '') yield* printObject(p, format, { Client: client, Server: null }, 'system.versionInfo');
    else yield* p.print(clientText(client));
    throw new CliError(reason);
  },
};

/** The client as it is called: its context, and the version of the API it was told to speak. */
function* clientOf({ p, globals }: Call): Sys<Client> {
  const { apiVersion } = yield* p.kernel.external(import('../../endpoint.ts'));
  return {
    ...CLI_VERSION,
    ApiVersion: apiVersion(p) ?? CLI_VERSION.ApiVersion,
    DefaultAPIVersion: CLI_VERSION.ApiVersion,
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: 'unknown-buildtime',
    Context: contextName(p, globals),
  };
}

interface Client {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly DefaultAPIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly BuildTime: string;
  readonly Context: string;
}

function rows(indent: string, width: number, pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, value]) => `${indent}${`${key}:`.padEnd(width)}${value}\n`).join('');
}

function clientText(client: Client): string {
  const { ApiVersion, DefaultAPIVersion } = client;
  const asked = ApiVersion === DefaultAPIVersion ? '' : ` (downgraded from ${DefaultAPIVersion})`;
  return `Client:\n${rows(' ', 19, [
    ['Version', client.Version],
    ['API version', `${ApiVersion}${asked}`],
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
