import { Errno } from '../../kernel/errno.ts';
import { forkChild, spawnChild } from '../../kernel/exec.ts';
import { openFile } from '../../kernel/fs/file.ts';
import { type Process, ProcessGroup } from '../../kernel/process.ts';
import { SIGNALS, type Signal } from '../../kernel/signals.ts';
import { NullFile, type OpenFile } from '../../kernel/stream.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import { type Program, readSupervisor, type SupervisorConfig } from './supervisor-config.ts';

const DEFAULT = '/etc/supervisor/supervisord.conf';

/**
 * supervisord(1): -n, -c FILE. Starts the programs of its configuration, starts those again that end, and stops all on TERM.
 * Their output goes to files in childlogdir, or to /dev/stdout where the program says so. supervisorctl is not simulated.
 */
export function* supervisord(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'nc:u:l:e:', long: { nodaemon: 'n', configuration: 'c:' } });
  const path = o.get('c') ?? DEFAULT;
  if (!p.fs.exists(path, p.cwd)) {
    yield* p.error(`Error: could not find config file ${path}\nFor help, use /usr/bin/supervisord -h\n`);
    return 2;
  }
  const config = yield* readSupervisor(p, path);
  if (typeof config === 'string') {
    yield* p.error(`${config}\nFor help, use /usr/bin/supervisord -h\n`);
    return 2;
  }
  const stay = o.has('n') || /^(true|yes|on|1)$/i.test(config.settings.get('nodaemon') ?? '');
  if (stay) return yield* new Supervisor(p, config, true).run();
  // In the background: the one that was called ends, and where it was process 1 the container with it.
  const daemon = forkChild(p, (child) => new Supervisor(child, config, false).run());
  daemon.parent?.children.delete(daemon);
  daemon.parent = p.pids.init;
  daemon.parent?.children.add(daemon);
  return 0;
}

/** One running supervisord. */
class Supervisor {
  readonly #p: Process;
  readonly #config: SupervisorConfig;
  readonly #loud: boolean;
  readonly #children = new Map<string, Process>();
  #stopping = false;

  constructor(p: Process, config: SupervisorConfig, loud: boolean) {
    this.#p = p;
    this.#config = config;
    this.#loud = loud;
  }

