import type { Process } from '../../kernel/process.ts';
import type { Container } from './container.ts';

const numbers = new WeakMap<Process, number>();

/**
 * The number a container's process has on the host: containers have PID namespaces of their own, so `docker top` and
 * `.State.Pid` show other numbers than `ps` inside. Process 1 has the state's, the others follow.
 */
export function hostPid(container: Container, process: Process): number {
  const known = numbers.get(process);
  if (known !== undefined) return known;
  const first = container.state.pid;
  const number = process === container.running?.process ? first : first + 21 + process.pid * 3;
  numbers.set(process, number);
  return number;
}

/** The shim's number, parent of process 1 on the host. */
export function shimPid(container: Container): number {
  return container.state.pid - 26;
}
