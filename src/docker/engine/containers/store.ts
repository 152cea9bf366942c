import { DockerError } from '../error.ts';
import type { Container } from './container.ts';

/** All containers, found by ID, name or ID prefix. */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  readonly #byName = new Map<string, Container>();
  /** The first twelve digits, which is what people copy. */
  readonly #byShort = new Map<string, Container[]>();
  /** Those with links, so that a list of ten thousand does not look through all for each. */
  readonly #linking = new Set<Container>();
  /** How many use an image, so that asking does not walk through all. */
  readonly #byImage = new Map<string, Set<Container>>();

  get size(): number {
    return this.#byId.size;
  }

  /** Oldest first. */
  all(): IterableIterator<Container> {
    return this.#byId.values();
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
    this.#byName.set(container.name, container);
    if (linksOf(container).length > 0) this.#linking.add(container);
    const short = container.id.slice(0, 12);
    this.#byShort.set(short, [...(this.#byShort.get(short) ?? []), container]);
    const users = this.#byImage.get(container.image.id) ?? new Set();
    users.add(container);
    this.#byImage.set(container.image.id, users);
  }

  delete(container: Container): void {
    this.#byId.delete(container.id);
    this.#linking.delete(container);
    if (this.#byName.get(container.name) === container) this.#byName.delete(container.name);
    const short = container.id.slice(0, 12);
    const rest = (this.#byShort.get(short) ?? []).filter((other) => other !== container);
    if (rest.length === 0) this.#byShort.delete(short);
    else this.#byShort.set(short, rest);
    const users = this.#byImage.get(container.image.id);
    users?.delete(container);
    if (users?.size === 0) this.#byImage.delete(container.image.id);
  }

  named(name: string): Container | undefined {
    return this.#byName.get(name);
  }

  rename(container: Container, name: string): void {
    this.#byName.delete(container.name);
    container.name = name;
    this.#byName.set(name, container);
  }

  usersOf(image: string): ReadonlySet<Container> {
    return this.#byImage.get(image) ?? new Set();
  }

  /** Finds by full ID, name (with or without slash), then unambiguous ID prefix; undefined if there is none. */
  find(ref: string): Container | undefined {
    const name = ref.replace(/^\//, '');
    const exact = this.#byId.get(ref) ?? this.#byName.get(name) ?? this.#linked(name);
    if (exact !== undefined || !/^[0-9a-f]+$/.test(ref)) return exact;
    const candidates = ref.length >= 12 ? (this.#byShort.get(ref.slice(0, 12)) ?? []) : this.#byId.values();
    const found: Container[] = [];
    for (const container of candidates) if (container.id.startsWith(ref)) found.push(container);
    if (found.length > 1) throw new DockerError('ambiguous-id', { name: ref });
    return found[0];
  }

  /** `web/db`: what `web` is linked to under the name `db` (`--link`). */
  #linked(name: string): Container | undefined {
    const [parent, alias] = name.split('/');
    if (parent === undefined || alias === undefined) return undefined;
    const target = linksOf(this.#byName.get(parent)).find((link) => link.alias === alias)?.target;
    return target === undefined ? undefined : this.find(target);
  }

  /** The names a container has, its own last: `web/db`, `postgres`. */
  namesOf(container: Container): string[] {
    const links = [...this.#linking].flatMap((other) =>
      linksOf(other)
        .filter(({ target }) => this.find(target) === container)
        .map(({ alias }) => `${other.name}/${alias}`),
    );
    return [...links.sort(), container.name];
  }

  /** As `find`. Throws no-such-container. */
  get(ref: string): Container {
    if (ref === '') throw new DockerError('empty-id');
    const found = this.find(ref);
    if (found === undefined) throw new DockerError('no-such-container', { name: ref });
    return found;
  }
}

/** `db:alias`, `db` ⇒ what is meant and the name it has there. */
export function linksOf(
  container: Container | undefined,
): { target: string; alias: string; written: string }[] {
  return (container?.hostConfig.Links ?? []).map((written) => {
    const [target = '', alias = target] = written.replace(/^\//, '').split(':');
    return { target, alias, written };
  });
}
