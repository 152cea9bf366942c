import type { Sys } from '../../kernel/wait.ts';
import type { Emit, RegistryAuth } from '../api.ts';
import { DockerError } from '../error.ts';
import { shortId } from '../names.ts';
import {
  canonical,
  familiar,
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../reference.ts';
import type { ProgressMessage } from '../types/image.ts';
import type { Images } from './images.ts';
import type { ImageRecord } from './record.ts';

/** The simulated Docker Hub's one account. */
const ACCOUNT = { username: 'student', password: 'docker-lab' };

/** `docker login`: does the registry know these credentials? */
export function* login(images: Images, auth: RegistryAuth): Sys<{ Status: string }> {
  const { daemon } = images;
  yield* daemon.work(4, 8);
  const server = (auth.serveraddress ?? '').replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (server === '' || /^(?:index\.)?docker\.io$|^registry-1\.docker\.io$/.test(server)) {
    const host = 'registry-1.docker.io';
    if (!daemon.online)
      throw new DockerError('login-no-such-host', { host, dns: daemon.settings.nameServer });
    if (auth.username === ACCOUNT.username && auth.password === ACCOUNT.password)
      return { Status: 'Login Succeeded' };
    throw new DockerError('login-unauthorized', { host });
  }
  const [host = '', port = '443'] = server.split(':');
  if (host === 'localhost' || /^[\d.]+$/.test(host))
    throw new DockerError('login-refused', {
      host: server,
      address: `${host === 'localhost' ? '127.0.0.1' : host}:${port}`,
    });
  throw new DockerError('login-no-such-host', { host: server, dns: daemon.settings.nameServer });
}

/** `docker push` to Docker Hub: one tag, or with `all` every tag of the repository. */
export function* push(
  images: Images,
  written: string,
  options: { all?: boolean; auth?: RegistryAuth },
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const parsed = parseReference(written);
  yield* emit({ status: `The push refers to repository [${parsed.domain}/${parsed.path}]` });
  for (const { reference, record } of chosen(images, parsed, options.all === true))
    yield* pushOne(images, reference, record, options.auth, emit);
}

function chosen(
  images: Images,
  parsed: Reference,
  all: boolean,
): { reference: Reference; record: ImageRecord }[] {
  const { store } = images;
  if (!all) {
    const reference = withDefaultTag(parsed);
    const record = store.named(reference);
    if (record === undefined) throw new DockerError('push-no-tag', { name: familiar(reference) });
    return [{ reference, record }];
  }
  const found = store.all().flatMap((record) =>
    store
      .namesOf(record.id)
      .filter((name) => name.tag !== undefined && familiarName(name) === familiarName(parsed))
      .map((reference) => ({ reference, record })),
  );
  if (found.length === 0) throw new DockerError('push-no-tag', { name: familiarName(parsed) });
  return found.sort((a, b) => (canonical(a.reference) < canonical(b.reference) ? -1 : 1));
}

function* pushOne(
  images: Images,
  reference: Reference,
  record: ImageRecord,
  auth: RegistryAuth | undefined,
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const { daemon, hub } = images;
  const tag = reference.tag ?? 'latest';
  yield* daemon.work(4, 8);
  if (!daemon.online || reference.domain !== 'docker.io') throw unreachable(images, reference);
  const there = hub.tags(reference.path)?.get(tag)?.id === record.id;
  const known = auth?.username === ACCOUNT.username && auth.password === ACCOUNT.password;
  const own = known && reference.path.startsWith(`${ACCOUNT.username}/`);
  if (!there && !own) {
    for (const layer of record.layers) yield* emit({ status: 'Waiting', id: shortId(layer.blob) });
    throw new DockerError('push-denied');
  }
  for (const layer of record.layers) {
    yield* daemon.work(2, 6);
    yield* emit({ status: there ? 'Layer already exists' : 'Pushed', id: shortId(layer.blob) });
  }
  hub.push(reference.path, tag, record);
  daemon.events.log('image', 'push', familiar(reference), { name: familiarName(reference) });
  yield* emit({ status: `${tag}: digest: ${record.id} size: ${record.manifest.size}` });
}

function unreachable(images: Images, reference: Reference): DockerError {
  const host = reference.domain === 'docker.io' ? 'registry-1.docker.io' : reference.domain;
  const [name = '', port = '443'] = host.split(':');
  const reason =
    name === 'localhost' || /^[\d.]+$/.test(name)
      ? `dial tcp ${name === 'localhost' ? '127.0.0.1' : name}:${port}: connect: connection refused`
      : `dial tcp: lookup ${name} on ${images.daemon.settings.nameServer}:53: no such host`;
  return new DockerError('bad-parameter', {
    reason: `failed to do request: Head "https://${host}/v2/${reference.path}/manifests/${reference.tag ?? 'latest'}": ${reason}`,
  });
}
