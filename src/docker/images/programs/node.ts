import { utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { httpDate, serveHttp } from '../tool/http.ts';
import { formatTime } from '../tool/time.ts';

/** node(1): `-v`, and `-e`/`-p` with a console.log of a plain string or number; programs are not simulated. */
export function* node(p: Process): Sys<number> {
  const [flag, code = ''] = p.argv.slice(1);
  const version = p.env.get('NODE_VERSION') ?? '18.20.4';
  if (flag === '-v' || flag === '--version') {
    yield* p.print(`v${version}\n`);
    return 0;
  }
  if (flag === '-e' || flag === '-p') {
    const literal =
      /^\s*(?:console\.log\(\s*)?(?:'([^'\\]*)'|"([^"\\]*)"|(-?\d+(?:\.\d+)?)|(process\.version))\s*\)?\s*;?\s*$/.exec(
        code,
      );
    if (literal !== null) {
      yield* p.print(`${literal[1] ?? literal[2] ?? literal[3] ?? `v${version}`}\n`);
      return 0;
    }
  }
  yield* p.error(`muelle: JavaScript programs are not simulated here (node ${p.argv.slice(1).join(' ')})\n`);
  return 1;
}

/** Portainer's server: listens and logs; its pages are not simulated and say so. */
export function* portainer(p: Process): Sys<number> {
  const log = (message: string): Sys<void> =>
    p.error(`${formatTime(p.kernel.clock.now, '%Y/%m/%d %I:%M%p')} INF ${message}\n`);
  let stopped = false;
  p.onSignal('TERM', () => {
    stopped = true;
  });
  yield* log(
    'github.com/portainer/portainer/api/cmd/portainer/main.go:332 > encryption key file not present | filename=/run/secrets/portainer',
  );
  for (const port of [9000, 9443]) {
    const listener = p.net.listen(p, '0.0.0.0', port);
    p.kernel.thread(
      p,
      serveHttp(p, listener, function* () {
        const body = utf8('muelle: the pages of Portainer are not simulated here\n');
        return {
          status: 501,
          reason: 'Not Implemented',
          version: 'HTTP/1.1',
          headers: [
            ['Date', httpDate(p.kernel.clock.now)],
            ['Content-Type', 'text/plain'],
            ['Content-Length', String(body.length)],
          ],
          body,
        };
      }),
    );
  }
  yield* log(
    'github.com/portainer/portainer/api/http/server.go:367 > starting HTTPS server | bind_address=:9443',
  );
  yield* log(
    'github.com/portainer/portainer/api/http/server.go:351 > starting HTTP server | bind_address=:9000',
  );
  yield* until(() => stopped, p.signalled);
  return 0;
}