  *#log(level: string, message: string): Sys<void> {
    const { now } = this.#p.kernel.clock;
    const line = `${formatTime(now, '%F %T')},${formatTime(now, '%3N')} ${level} ${message}\n`;
    if (this.#loud) yield* this.#p.print(line);
    const file = this.#config.settings.get('logfile');
    if (file === undefined || /^(none|\/dev\/)/i.test(file)) return;
    try {
      this.#p.fs.append(file, line, '/');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  *run(): Sys<number> {
    const p = this.#p;
    let signal: Signal | undefined;
    for (const name of ['TERM', 'INT', 'QUIT'] as const)
      p.onSignal(name, () => {
        signal ??= name;
      });
    p.useMemory(22_000_000);
    yield* p.sleep(300);
    const user = this.#config.settings.get('user');
    if (p.uid === 0 && user === undefined)
      yield* this.#log(
        'CRIT',
        'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  If you intend to run as root, you can set user=root in the config file to avoid this message.',
      );
    else if (user !== undefined)
      yield* this.#log('INFO', `Set uid to user ${uidOf(p, user) ?? user} succeeded`);
    for (const file of this.#config.included)
      yield* this.#log('INFO', `Included extra file "${file}" during parsing`);
    yield* this.#log('INFO', `supervisord started with pid ${p.pid}`);
    yield* p.sleep(1000);
    for (const program of this.#config.programs)
      if (program.autostart) p.kernel.thread(p, this.#keep(program));
    yield* until(() => signal !== undefined, p.signalled);
    this.#stopping = true;
    yield* this.#log('WARN', `received SIG${signal} indicating exit request`);
    const running = this.#config.programs.filter(({ name }) => this.#children.get(name)?.running === true);
    if (running.length > 0)
      yield* this.#log('INFO', `waiting for ${running.map(({ name }) => name).join(', ')} to die`);
    for (const program of running.reverse()) yield* this.#stop(program);
    return 0;
  }

  *#stop(program: Program): Sys<void> {
    const child = this.#children.get(program.name);
    if (child === undefined) return;
    const { kernel } = this.#p;
    const signal = (Object.hasOwn(SIGNALS, program.stopsignal) ? program.stopsignal : 'TERM') as Signal;
    const all = program.asGroup ? [...child.group.members] : [child];
    for (const one of all) one.signal(signal, this.#p);
    const deadline = kernel.clock.now + program.stopwaitsecs;
    while (child.running && kernel.clock.now < deadline) yield { queues: [child.ended], until: deadline };
    if (child.running) {
      yield* this.#log('WARN', `killing '${program.name}' (${child.pid}) with SIGKILL`);
      child.signal('KILL', this.#p);
    }
    const { code, signal: by } = yield* child.wait();
    yield* by === undefined
      ? this.#log('INFO', `stopped: ${program.name} (exit status ${code})`)
      : this.#log('WARN', `stopped: ${program.name} (terminated by SIG${by})`);
  }

  /** Starts a program, and again as often as its section says. */
  *#keep(program: Program): Sys<void> {
    const p = this.#p;
    const { name } = program;
    for (let failures = 0; !this.#stopping; ) {
      const child = yield* this.#start(program);
      const started = p.kernel.clock.now;
      let up = false;
      if (child !== undefined) {
        const enough = started + program.startsecs;
        while (child.running && p.kernel.clock.now < enough) yield { queues: [child.ended], until: enough };
        up = child.running;
        if (up)
          yield* this.#log(
            'INFO',
            `success: ${name} entered RUNNING state, process has stayed up for > than ${program.startsecs / 1000} seconds (startsecs)`,
          );
        const { code, signal } = yield* child.wait();
        if (this.#stopping) return;
        const expected = up && signal === undefined && program.exitcodes.includes(code);
        const how = signal === undefined ? `exit status ${code}` : `terminated by SIG${signal}`;
        yield* this.#log(
          expected ? 'INFO' : 'WARN',
          `exited: ${name} (${how}; ${expected ? 'expected' : 'not expected'})`,
        );
        if (up && (program.autorestart === 'never' || (program.autorestart === 'unexpected' && expected)))
          return;
      }
      failures = up ? 0 : failures + 1;
      if (failures > program.startretries) {
        yield* this.#log('INFO', `gave up: ${name} entered FATAL state, too many start retries too quickly`);
        return;
      }
      yield* p.sleep(up ? 1000 : failures * 1000);
    }
  }

  *#start(program: Program): Sys<Process | undefined> {
    const p = this.#p;
    const { name, command, user } = program;
    const files = this.#outputs(program);
    try {
      const uid = user === undefined ? undefined : uidOf(p, user);
      const child = yield* spawnChild(p, command, {
        files,
        group: new ProcessGroup(),
        ...(program.directory === undefined ? {} : { cwd: program.directory }),
        ...(uid === undefined || user === undefined ? {} : { uid, gid: gidOf(p, user) ?? uid }),
        env: new Map([
          ...p.env,
          ['SUPERVISOR_ENABLED', '1'],
          ['SUPERVISOR_PROCESS_NAME', name],
          ...program.environment,
        ]),
      });
      this.#children.set(name, child);
      yield* this.#log('INFO', `spawned: '${name}' with pid ${child.pid}`);
      return child;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const why =
        error.code === 'ENOENT'
          ? `can't find command '${command[0]}'`
          : `command at '${command[0]}' is not executable`;
      yield* this.#log('INFO', `spawnerr: ${why}`);
      return undefined;
    } finally {
      for (const file of files.values()) file.release();
    }
  }

  /** Standard input is empty; the outputs are files of their own, as `AUTO` in the configuration means. */
  #outputs(program: Program): Map<number, OpenFile> {
    const p = this.#p;
    const folder = this.#config.settings.get('childlogdir') ?? '/tmp';
    const open = (written: string | undefined, stream: string): OpenFile => {
      if (written !== undefined && /^(\/dev\/stdout|\/dev\/fd\/1|\/proc\/self\/fd\/1)$/.test(written))
        return p.file(1).retain();
      if (written !== undefined && /^(\/dev\/stderr|\/dev\/fd\/2|\/proc\/self\/fd\/2)$/.test(written))
        return p.file(2).retain();
      if (written === '/dev/null' || written === 'NONE') return new NullFile();
      const path =
        written === undefined || written === 'AUTO'
          ? `${folder}/${program.name}-${stream}---supervisor-${p.kernel.random.hex(4)}.log`
          : written;
      return openFile(p, path, 'append');
    };
    const stdout = open(program.stdout, 'stdout');
    return new Map<number, OpenFile>([
      [0, new NullFile()],
      [1, stdout],
      [2, program.together ? stdout.retain() : open(program.stderr, 'stderr')],
    ]);
  }
}
