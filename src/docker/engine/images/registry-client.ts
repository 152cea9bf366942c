import { ByteReader, type HttpResponse, header, readResponse, writeRequest } from '../../images/tool/http.ts';
import { EMPTY, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { readTar, writeTar } from '../../kernel/fs/tar.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Reference } from '../reference.ts';
import { layerEntries, rebuild } from './archive.ts';
import type { Images } from './images.ts';
import { SCRATCH } from './layer.ts';
import { configText, descriptorOf, type ImageRecord, manifestText } from './record.ts';
import { RegistryProblem } from './registry-problem.ts';

/** What an index says of the image in it beyond the standard, so that a pull gives the same image again. */
const EXTRA = 'io.muelle.image';

/** Speaks the distribution API with a registry that runs on the simulated network, e.g. `registry:2` on localhost:5000. */
export class RegistryClient {
  readonly #images: Images;
  readonly #domain: string;

  constructor(images: Images, domain: string) {
    this.#images = images;
    this.#domain = domain;
  }

  /** Sends a request. Throws RegistryProblem when it cannot be reached; undefined if it closes without an answer. */
  *request(
    method: string,
    target: string,
    body: Uint8Array = EMPTY,
    headers: readonly (readonly [string, string])[] = [],
  ): Sys<HttpResponse | undefined> {
    const { process } = this.#images.daemon;
    const { secure } = parts(this.#domain);
    const connection = yield* this.#connect(process);
    try {
      if (secure) throw new RegistryProblem('http: server gave HTTP response to HTTPS client', undefined);
      yield* writeRequest(connection.file, {
        method,
        target,
        version: 'HTTP/1.1',
        headers: [
          ['Host', this.#domain],
          ['User-Agent', 'docker/29.7.2 go/go1.26.10 git-commit/26d1ce1 kernel/6.18.44 os/linux arch/amd64'],
          ...headers,
          ['Content-Length', String(body.length)],
          ['Connection', 'close'],
        ],
        body,
      });
      return yield* readResponse(new ByteReader(connection.file), method);
    } finally {
      connection.file.release();
    }
  }

  *#connect(process: Process): Sys<Connection> {
    const { host, port } = parts(this.#domain);
    try {
      return yield* process.net.connect(process, host, port);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const { nameServer } = this.#images.daemon.settings;
      throw new RegistryProblem(dialProblem(this.#domain, nameServer, error), error.code);
    }
  }

  /** Is there a registry? Throws RegistryProblem if not. */
  *ping(): Sys<void> {
    yield* this.request('GET', '/v2/');
  }

  /** The tags of a repository; undefined if there is none. */
  *tags(path: string): Sys<string[] | undefined> {
    const answer = yield* this.request('GET', `/v2/${path}/tags/list`);
    if (answer?.status !== 200) return undefined;
    return (JSON.parse(text(answer.body)) as { tags: string[] | null }).tags ?? [];
  }

  /** The image under a reference; undefined if the registry has none. */
  *download(reference: Reference): Sys<ImageRecord | undefined> {
    const base = `/v2/${reference.path}`;
    const top = yield* this.request(
      'GET',
      `${base}/manifests/${reference.digest ?? reference.tag ?? 'latest'}`,
    );
    if (top?.status !== 200) return undefined;
    const index = JSON.parse(text(top.body)) as Partial<Index>;
    const inner =
      index.manifests?.find(({ platform }) => (platform?.architecture ?? 'amd64') === 'amd64') ??
      index.manifests?.[0];
    const extra = JSON.parse(inner?.annotations?.[EXTRA] ?? '{}') as { index?: boolean; buildRef?: string };
    const manifest = inner === undefined ? top.body : yield* this.#body(`${base}/manifests/${inner.digest}`);
    const { config, layers } = JSON.parse(text(manifest)) as Manifest;
    const blobs: Uint8Array[] = [];
    for (const layer of layers) blobs.push(yield* this.#body(`${base}/blobs/${layer.digest}`));
    return rebuild(
      JSON.parse(text(yield* this.#body(`${base}/blobs/${config.digest}`))) as Parameters<typeof rebuild>[0],
      blobs.map((blob) => readTar(blob) ?? []),
      { ...extra, pulledFrom: [`${reference.domain}/${reference.path}`] },
    );
  }

  *#body(target: string): Sys<Uint8Array> {
    const answer = yield* this.request('GET', target);
    if (answer?.status !== 200)
      throw new DockerError('bad-parameter', {
        reason: `unexpected status from GET request to http://${this.#domain}${target}: ${answer?.status ?? 0} ${answer?.reason ?? ''}`,
      });
    return answer.body;
  }

  /** Uploads a blob unless it is there; tells whether it was. */
  *#upload(path: string, digest: string, make: () => Uint8Array): Sys<'Pushed' | 'Layer already exists'> {
    const there = yield* this.request('HEAD', `/v2/${path}/blobs/${digest}`);
    if (there?.status === 200) return 'Layer already exists';
    const session = yield* this.request('POST', `/v2/${path}/blobs/uploads/`);
    const location = session === undefined ? undefined : header(session.headers, 'location');
    const target = (location ?? '').replace(/^https?:\/\/[^/]*/, '');
    yield* this.request(
      'PUT',
      `${target}${target.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`,
      make(),
    );
    return 'Pushed';
  }

  /** Uploads an image's layers one after the other, telling of each, then its configuration and manifest under a tag. */
  *send(
    reference: Reference,
    record: ImageRecord,
    tell: (blob: string, status: string) => Sys<void>,
  ): Sys<void> {
    const { path } = reference;
    let before = SCRATCH;
    for (const layer of record.layers) {
      const from = before;
      yield* tell(
        layer.blob,
        yield* this.#upload(path, layer.blob, () => writeTar(layerEntries(from, layer.root))),
      );
      before = layer.root;
    }
    const config = configText(record, record.index !== undefined);
    yield* this.#upload(path, record.configDigest, () => utf8(config));
    const manifest = utf8(manifestText(record.manifest.mediaType, config, record.layers));
    const put = (as: string, digest: string, body: Uint8Array): Sys<HttpResponse | undefined> =>
      this.request('PUT', `/v2/${path}/manifests/${as}`, body, [['Docker-Content-Digest', digest]]);
    const tag = reference.tag ?? 'latest';
    if (record.index === undefined) {
      yield* put(tag, record.id, manifest);
      return;
    }
    yield* put(record.manifest.digest, record.manifest.digest, manifest);
    const extra = JSON.stringify({ index: true, buildRef: record.buildRef });
    const index: Index = {
      schemaVersion: 2,
      mediaType: descriptorOf(record).mediaType,
      manifests: [
        {
          ...record.manifest,
          annotations: { [EXTRA]: extra },
          platform: { architecture: 'amd64', os: 'linux' },
        },
      ],
    };
    yield* put(tag, record.id, utf8(JSON.stringify(index)));
  }
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

interface Index {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly manifests: readonly {
    readonly digest: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly platform?: { readonly architecture: string; readonly os: string };
  }[];
}

/** Host and port of a registry; only those on the own machine may go without TLS. */
function parts(domain: string): { host: string; port: number; secure: boolean } {
  const [host = '', port] = domain.split(':');
  const secure = host !== 'localhost' && !host.startsWith('127.');
  return { host, port: port === undefined ? (secure ? 443 : 80) : Number(port), secure };
}

/** Why a connection to a registry failed, as Go's net package says it. */
function dialProblem(domain: string, nameServer: string, error: Errno): string {
  const { host, port } = parts(domain);
  if (error.code === 'ENOTFOUND') return `dial tcp: lookup ${host} on ${nameServer}:53: no such host`;
  const address = `${host === 'localhost' ? '127.0.0.1' : host}:${port}`;
  if (error.code === 'ECONNRESET')
    return `read tcp 127.0.0.1:45678->${address}: read: connection reset by peer`;
  const words =
    error.code === 'ETIMEDOUT'
      ? 'i/o timeout'
      : error.message.charAt(0).toLowerCase() + error.message.slice(1);
  return error.code === 'ETIMEDOUT'
    ? `dial tcp ${address}: ${words}`
    : `dial tcp ${address}: connect: ${words}`;
}
