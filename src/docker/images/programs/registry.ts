import { text, utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { hashHex } from '../tool/hash.ts';
import { type Handler, type HttpRequest, type HttpResponse, header, serveHttp } from '../tool/http.ts';
import { formatTime } from '../tool/time.ts';

const ROOT = '/var/lib/registry/docker/registry/v2';

/**
 * registry(1): the distribution API (v2) on files below /var/lib/registry in the layout of the real one:
 * `repositories/NAME/_manifests/tags/TAG/current/link` holds the digest, `blobs/sha256/aa/DIGEST/data` the bytes.
 */
export function* registry(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  if (args[0] === '--version') {
    yield* p.print('registry github.com/docker/distribution 2.8.2+ds1\n');
    return 0;
  }
  if (args[0] !== 'serve') {
    yield* p.print(
      '`registry`\n\nUsage:\n  registry [flags]\n  registry [command]\n\nAvailable Commands:\n  garbage-collect `garbage-collect` deletes layers not referenced by any manifests\n  help            Help about any command\n  serve           `serve` stores and distributes Docker images\n',
    );
    return args[0] === undefined ? 0 : 1;
  }
  p.useMemory(13_000_000);
  const log = (level: string, message: string): Sys<void> =>
    p.error(
      `time="${formatTime(p.kernel.clock.now, '%FT%TZ')}" level=${level} msg="${message}" go.version=go1.19.8 instance.id=${p.kernel.random.hex(16)} service=registry version=2.8.2+ds1 \n`,
    );
  yield* log(
    'warning',
    'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.',
  );
  yield* log('info', 'redis not configured');
  yield* log('info', 'using inmemory blob descriptor cache');
  yield* log('info', 'listening on [::]:5000');
  const listener = p.net.listen(p, '0.0.0.0', 5000);
  let stopped = false;
  p.onSignal('TERM', () => {
    stopped = true;
  });
  const handler: Handler = function* (request, connection) {
    const answer = respond(p, request);
    const size = request.method === 'HEAD' ? 0 : answer.body.length;
    yield* p.print(
      `${connection.remote.address} - - [${formatTime(p.kernel.clock.now, '%d/%b/%Y:%H:%M:%S +0000')}] "${request.method} ${request.target} HTTP/1.1" ${answer.status} ${size} "" "${header(request.headers, 'user-agent') ?? ''}"\n`,
    );
    return answer;
  };
  p.kernel.thread(p, serveHttp(p, listener, handler));
  yield* until(() => stopped, p.signalled);
  yield* log('info', 'stopping server gracefully. Draining connections for 0s');
  return 0;
}

function answer(
  status: number,
  body: string | Uint8Array,
  headers: readonly (readonly [string, string])[] = [],
  type = 'application/json; charset=utf-8',
): HttpResponse {
  const bytes = typeof body === 'string' ? utf8(body) : body;
  const reasons: Readonly<Record<number, string>> = {
    200: 'OK',
    201: 'Created',
    202: 'Accepted',
    404: 'Not Found',
    405: 'Method Not Allowed',
  };
  return {
    status,
    reason: reasons[status] ?? '',
    version: 'HTTP/1.1',
    headers: [
      ['Content-Type', type],
      ['Docker-Distribution-Api-Version', 'registry/2.0'],
      ['X-Content-Type-Options', 'nosniff'],
      ...headers,
      ['Content-Length', String(bytes.length)],
    ],
    body: bytes,
  };
}

function refused(status: number, code: string, message: string, detail: unknown): HttpResponse {
  return answer(status, `${JSON.stringify({ errors: [{ code, message, detail }] })}\n`);
}

function names(p: Process): string[] {
  const base = `${ROOT}/repositories`;
  const out: string[] = [];
  const visit = (folder: string, name: string): void => {
    for (const entry of p.fs.list(folder).sort()) {
      if (entry === '_manifests') out.push(name);
      else if (!entry.startsWith('_') && p.fs.isDirectory(`${folder}/${entry}`))
        visit(`${folder}/${entry}`, name === '' ? entry : `${name}/${entry}`);
    }
  };
  if (p.fs.isDirectory(base)) visit(base, '');
  return out;
}

const dataPath = (digest: string): string =>
  `${ROOT}/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}/data`;

function respond(p: Process, request: HttpRequest): HttpResponse {
  const [path = '', query = ''] = request.target.split('?');
  if (path === '/v2/' || path === '/v2') return answer(200, '{}');
  if (path === '/v2/_catalog') return answer(200, `${JSON.stringify({ repositories: names(p) })}\n`);
  const match =
    /^\/v2\/(.+)\/(tags\/list|manifests\/([^/]+)|blobs\/uploads\/([^/]*)|blobs\/(sha256:[0-9a-f]+))$/.exec(
      path,
    );
  if (match === null) return answer(404, '404 page not found\n', [], 'text/plain; charset=utf-8');
  const [, name = '', what = '', reference, , blob] = match;
  const base = `${ROOT}/repositories/${name}/_manifests`;
  const tags = `${base}/tags`;
  if (what === 'tags/list') {
    if (!p.fs.isDirectory(tags))
      return refused(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name });
    return answer(200, `${JSON.stringify({ name, tags: p.fs.list(tags).sort() })}\n`);
  }
  if (reference !== undefined) return manifest(p, request, name, reference, base);
  if (blob !== undefined) {
    if (!p.fs.exists(dataPath(blob))) return refused(404, 'BLOB_UNKNOWN', 'blob unknown to registry', blob);
    return answer(
      200,
      p.fs.read(dataPath(blob)),
      [['Docker-Content-Digest', blob]],
      'application/octet-stream',
    );
  }
  const mount = /(?:^|&)mount=([^&]+)/.exec(query)?.[1];
  const mounted = mount === undefined ? '' : decodeURIComponent(mount);
  if (request.method === 'POST' && mounted !== '' && p.fs.exists(dataPath(mounted)))
    return answer(201, '', [
      ['Location', `/v2/${name}/blobs/${mounted}`],
      ['Docker-Content-Digest', mounted],
    ]);
  if (request.method === 'POST')
    return answer(202, '', [
      ['Location', `/v2/${name}/blobs/uploads/${p.kernel.random.hex(16)}?_state=0`],
      ['Range', '0-0'],
    ]);
  if (request.method === 'PUT') {
    const digest = decodeURIComponent(/(?:^|&)digest=([^&]+)/.exec(query)?.[1] ?? '');
    put(p, dataPath(digest), request.body);
    return answer(201, '', [
      ['Location', `/v2/${name}/blobs/${digest}`],
      ['Docker-Content-Digest', digest],
    ]);
  }
  return answer(405, '');
}

