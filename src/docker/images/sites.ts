import { concat, utf8 } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import { type TarEntry, writeTar } from '../kernel/fs/tar.ts';
import type { Connection, Listener } from '../kernel/net.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import { wordpressFiles } from './catalogue/php.ts';
import { telnetFilm } from './telnet-film.ts';
import { gzip } from './tool/deflate.ts';
import { type HttpResponse, httpDate, mediaType, requestPath, serveHttp } from './tool/http.ts';

/** MongoDB's signing key, as far as apt is concerned here: a file that begins like one and names its owner. */
export const MONGODB_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----
Comment: MongoDB 8.0 Release Signing Key <packaging@mongodb.com>

(the simulated key of repo.mongodb.org)
-----END PGP PUBLIC KEY BLOCK-----
`;

/** Serves one site of the outside world on a listener, for ever. */
export function* serveSite(p: Process, listener: Listener, name: string): Sys<never> {
  if (name === 'towel.blinkenlights.nl') for (;;) p.kernel.thread(p, film(p, yield* listener.accept()));
  return yield* serveHttp(p, listener, function* (request): Sys<HttpResponse> {
    yield* p.sleep(40);
    const path = requestPath(request.target);
    const body = content(name, path, p.kernel.clock.now);
    if (body !== undefined) yield* p.sleep(body.length / 2000);
    const shown = body ?? utf8(page('404 Not Found', `${name} has no ${path}.`));
    return {
      status: body === undefined ? 404 : 200,
      reason: body === undefined ? 'Not Found' : 'OK',
      version: 'HTTP/1.1',
      headers: [
        ['Server', 'nginx'],
        ['Date', httpDate(p.kernel.clock.now)],
        ['Content-Type', body === undefined || path === '/' ? 'text/html' : mediaType(path)],
        ['Content-Length', String(shown.length)],
        ['Connection', 'close'],
      ],
      body: shown,
    };
  });
}

/** A page of a site that is only known by name: it says that it is not the real one. */
function page(title: string, said: string): string {
  return `<!doctype html>\n<html lang="en">\n<head><title>${title}</title></head>\n<body><h1>${title}</h1>\n<p>${said}</p>\n</body>\n</html>\n`;
}

function content(site: string, path: string, now: number): Uint8Array | undefined {
  if (site === 'wordpress.org' && /^\/(latest|wordpress-6\.8\.3)\.tar\.gz$/.test(path))
    return gzip(writeTar(archive(now)), now);
  if (site === 'www.mongodb.org' && /^\/static\/pgp\/server-8\.0\.(asc|pub)$/.test(path))
    return utf8(MONGODB_KEY);
  if (path === '/')
    return utf8(
      page(
        site,
        `This page of Muelle’s simulated network stands for ${site}: nothing has left your browser.`,
      ),
    );
  return undefined;
}

function archive(now: number): TarEntry[] {
  const owner = { uid: 65_534, gid: 65_533 };
  const common = { ...owner, mtime: now, target: '', program: undefined };
  const top: TarEntry = { ...common, path: 'wordpress', kind: 'directory', mode: 0o755, data: 0 };
  const entries = wordpressFiles('wordpress', owner).map((entry): TarEntry => {
    const { path } = entry;
    return entry.kind === 'file'
      ? { ...common, path, kind: 'file', mode: 0o644, data: utf8(entry.text ?? '') }
      : { ...common, path, kind: 'directory', mode: 0o755, data: 0 };
  });
  return [top, ...entries];
}

function* film(p: Process, { file }: Connection): Sys<void> {
  try {
    for (const { picture, ms } of telnetFilm()) {
      yield* file.write(concat([utf8(`\x1b[H\x1b[J${picture.replaceAll('\n', '\r\n')}\r\n`)]));
      yield* p.sleep(ms);
    }
  } catch (error) {
    // The viewer hung up.
    if (!(error instanceof Errno)) throw error;
  } finally {
    file.release();
  }
}
