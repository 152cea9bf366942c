import type { Process } from '../kernel/process.ts';
import { type Appearance, seenAs } from '../kernel/seen.ts';
import type { Container } from './containers/container.ts';
import { hostPid, shimPid } from './containers/host-pids.ts';
import { formatIp } from './networks/ip.ts';
import type { Rooms } from './rooms.ts';

/** What runs on a Debian beside Docker: kernel threads in brackets, services. */
const SYSTEM: readonly (readonly [pid: number, ppid: number, command: string])[] = [
  [1, 0, '/sbin/init'],
  [2, 0, '[kthreadd]'],
  [3, 2, '[pool_workqueue_release]'],
  [4, 2, '[kworker/R-rcu_gp]'],
  [5, 2, '[kworker/R-sync_wq]'],
  [6, 2, '[kworker/R-netns]'],
  [13, 2, '[ksoftirqd/0]'],
  [14, 2, '[rcu_preempt]'],
  [15, 2, '[migration/0]'],
  [17, 2, '[cpuhp/0]'],
  [18, 2, '[cpuhp/1]'],
  [20, 2, '[migration/1]'],
  [21, 2, '[ksoftirqd/1]'],
  [26, 2, '[kdevtmpfs]'],
  [29, 2, '[kauditd]'],
  [31, 2, '[oom_reaper]'],
  [33, 2, '[kcompactd0]'],
  [61, 2, '[kswapd0]'],
  [152, 2, '[jbd2/vda-8]'],
  [214, 1, '/lib/systemd/systemd-journald'],
  [241, 1, '/lib/systemd/systemd-udevd'],
  [402, 1, '/usr/sbin/cron -f'],
  [403, 1, '/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation'],
  [411, 1, '/lib/systemd/systemd-logind'],
  [447, 1, '/sbin/agetty -o -p -- \\u --noclear - linux'],
  [790, 1, '/usr/bin/containerd'],
];

/** dockerd's number; its parent is init. */
const DOCKERD = 812;

/**
 * The processes that the reader's machine shows beside those of the reader: the system's, dockerd and containerd, a shim
 * for each container and a docker-proxy for each published port, and the containers' own under the host's numbers.
 */
export function hostView(rooms: Rooms): Process[] {
  const { daemon } = rooms;
  const { pids } = daemon.host;
  const seen = new Map<number, Process>();
  const out: Process[] = [];
  const add = (of: Process, pid: number, ppid: number, more: Appearance = {}): void => {
    const view = seenAs(of, {
      pid,
      pids,
      get parent() {
        return seen.get(ppid);
      },
      ...more,
    });
    seen.set(pid, view);
    out.push(view);
  };
  /** One that is only shown: nothing is behind it that a signal could reach. */
  const addNamed = (
    pid: number,
    ppid: number,
    argv: readonly string[],
    memory: number,
    since: number,
  ): void =>
    add(daemon.process, pid, ppid, {
      argv,
      comm: commOf(argv[0] ?? ''),
      memory,
      startedAt: since,
      cpuTime: 0,
      uid: 0,
      signal: () => {},
    });
  for (const [pid, ppid, command] of SYSTEM) {
    const thread = command.startsWith('[');
    addNamed(pid, ppid, thread ? [command] : command.split(' '), thread ? 0 : 9_000_000, daemon.bootedAt);
  }
  add(daemon.process, DOCKERD, 1, {
    comm: 'dockerd',
    memory: 96_000_000,
    startedAt: daemon.bootedAt,
    signal: () => {},
  });
  for (const container of rooms.containers.all()) {
    const { running, state } = container;
    if (running?.process === undefined) continue;
    const shim = shimPid(container);
    const since = state.startedAt ?? daemon.now;
    proxies(container).forEach((argv, i) => {
      addNamed(shim - 12 + i * 6, DOCKERD, argv, 3_400_000, since);
    });
    addNamed(shim, 1, shimCommand(container), 12_000_000, since);
    // `--pid host`: they are among the reader's own already.
    if (running.pids === pids) continue;
    for (const process of [...container.processes(), ...running.pids.zombies]) {
      const parent = process.parent === undefined ? shim : hostPid(container, process.parent);
      add(process, hostPid(container, process), parent);
    }
  }
  return out;
}

const commOf = (command: string): string =>
  command
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^\/.*\//, '')
    .slice(0, 15);

const shimCommand = ({ id }: Container): string[] => [
  '/usr/bin/containerd-shim-runc-v2',
  '-namespace',
  'moby',
  '-id',
  id,
  '-address',
  '/run/containerd/containerd.sock',
];

/** The command lines of the docker-proxies of a container: one for each address that a port is published at. */
function proxies(container: Container): string[][] {
  const address = container.running?.sandbox?.endpoints[0]?.address;
  if (address === undefined) return [];
  return Object.entries(container.ports).flatMap(([key, bindings]) => {
    const [port = '', protocol = 'tcp'] = key.split('/');
    return bindings.map(({ HostIp, HostPort }) => [
      '/usr/bin/docker-proxy',
      '-proto',
      protocol,
      '-host-ip',
      HostIp,
      '-host-port',
      HostPort,
      '-container-ip',
      formatIp(address),
      '-container-port',
      port,
      '-use-listen-fd',
    ]);
  });
}