function manifest(
  p: Process,
  request: HttpRequest,
  name: string,
  reference: string,
  base: string,
): HttpResponse {
  const linkOf = (tag: string): string => `${base}/tags/${tag}/current/link`;
  if (request.method === 'PUT') {
    const digest =
      header(request.headers, 'docker-content-digest') ??
      (reference.startsWith('sha256:') ? reference : `sha256:${hashHex('sha256', request.body)}`);
    put(p, dataPath(digest), request.body);
    put(p, `${base}/revisions/sha256/${digest.slice(7)}/link`, utf8(digest));
    if (!reference.startsWith('sha256:')) put(p, linkOf(reference), utf8(digest));
    return answer(201, '', [
      ['Location', `/v2/${name}/manifests/${digest}`],
      ['Docker-Content-Digest', digest],
    ]);
  }
  if (request.method === 'DELETE' && p.env.get('REGISTRY_STORAGE_DELETE_ENABLED') !== 'true')
    return answer(405, '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}\n');
  const revision = (digest: string): string => `${base}/revisions/sha256/${digest.slice(7)}/link`;
  const digest = reference.startsWith('sha256:')
    ? reference
    : p.fs.exists(linkOf(reference))
      ? text(p.fs.read(linkOf(reference)))
      : undefined;
  if (digest === undefined || !p.fs.exists(revision(digest)))
    return refused(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { Tag: reference });
  if (request.method === 'DELETE') {
    p.fs.unlink(revision(digest));
    const tags = p.fs.isDirectory(`${base}/tags`) ? p.fs.list(`${base}/tags`) : [];
    for (const tag of tags)
      if (text(p.fs.read(linkOf(tag))) === digest) p.fs.removeAll(`${base}/tags/${tag}`);
    return answer(202, '');
  }
  const body = p.fs.read(dataPath(digest));
  return answer(200, body, [['Docker-Content-Digest', digest]], mediaType(body));
}

/** The media type a manifest gives itself. */
function mediaType(body: Uint8Array): string {
  const type = /"mediaType":\s*"([^"]+)"/.exec(text(body))?.[1];
  return type ?? 'application/vnd.docker.distribution.manifest.v2+json';
}

function put(p: Process, path: string, data: Uint8Array): void {
  p.fs.mkdir(path.slice(0, path.lastIndexOf('/')), '/', { parents: true });
  p.fs.write(path, data);
}
