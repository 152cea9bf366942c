import { DockerError } from './error.ts';

/** An image reference in its full form (distribution/reference). */
export interface Reference {
  /** `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** `library/nginx`, `team/app`. */
  readonly path: string;
  readonly tag: string | undefined;
  /** sha256:… */
  readonly digest: string | undefined;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN =
  /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::\d+)?$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads a reference as people write it: `nginx` ⇒ docker.io, library/nginx, no tag. Throws invalid-reference or
 * reference-uppercase with the words of `reference.ParseNormalizedNamed`.
 */
export function parseReference(written: string): Reference {
  if (/^[0-9a-f]{64}$/.test(written)) throw new DockerError('invalid-reference');
  const at = written.indexOf('@');
  const digest = at < 0 ? undefined : written.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) throw new DockerError('invalid-reference');
  const whole = at < 0 ? written : written.slice(0, at);
  const slash = whole.indexOf('/');
  const first = slash < 0 ? '' : whole.slice(0, slash);
  const hasDomain =
    slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  let domain = hasDomain ? first : 'docker.io';
  if (domain === 'index.docker.io') domain = 'docker.io';
  const rest = hasDomain ? whole.slice(slash + 1) : whole;
  const colon = rest.indexOf(':');
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = domain === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  if (!DOMAIN.test(domain) || (tag !== undefined && !TAG.test(tag)))
    throw new DockerError('invalid-reference');
  if (!path.split('/').every((part) => COMPONENT.test(part))) {
    if (
      path.toLowerCase() !== path &&
      path
        .toLowerCase()
        .split('/')
        .every((part) => COMPONENT.test(part))
    )
      throw new DockerError('reference-uppercase', { name: path });
    throw new DockerError('invalid-reference');
  }
  if (path.length > 255) throw new DockerError('reference-too-long');
  return { domain, path, tag, digest };
}

/** With `latest` where neither tag nor digest is given. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: 'latest' }
    : reference;
}

/** The repository as people write it: ⇒ `nginx`, `localhost:5000/app`. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== 'docker.io') return `${reference.domain}/${reference.path}`;
  return reference.path.startsWith('library/') ? reference.path.slice('library/'.length) : reference.path;
}

/** The whole reference as people write it: ⇒ `nginx:latest`, `nginx@sha256:…`. */
export function familiar(reference: Reference): string {
  return familiarName(reference) + suffix(reference);
}

/** The whole reference in full: ⇒ `docker.io/library/nginx:latest`. */
export function canonical(reference: Reference): string {
  return `${reference.domain}/${reference.path}${suffix(reference)}`;
}

function suffix(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  return reference.digest === undefined ? tag : `${tag}@${reference.digest}`;
}
