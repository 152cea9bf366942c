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

/** Words with which an instruction can work. */
const SOUND_WORDS = ['a', '/a', '/app', '.', 'env', 'sub', 'sub/x', '/etc', '$A', '${A:-x}', 'x-1'];

/** Instructions that work, given words that do. */
const SOUND: readonly ((w: () => string, random: Random) => string)[] = [
  (w) => `RUN echo ${w()} >> /tmp/f`,
  (_, random) =>
    `RUN ${random.pick(['true', 'ls -la', 'cat /etc/os-release', 'touch /x && mkdir -p /app/b /d', 'adduser -D me || true', 'rm -rf /tmp/* /x', 'pwd; env', 'id', 'sleep 1', 'chmod -R 700 /etc; chown -R 1:1 /home', 'ln -s /etc /l; ln /etc/hostname /h', 'mv /etc/hosts /hosts2 || cp /etc/hosts /hosts2', 'head -c 100000 /dev/zero > /big', 'find / -name "*.conf" | head -n 5', 'tar cf /t.tar /etc && tar tf /t.tar | wc -l'])}`,
  (w) => `RUN ["echo", "${w()}"]`,
  (w) => `RUN <<EOF\necho ${w()}\nls\nEOF`,
  () => 'RUN <<A cat && cat <<B\necho a\nA\ntext\nB',
  () => "RUN <<-'EOF'\n\techo $A\n\tEOF",
  (_, random) => `RUN --mount=type=${random.pick(['cache', 'bind', 'tmpfs'])},target=/m ls -la /m`,
  () => 'RUN --mount=type=cache,target=/c,id=x date >> /c/f',
  () => 'RUN --mount=type=bind,from=alpine,source=/etc,target=/m cat /m/hostname',
  () => 'RUN --mount=type=bind,source=env,target=/m/env cat /m/env',
  () => 'RUN --network=none true',
  (_, random) =>
    `COPY ${random.pick(['env', 'sub', '.', 'env sub/', '*', 'sub/x', '--chown=1:1 env', '--chmod=755 env', '--link env', '--parents sub/x', '--exclude=x sub'])} ${random.pick(['/app/', '/etc/', './', '/deep/er/', '/d/'])}`,
  (_, random) =>
    `COPY --from=${random.pick(['s0', 's0', 'alpine', '0', 'nginx:alpine'])} /etc/${random.pick(['hostname', 'passwd', ''])} /from/`,
  () => 'COPY <<a.txt <<b.txt /many/\none\na.txt\ntwo\nb.txt',
  () => 'COPY --chmod=700 <<EOF /run.sh\n#!/bin/sh\necho $A "$@"\nEOF',
  (_, random) => `ADD ${random.pick(['env', 'sub', '.'])} /added/`,
  (w) => `ENV A=${w()} B="two words" C=$A`,
  (w) => `ARG A=${w()}`,
  () => 'ARG TARGETARCH\nRUN echo $TARGETARCH',
  (_, random) => `WORKDIR ${random.pick(['/app', 'rel', '..', '/a/b/c'])}`,
  (_, random) => `USER ${random.pick(['nobody', 'root', '1000', '1000:1000', '0'])}`,
  (_, random) => `EXPOSE ${random.pick(['80', '443/tcp', '90-92/udp', '80 81'])}`,
  (_, random) => `VOLUME ${random.pick(['/data', '["/v1", "/v2"]', '/app'])}`,
  (w) => `LABEL k="${w()}" a.b=c`,
  () => 'CMD ["echo", "hi"]',
  () => 'CMD echo "$HOME" && exec sleep 1',
  () => 'ENTRYPOINT ["echo"]',
  () => 'ENTRYPOINT sleep 2',
  () => 'HEALTHCHECK --interval=1s --retries=1 CMD true',
  () => 'STOPSIGNAL SIGINT',
  () => 'SHELL ["/bin/sh", "-ec"]',
  () => 'ONBUILD RUN echo child > /onbuild',
  () => 'ONBUILD COPY env /onbuild-env',
  () => 'RUN echo a \\\n  && echo b \\\n# inside\n  && echo c',
];

/** A Dockerfile that builds more often than not. */
function soundDockerfile(random: Random): string {
  const word = (): string => random.pick(SOUND_WORDS);
  const lines: string[] = random.below(4) === 0 ? ['ARG V=latest'] : [];
  const stages = 1 + random.below(3);
  for (let i = 0; i < stages; i++) {
    const from = random.pick([
      'alpine',
      'alpine',
      'busybox',
      'nginx:alpine',
      ...(i > 0 ? ['s0', `s${i - 1}`] : []),
    ]);
    lines.push(`FROM ${from} AS ${i === stages - 1 ? 'base' : `s${i}`}`);
    for (let n = 1 + random.below(6); n > 0; n--)
      lines.push(
        random.pick(i === 0 ? SOUND.filter((make) => !make(word, random).includes('--from=s0')) : SOUND)(
          word,
          random,
        ),
      );
  }
  return `${lines.join('\n')}\n`;
}

