import { utf8 } from '../../kernel/bytes.ts';
import { type DirectoryNode, type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import { Tree } from '../../kernel/fs/tree.ts';
import type { Mount, Vfs } from '../../kernel/fs/vfs.ts';
import { PidNamespace } from '../../kernel/kernel.ts';
import type { Cgroup, Process } from '../../kernel/process.ts';
import { NullFile, type OpenFile, SinkFile } from '../../kernel/stream.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { BuildStep, BuildStepResult } from '../api.ts';
import { Container } from '../containers/container.ts';
import { environment } from '../containers/environment.ts';
import { completeHostConfig } from '../containers/hostconfig.ts';
import { mergeConfig } from '../containers/merge.ts';
import { join, leave, networkNamespace, planSeats, resolvFile } from '../containers/networking.ts';
import { findProgram, THREADS_OF_RUNC } from '../containers/program.ts';
import { buildFileSystem, etcTree } from '../containers/rootfs.ts';
import { ulimitsOf } from '../containers/start.ts';
import { type Account, resolveUser } from '../containers/users.ts';
import { capabilitiesOf } from '../containers/verify.ts';
import type { Rooms } from '../rooms.ts';
import { makeImage } from './record.ts';

/** The host name BuildKit gives to its processes. */
const HOSTNAME = 'buildkitsandbox';

/**
 * Runs a RUN instruction as BuildKit's executor does: a process with mounts, network and user of its own on the root, but
 * no container that `docker ps` knows. Whatever is still running at its end is killed.
 */
export function* runBuildStep(rooms: Rooms, step: BuildStep): Sys<BuildStepResult> {
  const { daemon } = rooms;
  const sandbox = makeSandbox(rooms, step);
  const mode = { default: 'bridge', none: 'none', host: 'host' }[step.network];
  const seats = planSeats(rooms, mode, { Config: { Image: '' } });
  const pids = new PidNamespace({ protected: true });
  const { net, sandbox: ownNet } = networkNamespace(rooms, sandbox);
  const cgroup: Cgroup = {
    memoryLimit: 0,
    pidsLimit: 0,
    capabilities: capabilitiesOf(sandbox.hostConfig),
    ulimits: ulimitsOf(step.ulimits),
    onOom: () => {},
  };
  const etc = etcTree(
    {
      hosts: hostsFile(rooms, step.extraHosts),
      resolv: resolvFile(rooms, sandbox),
    },
    daemon.now,
  );
  const fs = buildFileSystem(rooms, sandbox, etc, pids, cgroup, true);
  for (const mount of step.mounts) {
    makeMountpoint(fs, mount);
    fs.mount(mount);
  }
  const account = resolveUser(fs, step.user, []);
  const env = environment(step.env, { hostname: HOSTNAME, tty: false, home: account.home });
  if (!step.env.some((entry) => entry.startsWith('HOSTNAME='))) env.delete('HOSTNAME');
  for (const seat of seats.values())
    if (ownNet !== undefined && seat.network?.settings.pool !== undefined)
      seat.endpoint = join(rooms, sandbox, ownNet, seat.network, {});
  let process: Process | undefined;
  try {
    yield* daemon.work(70, 100);
    const found = yield* findProgram(
      { kernel: daemon.kernel, fs, cwd: step.cwd, ...account },
      step.args,
      env.get('PATH'),
    );
    if ('reason' in found) {
      step.onOutput(
        utf8(
          `runc run failed: unable to start container process: error during container init: ${found.reason}\n`,
        ),
      );
      return { exitCode: 1, root: step.root };
    }
    const output = new SinkFile(step.onOutput);
    process = daemon.kernel.spawn({
      argv: found.argv,
      program: found.program,
      env,
      cwd: step.cwd,
      ...identity(account),
      files: new Map<number, OpenFile>([
        [0, new NullFile()],
        [1, output],
        [2, output],
      ]),
      fs,
      net,
      uts: { hostname: HOSTNAME, domainname: '' },
      pids,
      cgroup,
      parent: undefined,
      tty: undefined,
    });
    pids.passBy(THREADS_OF_RUNC);
    const { code } = yield* process.wait();
    yield* daemon.work(4, 12);
    return { exitCode: code, root: withoutMountpoints(step.root, sandbox.tree.snapshot(), fs) };
  } finally {
    for (const other of [...pids.processes.values()]) other.end({ code: 137, signal: 'KILL' });
    for (const seat of seats.values()) leave(seat);
  }
}

const identity = ({ uid, gid, groups }: Account): Pick<Account, 'uid' | 'gid' | 'groups'> => ({
  uid,
  gid,
  groups,
});

/** A container in form only: what file system and network of a process are made from. */
function makeSandbox(rooms: Rooms, step: BuildStep): Container {
  const { daemon } = rooms;
  const hostConfig = completeHostConfig({
    NetworkMode: { default: 'bridge', none: 'none', host: 'host' }[step.network],
    ExtraHosts: step.extraHosts,
    ...(step.shmSize === undefined ? {} : { ShmSize: step.shmSize }),
  });
  return new Container(daemon.kernel, {
    id: daemon.newId(),
    name: HOSTNAME,
    config: mergeConfig({ Image: '', Cmd: ['-'], WorkingDir: step.cwd }, {}, HOSTNAME, []),
    hostConfig,
    image: makeImage({ config: {}, history: [], created: undefined }),
    baseline: step.root,
    mounts: [],
  });
}

/** BuildKit's own /etc/hosts (executor/oci/hosts.go). */
function hostsFile(rooms: Rooms, extra: readonly string[]): string {
  const lines = extra.map((entry) => {
    const at = entry.search(/[:=]/);
    const address = entry.slice(at + 1);
    return `${address === 'host-gateway' ? rooms.networks.get('bridge').gateway : address}\t${entry.slice(0, at)}`;
  });
  return `${[`127.0.0.1\tlocalhost ${HOSTNAME}`, '::1\tlocalhost ip6-localhost ip6-loopback', ...lines].join('\n')}\n`;
}

/** Takes empty directories away that were made only to mount on. */
function withoutMountpoints(before: DirectoryNode, after: DirectoryNode, fs: Vfs): DirectoryNode {
  const tree = new Tree(after);
  const old = new Tree(before);
  for (const { target } of fs.mounts) {
    const path = target.split('/').filter((name) => name !== '');
    // The point itself and the directories that were made on the way to it, as long as nothing else is in them.
    for (; path.length > 0 && old.get(path) === undefined; path.pop()) {
      const node = tree.get(path);
      if (node === undefined || !isEmpty(node)) break;
      tree.remove(path, old.get(path.slice(0, -1))?.mtime ?? 0);
    }
  }
  return tree.snapshot();
}

const isEmpty = (node: FsNode): boolean =>
  node.kind === 'directory' ? node.entries.size === 0 : sizeOf(node) === 0;

/** Something to mount on: a directory, or for a file an empty file. */
function makeMountpoint(fs: Vfs, { target, tree, at }: Mount): void {
  if (fs.exists(target)) return;
  const source = tree.get(at);
  if (source === undefined || source.kind === 'directory') {
    fs.mkdir(target, '/', { parents: true });
    return;
  }
  fs.mkdir(target.replace(/\/[^/]*$/, '') || '/', '/', { parents: true });
  fs.write(target, '');
}
