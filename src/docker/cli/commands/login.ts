import { DockerError } from '../../engine/api.ts';
import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Call, Command } from '../call.ts';
import { configFolder, configText } from '../connection.ts';
import { HUB, readConfig, savedLogin, serverKey, writeConfig } from '../credentials.ts';
import { CliError, daemonText } from '../failure.ts';

const INFO = '\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m';
const TOKEN_HINT = `\n${INFO}\x1b[3mA Personal Access Token (PAT) can be used instead.\x1b[0m
         \x1b[3mTo create a PAT, visit \x1b[4mhttps://app.docker.com/settings\x1b[0m\x1b[0m
         \x1b[3m\x1b[0m
         \x1b[3m\x1b[0m\n`;

const serverName = (written: string): string =>
  written === '' ? HUB : serverKey(written.replace(/^https?:\/\//, '').replace(/\/.*$/, ''));

/** `docker login`: with a password, with a saved login, or by asking on a terminal. */
export const login: Command = {
  flags: { password: 'full', 'password-stdin': 'full', username: 'full' },
  *run(call) {
    const {
      p,
      flags,
      args: [written = ''],
    } = call;
    const server = serverName(written);
    const username = flags.string('username');
    let password = flags.string('password');
    if (flags.changed('password')) {
      if (flags.bool('password-stdin'))
        throw new CliError('conflicting options: cannot specify both --password and --password-stdin');
      yield* p.error('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
    }
    if (flags.bool('password-stdin')) {
      if (username === '') throw new CliError('the --password-stdin option requires --username to be set');
      password = text(yield* p.readAll(0)).replace(/[\r\n]+$/, '');
    }
    const saved = username === '' && password === '' ? savedLogin(p, server) : undefined;
    if (saved !== undefined) return yield* again(call, saved);
    if ((username === '' || password === '') && !p.isatty(0))
      throw new CliError('error: cannot perform an interactive login from a non-TTY device');
    const user = username !== '' ? username : yield* ask(p, 'Username: ', true);
    if (password === '') {
      yield* p.print(TOKEN_HINT);
      password = yield* ask(p, 'Password: ', false);
      yield* p.print('\n');
    }
    const { Status } = yield* call.engine.registryLogin({ username: user, password, serveraddress: server });
    const helper = lostHelper(p, 'storing');
    if (helper !== undefined) throw new CliError(`Error saving credentials: ${helper}`);
    const config = readConfig(p);
    const known = config.auths?.[server] !== undefined;
    writeConfig(p, {
      ...config,
      auths: { ...config.auths, [server]: { auth: btoa(`${user}:${password}`) } },
    });
    if (!known)
      yield* p.error(
        `\nWARNING! Your credentials are stored unencrypted in '${configFolder(p)}/config.json'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
      );
    yield* p.print(`${Status}\n`);
    return 0;
  },
};

/** Passwords can be left to a program `docker-credential-…`; there is none here. */
function lostHelper(p: Process, doing: string): string | undefined {
  const name = configText(p, 'credsStore');
  if (name === undefined || name === '') return undefined;
  return `error ${doing} credentials - err: exec: "docker-credential-${name}": executable file not found in $PATH, out: \`\``;
}

function* again({ p, engine }: Call, saved: { username: string; password: string }): Sys<number> {
  yield* p.error(`Authenticating with existing credentials... [Username: ${saved.username}]\n\n`);
  const hint = "To login with a different account, run 'docker logout' followed by 'docker login'";
  yield* p.error(p.isatty(2) ? `${INFO}\x1b[3m${hint}\x1b[0m\n\n\n` : ` Info -> ${hint}\n\n\n`);
  try {
    const { Status } = yield* engine.registryLogin(saved);
    yield* p.print(`${Status}\n`);
    return 0;
  } catch (error) {
    if (error instanceof DockerError) throw new CliError(daemonText(error));
    throw error;
  }
}

/** Asks on the terminal; a password is not echoed. */
function* ask(p: Process, question: string, echo: boolean): Sys<string> {
  const tty = p.files.get(0)?.tty;
  yield* p.print(question);
  if (tty !== undefined) tty.echo = echo;
  try {
    return (yield* p.readLine(0)) ?? '';
  } finally {
    if (tty !== undefined) tty.echo = true;
  }
}

/** `docker logout` */
export const logout: Command = {
  flags: {},
  *run({ p, args: [written = ''] }) {
    const server = serverName(written);
    const lost = lostHelper(p, 'getting');
    if (lost !== undefined) yield* p.error(`WARNING: ${lost}\n`);
    yield* p.print(`Removing login credentials for ${server}\n`);
    if (lost !== undefined) {
      yield* p.error(`WARNING: could not erase credentials:\n${server}: ${lostHelper(p, 'erasing')}\n`);
      return 0;
    }
    const config = readConfig(p);
    if (config.auths !== undefined && server in config.auths) {
      const { [server]: _, ...others } = config.auths;
      writeConfig(p, { ...config, auths: others });
    }
    return 0;
  },
};
