import { text, utf8 } from '../bytes.ts';
import { Errno } from '../errno.ts';
import type { Kernel, PidNamespace } from '../kernel.ts';
import type { Process } from '../process.ts';
import { NullFile } from '../stream.ts';
import type { DirectoryNode, FsNode } from './node.ts';
import { Tree } from './tree.ts';

/** What a /proc tells besides processes. */
export interface ProcFacts {
  /** Bytes of memory of the machine. */
  readonly memory: number;
  readonly cpus: number;
  /** Milliseconds since 1970. */
  readonly bootedAt: number;
  /** Names below /proc/sys (`net/ipv4/ip_forward`) and their values. */
  readonly sysctls: Map<string, string>;
}

/** Capabilities by their bit (linux/capability.h). */
const CAPABILITIES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  );

/** No user namespace of its own: every number is the machine's. */
const ALL_IDS = '         0          0 4294967295\n';

/** A capability set as /proc writes it; without a set of its own, all. */
function capabilityMask(set: ReadonlySet<string> | undefined): string {
  let mask = 0n;
  CAPABILITIES.forEach((name, bit) => {
    if (set === undefined || set.has(name)) mask |= 1n << BigInt(bit);
  });
  return mask.toString(16).padStart(16, '0');
}

/** /proc/PID/cgroup of a machine with cgroup v1, as that of the recordings. */
function cgroupLines(path: string): string {
  const controllers =
    'misc rdma pids hugetlb net_cls,net_prio perf_event devices memory blkio cpu,cpuacct cpuset'.split(' ');
  return controllers.map((name, i) => `${controllers.length - i}:${name}:${path}\n`).join('');
}

/** The machine has one kernel, so the host, every container and the engine name the same release. */
export const KERNEL_RELEASE = '6.18.44-fc-v595';
const NAMESPACES = 'cgroup ipc mnt net pid pid_for_children time time_for_children user uts'.split(' ');

/** /proc/version */
export const KERNEL_VERSION_LINE = `Linux version ${KERNEL_RELEASE} (builder@muelle) (gcc 12.2.0) #1 SMP PREEMPT_DYNAMIC\n`;

/** /proc of a PID namespace (proc(5)): made anew whenever it is looked at; nothing in it can be changed. */
export class ProcTree extends Tree {
  readonly #kernel: Kernel;
  readonly #pids: PidNamespace;
  readonly #facts: ProcFacts;

  constructor(kernel: Kernel, pids: PidNamespace, facts: ProcFacts) {
    super();
    this.#kernel = kernel;
    this.#pids = pids;
    this.#facts = facts;
  }

  override get root(): DirectoryNode {
    return this.#top();
  }

