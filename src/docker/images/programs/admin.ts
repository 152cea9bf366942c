import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, reason } from '../tool/tool.ts';

/** mknod(1), mkfifo(1): devices need the privilege; they lead nowhere but to what `null` and `zero` are. */
export function* mknod(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'm:', long: { mode: 'm:' } });
  const [path, kind = '', major, minor] = p.name === 'mkfifo' ? [o.args[0], 'p'] : o.args;
  if (path === undefined || !/^[bcup]$/.test(kind) || (kind !== 'p' && minor === undefined))
    throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  const fail = function* (words: string): Sys<number> {
    yield* p.error(`${p.name}: ${path}: ${words}\n`);
    return 1;
  };
  if (kind !== 'p' && !capable(p, 'MKNOD')) return yield* fail('Operation not permitted');
  try {
    if (p.fs.exists(path, p.cwd)) throw new Errno('EEXIST');
    const device = major === '1' && minor === '5' ? 'zero' : 'null';
    const mode = Number.parseInt(o.get('m') ?? '', 8) || 0o666 & ~p.umask;
    const node = {
      kind: 'device' as const,
      device,
      mode,
      uid: p.uid,
      gid: p.gid,
      mtime: p.fs.now(),
    } as const;
    p.fs.place(path, node, p.cwd, credentials(p));
  } catch (error) {
    return yield* fail(reason(error));
  }
  return 0;
}

/** dmesg(1): the log of the kernel is not for containers, and the simulated one writes none. */
export function* dmesg(p: Process, flavour: Flavour): Sys<number> {
  if (capable(p, 'SYSLOG')) return 0;
  yield* p.error(
    flavour === 'gnu'
      ? 'dmesg: read kernel buffer failed: Operation not permitted\n'
      : 'dmesg: klogctl: Operation not permitted\n',
  );
  return 1;
}

/** reboot(8), halt(8), poweroff(8): process 1 is told, which in a container is no init and pays no heed. */
export function* reboot(p: Process): Sys<number> {
  const signal = p.name === 'halt' ? 'USR1' : p.name === 'poweroff' ? 'USR2' : 'TERM';
  if (p.pids.init !== p) p.pids.init?.signal(signal, p);
  return 0;
}

/** swapon(8), swapoff(8): what /etc/fstab names, or one device. */
export function* swap(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'adp:s' });
  if (o.has('a')) {
    if (p.fs.exists('/etc/fstab')) return 0;
    yield* p.error(`${p.name}: can't open '/etc/fstab': No such file or directory\n`);
    return 1;
  }
  const [device] = o.args;
  if (device === undefined) throw new BadUsage('');
  const known = p.fs.exists(device, p.cwd);
  yield* p.error(
    `${p.name}: ${device}: ${known ? 'Operation not permitted' : 'No such file or directory'}\n`,
  );
  return 1;
}

/** sysctl(8): `name`, `-n name`, `name=value` and `-w name=value`, through /proc/sys. */
export function* sysctl(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'newNap:q' });
  let code = 0;
  for (const arg of o.args) {
    const at = arg.indexOf('=');
    const name = at < 0 ? arg : arg.slice(0, at);
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    try {
      if (!p.fs.exists(path)) throw new Errno('ENOENT');
      if (at >= 0) p.fs.write(path, arg.slice(at + 1), '/', credentials(p));
      const value = at < 0 ? text(p.fs.read(path)).trimEnd() : arg.slice(at + 1);
      yield* p.print(o.has('n') ? `${value}\n` : `${name} = ${value}\n`);
    } catch (error) {
      code = flavour === 'gnu' ? 255 : 1;
      const words = reason(error);
      const verb = at >= 0 ? 'setting' : 'reading';
      yield* p.error(
        flavour === 'busybox'
          ? `sysctl: error ${verb} key '${name}': ${words}\n`
          : words === 'No such file or directory'
            ? `sysctl: cannot stat ${path}: No such file or directory\n`
            : words === 'Read-only file system'
              ? `sysctl: ${verb} key "${name}", ignoring: Read-only file system\n`
              : `sysctl: permission denied on key "${name}"\n`,
      );
    }
  }
  return code;
}
