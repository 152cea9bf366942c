import type { Process } from './process.ts';

/** What of a process looks different from another PID namespace. */
export type Appearance = Partial<
  Pick<
    Process,
    | 'pid'
    | 'parent'
    | 'pids'
    | 'argv'
    | 'comm'
    | 'uid'
    | 'memory'
    | 'startedAt'
    | 'cpuTime'
    | 'tty'
    | 'signal'
  >
>;

/**
 * A process as another PID namespace sees it: under its number there, with its parent there (pid_namespaces(7)). All else
 * is the process itself: a signal sent to what is seen reaches it.
 */
export function seenAs(process: Process, appearance: Appearance): Process {
  return new Proxy(process, {
    get(target, key) {
      if (key in appearance) return Reflect.get(appearance, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}
