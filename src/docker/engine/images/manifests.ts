import { header } from '../../images/tool/http.ts';
import { text, utf8 } from '../../kernel/bytes.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { canonical, type Reference } from '../reference.ts';
import { digestOf } from '../sha256.ts';
import type { Images } from './images.ts';
import { configText, type ImageRecord, manifestText } from './record.ts';
import { RegistryClient } from './registry-client.ts';
import { RegistryProblem } from './registry-problem.ts';

/** A manifest, or a list of them, as a registry sends it. */
export interface RemoteManifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly body: string;
}

/** What the registry client of `docker manifest` asks; it talks to registries itself, without the daemon. */
export class ManifestClient {
  readonly #images: Images;

  constructor(images: Images) {
    this.#images = images;
  }

  /**
   * The manifest under a reference; undefined if there is none, or if the registry has no TLS and `insecure` is not
   * given. Throws registry-transport, registry-denied.
   */
  *get(reference: Reference, insecure: boolean): Sys<RemoteManifest | undefined> {
    if (reference.domain === 'docker.io') return yield* this.#fromHub(reference);
    yield* this.#ping(reference.domain);
    if (!insecure) return undefined;
    const answer = yield* this.#client(reference).request(
      'GET',
      `/v2/${reference.path}/manifests/${reference.digest ?? reference.tag ?? 'latest'}`,
    );
    if (answer?.status !== 200) return undefined;
    const body = text(answer.body);
    return {
      mediaType: header(answer.headers, 'content-type') ?? '',
      digest: header(answer.headers, 'docker-content-digest') ?? digestOf(body),
      body,
    };
  }

  /** The configuration blob that a manifest names. */
  *config(reference: Reference, digest: string): Sys<string | undefined> {
    if (reference.domain === 'docker.io') return '{"architecture":"amd64","os":"linux"}';
    const answer = yield* this.#client(reference).request('GET', `/v2/${reference.path}/blobs/${digest}`);
    return answer?.status === 200 ? text(answer.body) : undefined;
  }

  /** Puts a manifest under a tag or digest; returns its digest. */
  *put(reference: Reference, mediaType: string, body: string): Sys<string> {
    this.#refuseHub(reference);
    yield* this.#ping(reference.domain);
    const digest = digestOf(body);
    yield* this.#client(reference).request(
      'PUT',
      `/v2/${reference.path}/manifests/${reference.digest ?? reference.tag ?? 'latest'}`,
      utf8(body),
      [['Content-Type', mediaType]],
    );
    return reference.digest ?? digest;
  }

  /** Makes a blob of one repository known to another of the same registry. */
  *mount(from: Reference, to: Reference, digest: string): Sys<void> {
    this.#refuseHub(to);
    yield* this.#client(to).request(
      'POST',
      `/v2/${to.path}/blobs/uploads/?from=${encodeURIComponent(from.path)}&mount=${encodeURIComponent(digest)}`,
    );
  }

  #client(reference: Reference): RegistryClient {
    return new RegistryClient(this.#images, reference.domain);
  }

  #refuseHub(reference: Reference): void {
    if (reference.domain === 'docker.io')
      throw new DockerError('not-simulated', { what: 'docker manifest push to Docker Hub' });
  }

  *#ping(domain: string): Sys<void> {
    try {
      yield* new RegistryClient(this.#images, domain).ping();
    } catch (error) {
      if (!(error instanceof RegistryProblem)) throw error;
      // A registry without TLS is there, all the same.
      if (error.code === undefined) return;
      throw new DockerError('registry-transport', { host: domain, reason: error.message });
    }
  }

  *#fromHub(reference: Reference): Sys<RemoteManifest | undefined> {
    const { daemon, hub } = this.#images;
    const host = 'registry-1.docker.io';
    const refuse = (reason: string): DockerError => new DockerError('registry-transport', { host, reason });
    if (!daemon.online)
      throw refuse(`dial tcp: lookup ${host} on ${daemon.settings.nameServer}:53: no such host`);
    // The command line of the recordings does not know the authority of their stand-in hub, as the daemon does.
    if (daemon.settings.standInHub === true)
      throw refuse('tls: failed to verify certificate: x509: certificate signed by unknown authority');
    yield* daemon.work(60, 120);
    yield* hub.load(daemon.kernel, reference.path);
    const tags = hub.tags(reference.path);
    if (tags === undefined) throw new DockerError('registry-denied', { name: canonical(reference) });
    const record =
      reference.digest === undefined
        ? tags.get(reference.tag ?? 'latest')
        : [...tags.values()].find((image) => image.id === reference.digest);
    return record === undefined ? undefined : manifestOf(record);
  }
}

function manifestOf(record: ImageRecord): RemoteManifest {
  const config = configText(record, record.index !== undefined);
  const { mediaType, digest } = record.manifest;
  return { mediaType, digest, body: manifestText(mediaType, config, record.layers) };
}
