import { dockerProgram } from '../docker/cli/docker.ts';
import type { BuildCacheRecord } from '../docker/engine/api.ts';
import { Engine } from '../docker/engine/engine.ts';
import { debianFacts, debianTree } from '../docker/images/catalogue/debian.ts';
import { catalogue, recordedCatalogue } from '../docker/images/catalogue.ts';
import { loadImages } from '../docker/images/lazy-images.ts';
import { hasProgram, programs } from '../docker/images/programs.ts';
import type { LayerEntry } from '../docker/images/types.ts';
import { utf8 } from '../docker/kernel/bytes.ts';
import { Clock } from '../docker/kernel/clock.ts';
import { Errno } from '../docker/kernel/errno.ts';
import { spawnChild } from '../docker/kernel/exec.ts';
import { ProcTree } from '../docker/kernel/fs/proc.ts';
import { emptyDirectory, Tree } from '../docker/kernel/fs/tree.ts';
import { Vfs } from '../docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace, type ProgramTable } from '../docker/kernel/kernel.ts';
import type { Process, Program, Uts } from '../docker/kernel/process.ts';
import { Random } from '../docker/kernel/random.ts';
import type { Sys } from '../docker/kernel/wait.ts';
import { explainProgram, giveDescriptions, type SessionExtras } from './extras.ts';
import { hostIp } from './host-network.ts';
import { textTool } from './just-bash/text-tool.ts';
import { shellPrograms } from './program.ts';

/** When sessions begin unless they say otherwise: the day of the recordings. */
export const DEFAULT_START = Date.UTC(2026, 10, 21, 3, 38, 0);
export const HOME = '/home/student';
export const LAB = `${HOME}/lab`;
export const HOST_NAME = 'muelle';

/** Environment of the reader's shell, as in the recordings. */
export const HOST_ENV: ReadonlyMap<string, string> = new Map([
  ['SHELL', '/bin/bash'],
  ['USER', 'root'],
  ['HOME', HOME],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['LANG', 'C.UTF-8'],
  ['TZ', 'UTC'],
]);

/** The reader's machine: kernel, file system and engine. */
export interface Host {
  readonly kernel: Kernel;
  readonly fs: Vfs;
  readonly engine: Engine;
  readonly uts: Uts;
  readonly pids: PidNamespace;
}

/** Tools a developer's Debian has beyond the minimal image. */
const EXTRA_TOOLS =
  'curl wget ping ss nc netstat ifconfig route nslookup dig host telnet ps pgrep pkill pidof killall free uptime watch less more cal tree file xxd hexdump strings bc jq vi vim nano git openssl bzip2 bunzip2 bzcat xz unxz xzcat zip unzip column tac'.split(
    ' ',
  );

/** The machine's name and where dockerd keeps its things: the reader's, or the one of the recordings. */
export type Machine = 'reader' | 'recorder';

const MACHINES = {
  reader: { name: HOST_NAME, settings: { famousSites: true } },
  recorder: {
    name: 'docker',
    settings: {
      dataRoot: '/tmp/rd29/data',
      execRoot: '/tmp/rd29/exec',
      registryUntrusted: true,
      standInHub: true,
      uplink: { device: 'uplink', addresses: ['10.0.2.3', '10.0.2.4'] },
      withoutIpvs: true,
      cgroupVersion: 1,
    },
  },
} as const;

/** What the recordings' engine had from the beginning; the catalogue offers more. */
const LAB_IMAGES =
  'alpine:latest busybox:latest debian:bookworm debian:latest hello-world:latest httpd:2.4 httpd:latest mariadb:latest mysql:5.7 mysql:latest nginx:alpine nginx:latest python:3 python:3-slim python:latest redis:alpine redis:latest registry:2 ubuntu:14.04 ubuntu:22.04 ubuntu:24.04 ubuntu:latest'.split(
    ' ',
  );

/** Loads what the images a machine begins with consist of; to be awaited before `createHost`. */
export async function loadStart(images: readonly string[] | 'lab'): Promise<void> {
  const names = new Set(
    (images === 'lab' ? LAB_IMAGES : images).map((name) =>
      name.replace(/^(?:docker\.io\/)?(?:library\/)?|[:@].*$/g, ''),
    ),
  );
  await loadImages([...catalogue, ...recordedCatalogue], (repository) => names.has(repository));
}

