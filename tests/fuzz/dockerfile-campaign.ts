// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell programs, not templates
import type { Random } from '../../src/docker/kernel/random.ts';
import type { Campaign } from './campaign.ts';

const LINES = 4;

const WORDS = [
  'a',
  '/a',
  '/app',
  '.',
  'env',
  'sub',
  'sub/x',
  'nope',
  '$A',
  '${A:-x}',
  '"q w"',
  '*',
  'ñ',
  '/',
  '..',
  '${',
  '',
  '\\',
  '[',
  '{}',
];

/** Instructions by their keyword; `w` is a random word. */
const MAKERS: readonly ((w: () => string, random: Random) => string)[] = [
  (w) => `RUN echo ${w()} > /tmp/f`,
  (w, random) =>
    `RUN ${random.pick(['true', 'false', 'ls -la', 'cat /etc/os-release', 'touch /x && rm -rf /tmp', 'adduser -D me', 'apk add --no-cache curl', 'exit 3', 'sleep 1', 'mkdir -p /app/b', 'id', 'pwd; env'])} ${random.below(4) === 0 ? w() : ''}`,
  (w) => `RUN ["echo", "${w().replace(/["\\]/g, '')}"]`,
  () => 'RUN ["sh", "-c"',
  (w) => `RUN <<EOF\necho ${w().replace(/["\\[]/g, '')}\nls\nEOF`,
  (w, random) =>
    `RUN --mount=type=${random.pick(['cache', 'bind', 'tmpfs', 'secret', 'ssh', 'x'])},target=${w()} ls`,
  (w) => `COPY ${w()} ${w()}`,
  (w, random) =>
    `COPY --from=${random.pick(['base', '0', 'alpine', 'nope', '9', 'busybox'])} ${random.pick(['/etc/hostname', '/nope', '/bin/sh', '/a'])} ${w()}`,
  (w, random) =>
    `COPY ${random.pick(['--chown=1:1', '--chmod=755', '--chown=nobody', '--link', '--chmod=x', '--nope', '--parents', '--exclude=x'])} env ${w()}`,
  (w) => `COPY <<EOF ${w() || '/f'}\ntext\nEOF`,
  (w) => `ADD ${w()} ${w()}`,
  () => 'ADD http://example.com/x /x',
  (w) => `ENV A=${w()}`,
  (w) => `ENV A ${w()} ${w()}`,
  (w) => `ARG A=${w()}`,
  () => 'ARG A',
  (w) => `WORKDIR ${w()}`,
  (w) => `USER ${w()}`,
  (w) => `EXPOSE ${w()}`,
  () => 'EXPOSE 80 443/tcp 99-101/udp',
  (w) => `VOLUME ${w()}`,
  () => 'VOLUME ["/data", "/x"]',
  (w) => `LABEL k=${w()} ${w()}`,
  (w) => `CMD ${w()} ${w()}`,
  () => 'CMD ["echo", "hi"]',
  () => 'ENTRYPOINT ["echo"]',
  (w) => `ENTRYPOINT ${w()}`,
  (w) => `HEALTHCHECK --interval=1s CMD ${w()}`,
  () => 'HEALTHCHECK NONE',
  (w) => `STOPSIGNAL ${w()}`,
  () => 'STOPSIGNAL SIGINT',
  () => 'SHELL ["/bin/sh", "-ec"]',
  (w) => `SHELL ${w()}`,
  (w) => `ONBUILD RUN echo ${w()}`,
  () => 'MAINTAINER me',
  (w) => `NOPE ${w()}`,
  (w) => `# comment ${w()}`,
  () => '',
  () => 'RUN echo a \\\n  && echo b \\\n# inside\n  && echo c',
  (w) => w(),
];

/** A Dockerfile of one to three stages, mostly sensible. */
export function dockerfile(random: Random): string {
  const word = (): string => random.pick(random.below(3) === 0 ? WORDS : WORDS.slice(0, 9));
  const lines: string[] = [];
  if (random.below(12) === 0)
    lines.push(
      random.pick([
        '# syntax=docker/dockerfile:1',
        '# escape=`',
        '# check=skip=all',
        'ARG V=latest',
        '# syntax=nope',
      ]),
    );
  const stages = 1 + random.below(3);
  for (let i = 0; i < stages; i++) {
    const from = random.pick([
      'alpine',
      'alpine',
      'busybox',
      'scratch',
      'base',
      'alpine:${V}',
      'nope',
      'nginx:alpine',
      '',
    ]);
    lines.push(
      `FROM ${from}${random.below(2) === 0 ? ` AS ${random.pick(['base', 'b', 'base', 'Bad name', '1x'])}` : ''}`,
    );
    for (let n = random.below(5); n > 0; n--) lines.push(random.pick(MAKERS)(word, random));
  }
  if (random.below(20) === 0)
    random.pick([() => lines.shift(), () => lines.reverse(), () => lines.splice(0)])();
  return `${lines.join('\n')}${random.below(8) === 0 ? '' : '\n'}`;
}

const BUILDS = [
  'docker build -t mine .',
  'docker build -t mine .',
  'docker build --no-cache .',
  'docker build -q .',
  'docker build --target base -t mine .',
  'docker build --progress=plain --build-arg A=9 -t mine:1 .',
  'DOCKER_BUILDKIT=0 docker build -t mine .',
  'docker build --check .',
  'docker build - < Dockerfile',
  'docker build --pull -t x . && docker history x',
  'docker run --rm mine',
  'docker image inspect mine',
  'docker history mine',
  'docker builder prune -f',
  'docker image prune -f',
  'docker build -o out . ; ls out | head -n 3',
];

/** Random Dockerfiles built in all ways, and what came of them used. */
export const dockerfiles: Campaign = {
  linesPerSession: LINES,
  make: (random) => ({
    lines: ['docker build -t mine .', ...Array.from({ length: LINES - 1 }, () => random.pick(BUILDS))],
    options: {
      images: ['alpine', 'busybox', 'nginx:alpine'],
      files: {
        Dockerfile: dockerfile(random),
        env: 'A=1\n',
        'sub/x': 'x\n',
        ...(random.below(4) === 0
          ? { '.dockerignore': random.pick(['*', 'sub', '!env', 'env\n!env', '[', '**/x']) }
          : {}),
      },
    },
  }),
};