/** Instructions of all kinds, most with something wrong; `w` is a random word. */
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
  (w) => `RUN <<A cat <<B\necho ${w().replace(/["\\[]/g, '')}\nA\ntext\nB`,
  () => 'RUN <<EOF sh\necho $0\nEOF',
  () => "RUN <<-'EOF'\n\techo $A\n\tEOF",
  () => 'COPY <<a.txt <<b.txt /many/\none\na.txt\ntwo\nb.txt',
  () => 'COPY <<"E" /raw\n$A \\\nE',
  (w) => `COPY ["env", "${w().replace(/["\\]/g, '')}"]`,
  (w) => `ADD --checksum=sha256:${w()} https://example.com/x /x`,
  (w) => `ADD --keep-git-dir=true https://github.com/x/y.git ${w()}`,
  (w, random) =>
    `RUN --mount=type=bind,from=${random.pick(['base', 'alpine', 'nope', 'b'])},source=/etc,target=/m,rw cat /m/hostname; ls ${w()}`,
  () => 'RUN --mount=type=cache,target=/c,id=x,sharing=locked,uid=1 touch /c/f && ls -la /c',
  () => 'RUN --mount=type=secret,id=s,required cat /run/secrets/s',
  (w, random) => `RUN --network=${random.pick(['none', 'host', 'default', 'x'])} ping -c1 ${w() || 'a'}`,
  (w, random) => `RUN --security=${random.pick(['sandbox', 'insecure', 'x'])} echo ${w()}`,
  (w) => `RUN set -e; false | true; echo "${w().replace(/["\\$`]/g, '')}" >> /log; cat /log`,
  () => 'RUN sleep 2 & sleep 1; kill %1; wait',
  () => 'RUN ln -s /nope /l; ln /etc/hostname /h; chmod 700 /h; chown 1:1 /h; mkfifo /p; rm -rf /etc/apk',
  () => 'ENV A=1 B="$A two" C=${B:-x} D=\'$A\'',
  (w) => `ARG B=\${A:+${w().replace(/[${}]/g, '')}} C`,
  () => 'ARG TARGETPLATFORM BUILDPLATFORM TARGETARCH\nRUN echo $TARGETPLATFORM $TARGETARCH',
  (w) => `USER ${w()}:${w()}`,
  () => 'HEALTHCHECK --interval=1s --timeout=1s --start-period=0s --retries=1 CMD ["true"]',
  (w, random) => `HEALTHCHECK --${random.pick(['interval', 'retries', 'nope', 'timeout'])}=${w()} CMD true`,
  (w) => `ONBUILD ${w()} x`,
  () => 'ONBUILD COPY env /onbuild',
  () => 'SHELL ["/bin/nope", "-c"]',
  () => 'EXPOSE $A 1-2-3 99999',
  () => 'LABEL a="b c" d=\'e\' "f g"=h i.j=k \\\n  l=m',
  () => 'CMD echo "$HOME" && exec sleep 1',
  () => "ENTRYPOINT ['sh']",
  () => 'WORKDIR rel\nWORKDIR ../..\nWORKDIR $A/x',
  () => 'VOLUME $A /v\nRUN touch /v/lost',
];

/** A Dockerfile of one to three stages, two of three sensible. */
export function dockerfile(random: Random): string {
  if (random.below(3) > 0) return soundDockerfile(random);
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
  'docker build -o type=tar,dest=- . | tar t | head -n 3',
  'docker build --build-arg V=3 --build-arg A -t mine --label x=y .',
  'docker build --secret id=s,src=env -t mine .',
  'docker build --build-context base=docker-image://busybox -t mine .',
  'docker build --no-cache-filter base -t mine .',
  'docker build --iidfile iid -q . && cat iid',
  'docker build --platform linux/arm64 -t mine .',
  'docker build --network none -t mine .',
  'docker build --add-host h:1.2.3.4 --ulimit nofile=10:20 -t mine .',
  'docker build --progress tty -t mine .',
  'docker build --metadata-file m -t mine . && cat m',
  'docker build --call outline .',
  'docker build --call targets,format=json .',
  'docker build -t mine sub',
  'docker build -f sub/x .',
  'tar c . | docker build -t mine -',
  'touch new; docker build -t mine .',
  'timeout 2 docker build --no-cache -t mine .',
  'docker build -t one . & docker build -t two .; wait',
  'docker run -d --name aa mine; sleep 2; docker logs aa; docker diff aa; docker rm -f aa',
  'docker run --rm --entrypoint sh mine -c "ls -la /; env; id; cat /log"',
  'docker save mine | docker load',
  'docker rmi -f mine',
  'docker buildx du --verbose',
  'docker buildx history ls',
  'docker image ls --tree',
  'docker system df -v',
  'printf "FROM mine\\nRUN id\\n" | docker build -t child -',
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
