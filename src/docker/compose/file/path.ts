/** Places of a compose file as dotted paths, as compose-go writes them: `services.web.ports.[]`. */

export const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Does a path fit a pattern in which `*` is any one part? `services.web.dns` fits `services.*.dns`. */
export function fits(path: string, pattern: string): boolean {
  const parts = path.split('.');
  const wanted = pattern.split('.');
  return parts.length === wanted.length && wanted.every((part, at) => part === '*' || part === parts[at]);
}

/** A table of rules by pattern; gives the rule for a path. Keys of a service may hold dots: those fit no rule, as in compose-go. */
export function ruleFor<Rule>(
  rules: readonly (readonly [string, Rule])[],
): (path: string) => Rule | undefined {
  const byLength = new Map<number, (readonly [string, Rule])[]>();
  for (const rule of rules) {
    const length = rule[0].split('.').length;
    byLength.set(length, [...(byLength.get(length) ?? []), rule]);
  }
  return (path) => byLength.get(path.split('.').length)?.find(([pattern]) => fits(path, pattern))?.[1];
}
