import { ComposeError } from '../error.ts';
import { sortKeys } from '../file/tree.ts';
import type { Project, Service } from './model.ts';
import { withoutUnused } from './resources.ts';

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

/** The project with the profiles of these services switched on, as naming them does. */
export function enable(project: Project, names: readonly string[]): Project {
  const extra = names.flatMap((name) => project.disabled[name]?.profiles ?? []);
  if (extra.length === 0) return project;
  const services = { ...project.services };
  const disabled = { ...project.disabled };
  for (const [name, service] of Object.entries(project.disabled)) {
    if (!(service.profiles ?? []).some((profile) => extra.includes(profile))) continue;
    services[name] = service;
    delete disabled[name];
  }
  return { ...project, services: sortKeys(services), disabled, profiles: [...project.profiles, ...extra] };
}

/** The services named and, unless told otherwise, what they depend on. Throws ComposeError for a name that is none. */
export function select(project: Project, names: readonly string[], withDependencies: boolean): Project {
  if (names.length === 0) return project;
  const enabled = enable(project, names);
  const wanted = new Set<string>();
  const add = (name: string, required: boolean): void => {
    if (wanted.has(name)) return;
    const service = enabled.services[name];
    if (service === undefined) {
      if (required) throw new ComposeError(`no such service: ${name}`);
      return;
    }
    wanted.add(name);
    if (!withDependencies) return;
    for (const [other, dependency] of Object.entries(service.depends_on ?? {}))
      add(other, dependency.required);
  };
  for (const name of names) add(name, true);
  const chosen = Object.entries(enabled.services).filter(([name]) => wanted.has(name));
  return withoutUnused({
    ...enabled,
    services: Object.fromEntries(
      chosen.map(([name, service]) => {
        const kept = Object.entries(service.depends_on ?? {}).filter(([other]) => wanted.has(other));
        const { depends_on: _all, ...rest } = service;
        return [name, kept.length === 0 ? rest : { ...rest, depends_on: Object.fromEntries(kept) }];
      }),
    ),
    disabled: {
      ...enabled.disabled,
      ...Object.fromEntries(Object.entries(enabled.services).filter(([name]) => !wanted.has(name))),
    },
  });
}

/** Names of the services that depend on one, directly or not. */
export function dependentsOf(services: Services, name: string): string[] {
  return Object.keys(services).filter((other) => dependenciesOf(services, other).includes(name));
}
