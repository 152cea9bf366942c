import { utf8 } from '../../kernel/bytes.ts';
import type { DeviceNode, DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Cgroup } from '../../kernel/process.ts';
import type { Container } from './container.ts';

const DEVICES: readonly (readonly [string, DeviceNode['device']])[] = [
  ['null', 'null'],
  ['zero', 'zero'],
  ['full', 'zero'],
  ['random', 'random'],
  ['urandom', 'random'],
  ['tty', 'tty'],
];

/** What else the machine has in /dev; a privileged container gets it all. */
const OF_THE_MACHINE =
  'autofs cpu_dma_latency cuse fuse hpet hwrng kmsg kvm loop-control loop0 loop1 loop2 loop3 loop4 loop5 loop6 loop7 mem nvram port ppp psaux ptp0 rtc0 snapshot tty0 tty1 ttyS0 uinput vda vda1 vhost-net'.split(
    ' ',
  );

/** Is there such a device on the machine? */
export const isDevice = (path: string): boolean =>
  [...DEVICES.map(([name]) => name), ...OF_THE_MACHINE].some((name) => path === `/dev/${name}`);

/** /dev as runc fills it, with the `--device` ones. */
export function deviceTree(container: Container, time: number): Tree {
  const tree = new Tree(emptyDirectory(time));
  const meta = { uid: 0, gid: 0, mtime: time };
  const device = (kind: DeviceNode['device']): FsNode => ({
    kind: 'device',
    device: kind,
    mode: 0o666,
    ...meta,
  });
  for (const [name, kind] of DEVICES) tree.put([name], device(kind), time);
  // What /proc/self/fd would lead to, said directly.
  for (const [name, target] of [
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
  ] as const)
    tree.put(
      [name],
      target.endsWith('0') ? device('stdin') : device(target.endsWith('1') ? 'stdout' : 'stderr'),
      time,
    );
  tree.put(['fd'], { kind: 'link', target: '/proc/self/fd', mode: 0o777, ...meta }, time);
  tree.put(['core'], { kind: 'link', target: '/proc/kcore', mode: 0o777, ...meta }, time);
  for (const name of ['pts', 'shm', 'mqueue']) tree.put([name], emptyDirectory(time, 0o1777), time);
  if (container.config.Tty) tree.put(['console'], device('tty'), time);
  if (container.hostConfig.Privileged)
    for (const name of OF_THE_MACHINE) tree.put([name], device('null'), time);
  for (const { PathOnHost, PathInContainer } of container.hostConfig.Devices) {
    const kind = DEVICES.find(([name]) => PathOnHost === `/dev/${name}`)?.[1] ?? 'null';
    const path = (PathInContainer || PathOnHost).split('/').filter((name) => name !== '');
    if (path[0] === 'dev' && path.length === 2) tree.put(path.slice(1), device(kind), time);
  }
  return tree;
}

/** No limit, as cgroup v1 writes it. */
const UNLIMITED = '9223372036854771712';

/** /sys with the container's limits in cgroup v1 files (the recorded machine's version). */
export function cgroupTree(container: Container, cgroup: Cgroup): Tree {
  const h = (): Container['hostConfig'] => container.hostConfig;
  const files: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
    cpu: {
      'cpu.shares': () => String(h().CpuShares || 1024),
      'cpu.cfs_period_us': () => String(h().CpuPeriod || 100_000),
      'cpu.cfs_quota_us': () =>
        h().NanoCpus > 0 ? String(h().NanoCpus / 10_000) : String(h().CpuQuota || -1),
    },
    cpuset: { 'cpuset.cpus': () => h().CpusetCpus || '0-1' },
    memory: {
      'memory.limit_in_bytes': () => (h().Memory > 0 ? String(h().Memory) : UNLIMITED),
      'memory.memsw.limit_in_bytes': () => (h().MemorySwap > 0 ? String(h().MemorySwap) : UNLIMITED),
      'memory.usage_in_bytes': () => String(container.running?.pids.memory(cgroup) ?? 0),
    },
    pids: {
      'pids.max': () => (cgroup.pidsLimit > 0 ? String(cgroup.pidsLimit) : 'max'),
      'pids.current': () => String(container.processes().length),
    },
  };
  const file = (make: () => string): FsNode => ({
    kind: 'device',
    device: () => utf8(`${make()}\n`),
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
  });
  const directory = (entries: readonly (readonly [string, FsNode])[]): DirectoryNode => ({
    ...emptyDirectory(0),
    entries: new Map(entries),
  });
  const groups = Object.entries(files).map(
    ([name, members]) =>
      [name, directory(Object.entries(members).map(([member, make]) => [member, file(make)]))] as const,
  );
  return new Tree(directory([['fs', directory([['cgroup', directory(groups)]])]]));
}
