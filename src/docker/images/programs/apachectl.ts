import { text } from '../../kernel/bytes.ts';
import { spawnChild } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/**
 * Debian's apache2ctl, apachectl: a shell script that reads /etc/apache2/envvars and runs apache2 as its child (without
 * `exec`: as process 1 of a container it does not pass TERM on).
 */
export function* apachectl(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  const [action = ''] = args;
  p.argv = ['/bin/sh', `/usr/sbin/${p.name}`, ...args];
  const env = new Map(p.env);
  const vars = '/etc/apache2/envvars';
  for (const [, name = '', value = ''] of p.fs.exists(vars)
    ? text(p.fs.read(vars)).matchAll(/^export (\w+)=(\S*)/gm)
    : [])
    env.set(name, value.replace('$SUFFIX', ''));
  p.fs.mkdir(env.get('APACHE_RUN_DIR') ?? '/var/run/apache2', '/', { parents: true });
  const given = /^(start|stop|restart|graceful|graceful-stop)$/.test(action)
    ? ['-k', action]
    : action === 'configtest'
      ? ['-t']
      : args;
  const child = yield* spawnChild(p, ['/usr/sbin/apache2', ...given], { env });
  const { code } = yield* child.wait();
  if (code !== 0)
    yield* p.print(`Action '${args.join(' ')}' failed.\nThe Apache error log may have more information.\n`);
  return code;
}
