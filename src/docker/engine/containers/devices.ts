import type { DeviceNode, FsNode } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Container } from './container.ts';

const DEVICES: readonly (readonly [string, DeviceNode['device']])[] = [
  ['null', 'null'],
  ['zero', 'zero'],
  ['full', 'full'],
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
