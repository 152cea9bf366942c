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
import { RegistryProblem } from './registry-problem.ts';

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
  const { RegistryClient } = yield* daemon.kernel.external(import('./registry-client.ts'));
  try {
    yield* new RegistryClient(images, server).ping();
    return { Status: 'Login Succeeded' };
  } catch (error) {
    if (!(error instanceof RegistryProblem)) throw error;
    if (error.code !== 'ENOTFOUND')
      throw new DockerError('login-refused', { host: server, reason: error.message });
    throw new DockerError('login-no-such-host', { host: server, dns: daemon.settings.nameServer });
  }
}

/** `docker push`: one tag, or with `all` every tag of the repository. */
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
  if (reference.domain !== 'docker.io') {
    yield* pushElsewhere(images, reference, record, emit);
    return;
  }
  if (!daemon.online)
    throw new DockerError('push-unreachable', {
      host: 'registry-1.docker.io',
      path: reference.path,
      tag,
      reason: `dial tcp: lookup registry-1.docker.io on ${daemon.settings.nameServer}:53: no such host`,
    });
  yield* hub.load(daemon.kernel, reference.path);
  const asked = daemon.settings.standInHub !== true || auth === undefined;
  const there = asked && hub.tags(reference.path)?.get(tag)?.id === record.id;
  const known = auth?.username === ACCOUNT.username && auth.password === ACCOUNT.password;
  const own =
    known && daemon.settings.standInHub !== true && reference.path.startsWith(`${ACCOUNT.username}/`);
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

/** To a registry on the simulated network. */
function* pushElsewhere(
  images: Images,
  reference: Reference,
  record: ImageRecord,
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const { daemon } = images;
  const { RegistryClient } = yield* daemon.kernel.external(import('./registry-client.ts'));
  const tag = reference.tag ?? 'latest';
  try {
    const client = new RegistryClient(images, reference.domain);
    yield* client.send(reference, record, (blob, status) => emit({ status, id: shortId(blob) }));
  } catch (error) {
    if (!(error instanceof RegistryProblem)) throw error;
    const { domain: host, path } = reference;
    throw new DockerError('push-unreachable', { host, path, tag, reason: error.message });
  }
  daemon.events.log('image', 'push', familiar(reference), { name: familiarName(reference) });
  yield* emit({ status: `${tag}: digest: ${record.id} size: ${record.manifest.size}` });
}
