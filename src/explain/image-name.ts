import type { Explainer } from './explainer.ts';
import { sentences } from './fill.ts';

/**
 * What the name of an image says: registry, repository, tag, digest. `registry:5000/team/app:1.0` has all but the last.
 * Undefined where the name is not written out (`$(docker build -q .)`) or is the ID of an image.
 */
export function imageForm(value: string, say: Explainer['say']): string | undefined {
  if (/[$`]/.test(value) || value === '') return undefined;
  const [name = '', digest] = value.split('@');
  const match = /^(?:([^/]*[.:][^/]*|localhost)\/)?([^:]+)(?::([\w.-]+))?$/.exec(name);
  if (match === null) return undefined;
  const [, registry, repository = '', tag] = match;
  const parts = { repository, tag: tag ?? 'latest', digest: digest ?? '', registry: registry ?? '' };
  const version =
    digest !== undefined
      ? say('image.digest', parts)
      : tag !== undefined
        ? say('image.tag', parts)
        : say('image.latest', parts);
  const hub = repository.includes('/') ? 'image.user' : 'image.official';
  return sentences(version, registry === undefined ? say(hub, parts) : say('image.registry', parts));
}