/** Builds the machine. Same seed and start, same machine. */
export function createHost(options: {
  seed: string;
  start: number;
  images: readonly string[] | 'lab';
  machine: Machine;
  extras?: SessionExtras | undefined;
}): Host {
  const clock = new Clock(options.start);
  const own = new Map<string, Program>(Object.entries(shellPrograms));
  for (const name of ['awk', 'jq']) own.set(name, textTool(name));
  own.set('sed', function* sed(p) {
    const { sed } = yield* p.kernel.external(import('./sed/sed.ts'));
    return yield* sed(p);
  });
  own.set('busybox:sed', function* sed(p) {
    const { sed } = yield* p.kernel.external(import('./sed/sed.ts'));
    return yield* sed(p, 'busybox');
  });
  own.set('sudo', sudo);
  own.set('explain', explainProgram(options.extras ?? {}));
  const table: ProgramTable = { get: (id) => own.get(id) ?? programs.get(id) };
  const kernel = new Kernel({ clock, random: new Random(options.seed), programs: table });
  giveDescriptions(kernel, options.extras ?? {});
  const pids = new PidNamespace({ protected: false, firstPid: 21_741 });
  const proc = new ProcTree(kernel, pids, {
    memory: 24_686_524 * 1024,
    cpus: 2,
    bootedAt: options.start - 3_600_000,
    sysctls: new Map([
      ['kernel/hostname', MACHINES[options.machine].name],
      ['kernel/ostype', 'Linux'],
      ['kernel/pid_max', '4194304'],
      ['net/ipv4/ip_forward', '1'],
      ['vm/overcommit_memory', '0'],
    ]),
  });
  const fs = new Vfs(
    [
      { target: '/proc', tree: proc, at: [], readOnly: false, type: 'proc' },
      {
        target: '',
        tree: hostTree(options.start, options.machine),
        at: [],
        readOnly: false,
        type: 'ext4',
      },
    ],
    () => clock.now,
  );
  addDevices(fs, kernel);
  const { name: hostname, settings } = MACHINES[options.machine];
  const uts: Uts = { hostname, domainname: '' };
  const engine = new Engine({
    kernel,
    catalogue: options.machine === 'recorder' ? recordedCatalogue : catalogue,
    host: { fs, uts, pids },
    settings,
  });
  const docker = dockerProgram(engine);
  own.set('docker', docker);
  own.set('docker-compose', (p) => {
    p.argv = ['docker', 'compose', ...p.argv.slice(1)];
    return docker(p);
  });
  own.set('host-ip', hostIp(engine, options.machine === 'reader'));
  preload(engine, options.images);
  if (options.machine === 'recorder' && options.images === 'lab')
    engine.heldCache = heldCache(new Random(`${options.seed} cache`), clock.now);
  return { kernel, fs, engine, uts, pids };
}

/** The builder of the recordings held twelve empty snapshots of the making of its images (recording 17). */
function heldCache(random: Random, now: number): BuildCacheRecord[] {
  const time = new Date(now - 86_400_000).toISOString();
  return Array.from({ length: 12 }, () => ({
    ID: random.hex(13).slice(0, 25),
    Parents: [],
    Type: 'regular',
    Description: '',
    InUse: true,
    Shared: false,
    Size: 4096,
    CreatedAt: time,
    LastUsedAt: time,
    UsageCount: 1,
  }));
}

/** Puts images into the engine as if they had been pulled before the session began. */
function preload(engine: Engine, wanted: readonly string[] | 'lab'): void {
  const { images } = engine.rooms;
  const offered = new Set(
    catalogue.flatMap((image) => image.tags.map((tag) => `${image.repository}:${tag}`)),
  );
  const names = wanted === 'lab' ? LAB_IMAGES.filter((name) => offered.has(name)) : wanted;
  for (const name of names) images.preload(name);
}