  override get(path: readonly string[]): FsNode | undefined {
    const [first, ...rest] = path;
    if (first === undefined) return this.#top();
    const process = /^\d+$/.test(first) ? this.#pids.find(Number(first)) : undefined;
    let node: FsNode | undefined = process === undefined ? this.#common().get(first) : this.#process(process);
    for (const name of rest) {
      if (node?.kind !== 'directory') return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  override put(): void {
    throw new Errno('EACCES');
  }
  override remove(): void {
    throw new Errno('EPERM');
  }
  override change(): void {
    throw new Errno('EPERM');
  }

  #top(): DirectoryNode {
    const entries = this.#common();
    for (const process of this.#pids.seen) entries.set(String(process.pid), this.#process(process));
    return this.#directory(entries);
  }

  #common(): Map<string, FsNode> {
    const { memory, cpus, bootedAt, sysctls } = this.#facts;
    const kernel = this.#kernel;
    const up = (): number => Math.max(0, kernel.clock.now - bootedAt) / 1000;
    const kB = (bytes: number): string => `${Math.round(bytes / 1024)} kB`;
    return new Map<string, FsNode>([
      ['self', this.#link(() => String(kernel.current?.pid ?? 1))],
      ['thread-self', this.#link(() => `${kernel.current?.pid ?? 1}/task/${kernel.current?.pid ?? 1}`)],
      ['mounts', this.#link(() => 'self/mounts')],
      ['net', this.#directory(new Map())],
      ['uptime', this.#file(() => `${up().toFixed(2)} ${(up() * cpus * 0.97).toFixed(2)}\n`)],
      [
        'loadavg',
        this.#file(() => `0.08 0.03 0.01 1/${this.#pids.processes.size} ${this.#pids.processes.size}\n`),
      ],
      ['version', this.#file(() => KERNEL_VERSION_LINE)],
      ['cmdline', this.#file(() => 'console=ttyS0 root=/dev/vda rw\n')],
      ['filesystems', this.#file(() => 'nodev\tproc\nnodev\ttmpfs\nnodev\tsysfs\nnodev\toverlay\n\text4\n')],
      [
        'meminfo',
        this.#file(
          () =>
            `MemTotal:       ${kB(memory)}\nMemFree:        ${kB(memory * 0.8)}\nMemAvailable:   ${kB(memory * 0.9)}\nBuffers:        ${kB(memory * 0.01)}\nCached:         ${kB(memory * 0.1)}\nSwapTotal:      0 kB\nSwapFree:       0 kB\n`,
        ),
      ],
      [
        'cpuinfo',
        this.#file(() =>
          Array.from(
            { length: cpus },
            (_, i) =>
              `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Processor\ncpu MHz\t\t: 2500.000\ncpu cores\t: 1\n\n`,
          ).join(''),
        ),
      ],
      [
        'stat',
        this.#file(
          () =>
            `cpu  ${Math.round(up() * 3)} 0 0 ${Math.round(up() * 97)}\nbtime ${Math.floor(bootedAt / 1000)}\n`,
        ),
      ],
      ['sys', this.#tree(sysctls)],
      // Hidden behind an empty file system.
      ['acpi', this.#directory(new Map())],
    ]);
  }

  #process(process: Process): DirectoryNode {
    const status = (): string => {
      const { uid, gid } = process;
      const bounding = capabilityMask(process.capabilities);
      const held = uid === 0 ? bounding : capabilityMask(new Set());
      const state = !process.running
        ? 'Z (zombie)'
        : process.frozen
          ? 'D (disk sleep)'
          : process === this.#kernel.current
            ? 'R (running)'
            : 'S (sleeping)';
      return [
        `Name:\t${process.comm}`,
        `Umask:\t${process.umask.toString(8).padStart(4, '0')}`,
        `State:\t${state}`,
        `Tgid:\t${process.pid}`,
        `Pid:\t${process.pid}`,
        `PPid:\t${process.parent?.pids === process.pids ? process.parent.pid : 0}`,
        `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
        `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
        `Groups:\t${process.groups.join(' ')} `,
        `VmRSS:\t${Math.round(process.memory / 1024)} kB`,
        `Threads:\t1`,
        `CapInh:\t${capabilityMask(new Set())}`,
        `CapPrm:\t${held}`,
        `CapEff:\t${held}`,
        `CapBnd:\t${bounding}`,
        `NoNewPrivs:\t${process.cgroup.noNewPrivileges === true ? 1 : 0}`,
        `Seccomp:\t${process.cgroup.seccomp === false ? 0 : 2}`,
        '',
      ].join('\n');
    };
    const mounts = (): string =>
      process.fs.table
        .map(
          (m) =>
            `${m.source ?? m.type} ${m.target || '/'} ${m.type} ${m.options ?? `${m.readOnly ? 'ro' : 'rw'},relatime`} 0 0\n`,
        )
        .join('');
    return this.#directory(
      new Map<string, FsNode>([
        ['cmdline', this.#file(() => process.argv.map((arg) => `${arg}\0`).join(''))],
        ['comm', this.#file(() => `${process.comm}\n`)],
        ['environ', this.#file(() => [...process.env].map(([key, value]) => `${key}=${value}\0`).join(''))],
        ['status', this.#file(status)],
        [
          'stat',
          this.#file(() => `${process.pid} (${process.comm}) S ${process.parent?.pid ?? 0} 1 1 0 -1\n`),
        ],
        [
          'statm',
          this.#file(
            () => `${Math.round(process.memory / 1024)} ${Math.round(process.memory / 4096)} 0 0 0 0 0\n`,
          ),
        ],
        ['mounts', this.#file(mounts)],
        ['uid_map', this.#file(() => ALL_IDS)],
        ['gid_map', this.#file(() => ALL_IDS)],
        [
          'cgroup',
          this.#file(() => (process.cgroup.path === undefined ? '0::/\n' : cgroupLines(process.cgroup.path))),
        ],
        ['cwd', this.#link(() => process.cwd)],
        ['root', this.#link(() => '/')],
        [
          'ns',
          this.#directory(
            new Map(
              NAMESPACES.map((name, i) => [
                name,
                this.#link(() => `${name.replace(/_for_children$/, '')}:[${4_026_532_200 + i}]`),
              ]),
            ),
          ),
        ],
        ['exe', this.#link(() => process.exe)],
        [
          'fd',
          this.#directory(
            new Map(
              [...process.files].map(([fd, file]) => [
                String(fd),
                this.#link(() =>
                  file.tty ? '/dev/pts/0' : file instanceof NullFile ? '/dev/null' : 'pipe:[1]',
                ),
              ]),
            ),
          ),
        ],
      ]),
      { uid: process.uid, gid: process.gid },
    );
  }

  #tree(values: ReadonlyMap<string, string>, above = ''): DirectoryNode {
    const here = new Map<string, FsNode>();
    const below = new Map<string, Map<string, string>>();
    for (const [path, value] of values) {
      const slash = path.indexOf('/');
      if (slash < 0)
        here.set(path, {
          kind: 'device',
          device: () => utf8(`${value}\n`),
          set: (bytes) => this.#facts.sysctls.set(`${above}${path}`, text(bytes).trim()),
          mode: 0o644,
          ...this.#meta,
        });
      else {
        const name = path.slice(0, slash);
        below.set(name, (below.get(name) ?? new Map()).set(path.slice(slash + 1), value));
      }
    }
    for (const [name, inside] of below) here.set(name, this.#tree(inside, `${above}${name}/`));
    return this.#directory(here);
  }

  get #meta(): { uid: 0; gid: 0; mtime: number } {
    return { uid: 0, gid: 0, mtime: this.#facts.bootedAt };
  }

  #directory(entries: ReadonlyMap<string, FsNode>, owner?: { uid: number; gid: number }): DirectoryNode {
    return { kind: 'directory', owner: {}, mode: 0o555, ...this.#meta, ...owner, entries };
  }

  #file(make: () => string): FsNode {
    return { kind: 'device', device: () => utf8(make()), mode: 0o444, ...this.#meta };
  }

  #link(target: () => string): FsNode {
    return { kind: 'link', target: target(), mode: 0o777, ...this.#meta };
  }
}
