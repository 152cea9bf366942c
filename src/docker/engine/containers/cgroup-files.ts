import { utf8 } from '../../kernel/bytes.ts';
import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Cgroup } from '../../kernel/process.ts';
import type { Container } from './container.ts';

/** No limit, as cgroup v1 writes it. */
const UNLIMITED = '9223372036854771712';

type Files = Readonly<Record<string, () => string>>;

/** The files of cgroup v1, by controller. */
function version1(container: Container, cgroup: Cgroup): Readonly<Record<string, Files>> {
  const h = (): Container['hostConfig'] => container.hostConfig;
  return {
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
}

/** The files of cgroup v2, all in one directory. */
function version2(container: Container, cgroup: Cgroup): Files {
  const h = (): Container['hostConfig'] => container.hostConfig;
  const limit = (bytes: number): string => (bytes > 0 ? String(bytes) : 'max');
  return {
    'cgroup.controllers': () => 'cpuset cpu io memory hugetlb pids rdma misc',
    'cgroup.procs': () =>
      container
        .processes()
        .map(({ pid }) => pid)
        .join('\n'),
    'cpu.max': () => {
      const period = h().CpuPeriod || 100_000;
      const quota = h().NanoCpus > 0 ? (h().NanoCpus * period) / 1e9 : h().CpuQuota;
      return `${quota > 0 ? quota : 'max'} ${period}`;
    },
    'cpu.weight': () => String(weightOf(h().CpuShares)),
    'cpuset.cpus': () => h().CpusetCpus,
    'cpuset.cpus.effective': () => h().CpusetCpus || '0-1',
    'memory.current': () => String(container.running?.pids.memory(cgroup) ?? 0),
    'memory.low': () => String(h().MemoryReservation),
    'memory.max': () => limit(h().Memory),
    'memory.swap.max': () => limit(h().MemorySwap - h().Memory),
    'pids.current': () => String(container.processes().length),
    'pids.max': () => limit(cgroup.pidsLimit),
  };
}

/** Shares of cgroup v1 as a weight of v2, as runc turns 2…262144 into 1…10000: `0 ⇒ 100`, `512 ⇒ 20`. */
function weightOf(shares: number): number {
  return shares > 0 ? 1 + Math.floor(((shares - 2) * 9999) / 262_142) : 100;
}

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

const folder = (files: Files): DirectoryNode =>
  directory(Object.entries(files).map(([name, make]) => [name, file(make)]));

/** /sys with the container's limits as the files of its control group. */
export function sysTree(container: Container, cgroup: Cgroup, version: 1 | 2): Tree {
  const groups =
    version === 2
      ? folder(version2(container, cgroup))
      : directory(
          Object.entries(version1(container, cgroup)).map(([name, files]) => [name, folder(files)] as const),
        );
  const others = ['block', 'bus', 'class', 'devices', 'firmware', 'kernel', 'module', 'power'].map(
    (name) => [name, directory([])] as const,
  );
  return new Tree(directory([...others, ['fs', directory([['cgroup', groups]])]]));
}