function hostTree(start: number, machine: Machine): Tree {
  const { name } = MACHINES[machine];
  const tree = new Tree(emptyDirectory(start));
  const entries: LayerEntry[] = [
    ...debianTree(),
    ...debianFacts('12', 'bookworm', '12.15'),
    { path: 'usr/bin/docker', kind: 'file', program: 'docker', size: 41_943_040, mode: 0o755 },
    ...['buildx', 'compose'].map(
      (plugin): LayerEntry => ({
        path: `usr/libexec/docker/cli-plugins/docker-${plugin}`,
        kind: 'file',
        program: 'docker',
        size: 60_000_000,
        mode: 0o755,
      }),
    ),
    // The old name of `docker compose`, which the recordings' machine did not have, and what is Muelle's own.
    ...(machine === 'reader'
      ? [
          {
            path: 'usr/local/bin/explain',
            kind: 'file',
            program: 'explain',
            size: 16_384,
            mode: 0o755,
          } as const,
          {
            path: 'usr/bin/docker-compose',
            kind: 'file',
            program: 'docker-compose',
            size: 60_000_000,
            mode: 0o755,
          } as const,
        ]
      : []),
    { path: 'usr/bin/sudo', kind: 'file', program: 'sudo', size: 281_624, mode: 0o4755 },
    { path: 'usr/bin/jq', kind: 'file', program: 'jq', size: 30_960, mode: 0o755 },
    ...EXTRA_TOOLS.filter(hasProgram).map(
      (name): LayerEntry => ({
        path: `usr/bin/${name}`,
        kind: 'file',
        program: name,
        size: 64_000,
        mode: 0o755,
      }),
    ),
    { path: 'etc/hostname', kind: 'file', text: `${name}\n` },
    { path: 'etc/hosts', kind: 'file', text: `127.0.0.1\tlocalhost\n127.0.1.1\t${HOST_NAME}\n` },
    { path: 'etc/resolv.conf', kind: 'file', text: 'nameserver 10.0.2.3\n' },
    { path: 'usr/bin/ip', kind: 'file', program: 'host-ip', size: 723_000, mode: 0o755 },
    { path: 'usr/sbin/ip', kind: 'link', target: '../bin/ip' },
    { path: 'etc/ssl/certs/ca-certificates.crt', kind: 'file', size: 213_000 },
    { path: 'etc/docker', kind: 'directory' },
    { path: HOME.slice(1), kind: 'directory' },
    { path: LAB.slice(1), kind: 'directory' },
  ];
  for (const entry of entries) put(tree, entry, start);
  const socket = { kind: 'device', device: 'socket', mode: 0o660, uid: 0, gid: 0, mtime: start } as const;
  if (tree.get(['run']) === undefined) tree.put(['run'], emptyDirectory(start), start);
  tree.put(['run', 'docker.sock'], socket, start);
  return tree;
}

function put(tree: Tree, entry: LayerEntry, time: number): void {
  const path = entry.path.split('/').filter((name) => name !== '');
  for (let depth = 1; depth < path.length; depth++) {
    if (tree.get(path.slice(0, depth)) === undefined)
      tree.put(path.slice(0, depth), emptyDirectory(time), time);
  }
  if (entry.kind === 'link') {
    tree.put(path, { kind: 'link', target: entry.target, mode: 0o777, uid: 0, gid: 0, mtime: time }, time);
    return;
  }
  const meta = { uid: entry.uid ?? 0, gid: entry.gid ?? 0, mtime: time };
  if (entry.kind === 'directory') {
    if (tree.get(path) === undefined)
      tree.put(path, { ...emptyDirectory(time, entry.mode ?? 0o755), ...meta }, time);
    return;
  }
  const data = entry.text === undefined ? (entry.size ?? 0) : utf8(entry.text);
  const mode = entry.mode ?? (entry.program === undefined ? 0o644 : 0o755);
  tree.put(path, { kind: 'file', data, program: entry.program, mode, ...meta }, time);
}

function addDevices(fs: Vfs, kernel: Kernel): void {
  const time = kernel.clock.now;
  const meta = { mode: 0o666, uid: 0, gid: 0, mtime: time };
  for (const device of ['null', 'zero', 'full', 'tty', 'stdin', 'stdout', 'stderr'] as const)
    fs.place(`/dev/${device}`, { kind: 'device', device, ...meta });
  for (const name of ['random', 'urandom'])
    fs.place(`/dev/${name}`, { kind: 'device', device: 'random', ...meta });
}

/** `sudo command`: the reader is root already. */
function* sudo(p: Process): Sys<number> {
  let args = p.argv.slice(1);
  while (args[0]?.startsWith('-') === true) args = args.slice(args[0] === '-u' ? 2 : 1);
  const [name] = args;
  if (name === undefined) {
    yield* p.error('usage: sudo [-u user] command [arguments]\n');
    return 1;
  }
  try {
    const child = yield* spawnChild(p, args);
    return (yield* child.wait()).code;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`sudo: ${name}: ${error.code === 'ENOENT' ? 'command not found' : error.message}\n`);
    return error.code === 'ENOENT' ? 127 : 126;
  }
}
