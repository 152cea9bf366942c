import { ComposeError } from '../error.ts';
import type { Project, Service } from './model.ts';

type Services = Readonly<Record<string, Service>>;

const dependenciesOf = (services: Services, name: string): string[] =>
  Object.keys(services[name]?.depends_on ?? {}).filter((other) => services[other] !== undefined);

/** `a -> b -> a`, if services depend on each other in a circle. */
export function findCycle(services: Services): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    if (done.has(name)) return undefined;
    for (const other of dependenciesOf(services, name)) {
      const found = visit(other, [...path, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const found = visit(name, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Services in groups that may be dealt with at the same time: those nobody waits for others in first. */
export function inOrder(services: Services): string[][] {
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    const level = Math.max(-1, ...dependenciesOf(services, name).map(levelOf)) + 1;
    levels.set(name, level);
    return level;
  };
  const out: string[][] = [];
  for (const name of Object.keys(services)) {
    const level = levelOf(name);
    out[level] = [...(out[level] ?? []), name];
  }
  return out;
}

/** The services named and, unless told otherwise, what they depend on. Throws ComposeError for a name that is none. */
export function select(project: Project, names: readonly string[], withDependencies: boolean): Project {
  if (names.length === 0) return project;
  const all = { ...project.services, ...project.disabled };
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    if (withDependencies) for (const other of dependenciesOf(all, name)) add(other);
  };
  for (const name of names) {
    if (all[name] === undefined) throw new ComposeError(`no such service: ${name}`);
    add(name);
  }
  return {
    ...project,
    services: Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => wanted.has(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** Names of the services that depend on one, directly or not. */
export function dependentsOf(services: Services, name: string): string[] {
  return Object.keys(services).filter((other) => dependenciesOf(services, other).includes(name));
}
