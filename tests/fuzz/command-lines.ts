import type { Random } from '../../src/docker/kernel/random.ts';
import { allCommands, type CommandSpec, type FlagSpec, takesValue } from '../../src/docker/spec/spec.ts';

const CONTAINERS = [
  'aa',
  'bb',
  'cc',
  'web',
  'db',
  'aa',
  'bb',
  'cc',
  'web',
  'db',
  'nope',
  '/aa',
  'A-b.c_1',
  '$(docker ps -lq)',
  '$(docker ps -aq)',
  '""',
];
const IMAGES = [
  ...'alpine alpine alpine alpine alpine alpine busybox busybox nginx:alpine nginx:alpine redis:alpine hello-world ubuntu:24.04 debian:bookworm'.split(
    ' ',
  ),
  ...'mine mine:1 me/app:dev nope:latest Bad:Name alpine@sha256:00 localhost:5000/x a/b/c/d:e'.split(' '),
  '$(docker images -q)',
  "'<none>'",
];
const NETWORKS = [
  'net1',
  'net2',
  'net1',
  'net2',
  'bridge',
  'host',
  'none',
  'nope',
  'default',
  'container:aa',
  '""',
];
const VOLUMES = ['vol1', 'vol2', 'vol1', 'vol2', 'nope', 'x', 'bad/name', '""', '$(docker volume ls -q)'];
const COMMANDS = [
  'true',
  'false',
  'echo hi',
  'sleep 1',
  'sleep 100',
  'sh -c "exit 3"',
  'sh -c "echo out; echo err >&2; exit 1"',
  "sh -c 'while :; do echo x; sleep 1; done'",
  'sh -c "echo text > /data/f; cat /data/f"',
  'cat',
  'cat /etc/hosts',
  'ls -la /',
  'env',
  'nosuchprogram',
  '/etc/passwd',
  'ping -c1 aa',
  'wget -qO- http://web',
  'id',
  'ps',
  'hostname',
  '""',
  'kill 1',
  'sh',
  'touch /f',
  'rm -rf /etc /bin',
  'df',
];
const ABSURD = [
  '',
  '-1',
  '0',
  '99999999999999999999',
  'x',
  '=',
  ':',
  'ñ',
  '{{',
  '{{.}}',
  '{{json .}}',
  'a=b=c',
  ',',
  '/',
  '../..',
  '-',
  '--',
  '1e9',
  '💥',
  ' ',
  '%s',
  '\\n',
  '*',
  '0x10',
  'NaN',
  '1.5',
];

/** Values that somebody could mean, by the flag's name. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  name: ['aa', 'bb', 'cc', 'web', 'db', 'A-b.c_1', '-bad', 'bad name', 'x'],
  network: ['net1', 'net2', 'bridge', 'host', 'none', 'container:aa', 'nope', 'name=net1,alias=z', 'default'],
  'network-alias': ['alias1', 'web'],
  publish: [
    '80',
    '8080:80',
    '8081:80',
    '127.0.0.1:8080:80',
    '9000-9002:80-82',
    '8080:80/udp',
    '70000:80',
    '0:80',
    '::1:80:80',
    '80:x',
    '8000-8001:80',
    '[::1]:8088:80',
  ],
  expose: ['80', '90-92/udp', 'x'],
  volume: [
    'vol1:/data',
    'vol2:/data:ro',
    '/data',
    '.:/data',
    './sub:/data',
    '/tmp:/data:rw,z',
    'vol1:data',
    ':/data',
    'vol1:/',
    '/nope:/data',
    'vol1:/data:bad',
    '/etc/hostname:/etc/x:ro',
  ],
  mount: [
    'type=volume,src=vol1,dst=/data',
    'type=bind,src=/tmp,dst=/data',
    'type=bind,src=/nope,dst=/data',
    'type=tmpfs,dst=/data',
    'type=tmpfs,dst=/data,tmpfs-size=1m',
    'dst=/data',
    'type=volume',
    'type=image,src=alpine,dst=/x',
    'type=volume,dst=/data,readonly',
    'type=volume,dst=/d,volume-nocopy,volume-subpath=s',
  ],
  tmpfs: ['/data', '/data:size=1m', 'data'],
  'volumes-from': ['aa', 'bb:ro', 'nope'],
  'volume-driver': ['local', 'nope'],
  env: ['A=1', 'B', 'A=b c', '=x', 'PATH='],
  'env-file': ['env', 'nope'],
  label: ['k=v', 'k', 'a.b=c=d', '=v', 'muelle=1'],
  'label-file': ['env', 'nope'],
  restart: ['always', 'no', 'on-failure:2', 'unless-stopped', 'never', 'always:3'],
  memory: ['64m', '4m', '1g', '6m', 'lots', '1k'],
  'memory-swap': ['-1', '128m', '1m'],
  'memory-reservation': ['32m', '1g'],
  cpus: ['0.5', '100', '-1', 'x', '0.001'],
  user: ['nobody', '1000', '1000:1000', 'nouser', ':', '0'],
  workdir: ['/data', 'rel', '/new/dir'],
  entrypoint: ['echo', '', 'sh', '/nope', '["sh"]'],
  hostname: ['h', 'bad_host!', 'h.example'],
  ip: ['172.18.0.9', '172.30.0.9', '10.0.0.2', 'x', '::1', '172.17.0.5'],
  ip6: ['fd00::5'],
  link: ['aa:z', 'aa', 'nope:z', 'aa:b:c'],
  'add-host': ['h:1.2.3.4', 'h:host-gateway', 'h', 'h=x'],
  dns: ['1.1.1.1', 'x'],
  pid: ['host', 'container:aa', 'x', 'container:nope'],
  ipc: ['host', 'private', 'shareable', 'container:aa', 'x'],
  uts: ['host', 'x'],
  userns: ['host', 'x'],
  cgroupns: ['host', 'private', 'x'],
  'cap-add': ['NET_ADMIN', 'ALL', 'NOPE'],
  'cap-drop': ['ALL', 'CHOWN'],
  'security-opt': ['no-new-privileges', 'seccomp=unconfined', 'x'],
  ulimit: ['nofile=10:20', 'nofile=20:10', 'x=1'],
  sysctl: ['net.ipv4.ip_forward=1', 'x'],
  device: ['/dev/null', '/dev/nope:/dev/x', '/dev/null:/dev/y:rw'],
  gpus: ['all', '1'],
  'log-driver': ['none', 'json-file', 'local', 'nope', 'syslog'],
  'log-opt': ['max-size=1k', 'max-file=2', 'x=y'],
  'health-cmd': ['true', 'false', 'exit 1'],
  'health-interval': ['1s', '1ms', '0', '-1s'],
  'health-timeout': ['1s', '10ms'],
  'health-retries': ['1', '3', '-1'],
  'health-start-period': ['1s'],
  'stop-signal': ['SIGINT', 'TERM', '9', 'SIGNOPE'],
  'stop-timeout': ['1', '-1', '0'],
  signal: ['KILL', 'TERM', 'HUP', 'SIGINT', '0', '9', 'NOPE', 'STOP', 'CONT', '64', '65'],
  time: ['1', '0', '-1'],
  timeout: ['1', '0', '-1'],
  platform: ['linux/amd64', 'linux/arm64', 'x', 'windows/amd64'],
  pull: ['always', 'never', 'missing', 'x'],
  cidfile: ['cid', '/nope/cid'],
  runtime: ['runc', 'nope'],
  'shm-size': ['64m', '1b', 'x'],
  'pids-limit': ['1', '5', '-1', '100'],
  'mac-address': ['02:42:ac:11:00:09', 'x'],
  'detach-keys': ['ctrl-p', 'ctrl-x,x', 'aa', 'bad-key'],
  format: [
    'json',
    'table',
    'table {{.ID}}',
    '{{.ID}}',
    '{{json .}}',
    '{{.Nope}}',
    '{{',
    '{{.State.Status}}',
    '{{range .Mounts}}{{.Name}}{{end}}',
    '{{index .Config.Env 0}}',
    '{{printf "%q" .Name}}',
    '{{len .Id}}',
    '{{if}}',
    'table {{.Names}}\\t{{.Ports}}',
    '{{.Config}}',
    '{{index .NetworkSettings.Ports "80/tcp"}}',
    '{{slice .Id 0 4}}',
    '{{upper .Name}}{{title .Name}}',
  ],
  filter: [
    'name=aa',
    'status=exited',
    'status=nope',
    'label=k=v',
    'id=a',
    'ancestor=alpine',
    'dangling=true',
    'until=1h',
    'until=x',
    'reference=al*',
    'network=net1',
    'volume=vol1',
    'driver=bridge',
    'driver=local',
    'type=custom',
    'type=container',
    'event=start',
    'scope=local',
    'before=aa',
    'since=aa',
    'publish=80',
    'expose=80',
    'health=none',
    'exited=0',
    'x',
    'x=y',
    '=',
    'label!=k',
    'is-task=false',
    'name=[',
    'stars=3',
    'is-official=true',
    'label=[',
  ],
  since: ['1h', '0', '2026-11-21', '2026-11-21T03:38:00Z', 'x', '-1h', '10s'],
  until: ['0', '1s', '2026-11-21T03:38:10Z', '1h', 'x'],
  tail: ['1', 'all', '0', '-1', 'x'],
  last: ['1', '0', '-1', '99'],
  limit: ['1', '0', '200', '-1'],
  driver: ['bridge', 'local', 'host', 'overlay', 'macvlan', 'ipvlan', 'none', 'nope', 'null'],
  opt: [
    'type=tmpfs',
    'device=tmpfs',
    'o=size=1m',
    'com.docker.network.bridge.name=br9',
    'x=y',
    'parent=eth0',
  ],
  subnet: [
    '172.30.0.0/16',
    '10.0.0.0/24',
    '10.0.0.0/33',
    'x',
    '172.17.0.0/16',
    '10.9.0.0/30',
    'fd00::/64',
    '10.0.0.5/24',
  ],
  gateway: ['172.30.0.1', '10.0.0.254', '1.1.1.1', 'x'],
  'ip-range': ['172.30.5.0/24', '10.0.0.0/28', '10.9.0.0/31'],
  'aux-address': ['h=172.30.0.5', 'x'],
  alias: ['alias1', 'web'],
  'link-local-ip': ['169.254.1.1'],
  'driver-opt': ['x=y'],
  scope: ['local', 'swarm'],
  change: [
    'CMD ["echo"]',
    'ENV A=1',
    'NOPE',
    'EXPOSE 80',
    'RUN x',
    'LABEL a=b',
    'CMD [',
    'USER nobody',
    'VOLUME /v',
    'ENTRYPOINT echo',
    'HEALTHCHECK NONE',
    'ONBUILD RUN x',
  ],
  author: ['me'],
  message: ['hello'],
  output: ['out.tar', '/nope/out.tar', 'sub', 'type=local,dest=outdir', 'type=tar,dest=o.tar'],
  input: ['out.tar', 'nope.tar', 'env'],
  file: ['Dockerfile', 'nope', '-', 'env'],
  tag: ['mine', 'mine:1', 'me/app:dev', 'Bad'],
  target: ['base', 'nope', '0', 'last'],
  'build-arg': ['A=2', 'A', '=x'],
  progress: ['plain', 'quiet', 'tty', 'rawjson', 'x'],
  iidfile: ['iid'],
  type: ['container', 'image', 'network', 'volume', 'nope', 'swarm'],
  username: ['me'],
  password: ['secret', ''],
  group: ['x'],
  'group-add': ['wheel', '1000', 'nope'],
  isolation: ['default', 'x'],
  'storage-opt': ['size=1G', 'x'],
  annotation: ['a=b'],
  attach: ['stdin', 'stdout', 'stderr', 'x'],
};

const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  int: ['0', '1', '2', '-1', '10'],
  uint: ['0', '1', '9'],
  bytes: ['1m', '64m', '1b', '1x'],
  duration: ['1s', '10ms', '0', '1h'],
  decimal: ['1', '0.1'],
  float: ['1', '0.1'],
  list: ['x', 'a=b'],
  map: ['a=b', 'x'],
};

function quote(random: Random, value: string): string {
  if (/^\$\(/.test(value)) return value;
  if (/^[\w./:=@,+-]+$/.test(value) && random.below(8) > 0) return value;
  return value.includes("'") || random.below(4) === 0
    ? `"${value.replace(/["$`\\]/g, '\\$&')}"`
    : `'${value}'`;
}

function value(random: Random, flag: FlagSpec): string {
  const usual = VALUES[flag.name] ?? BY_TYPE[flag.type] ?? ABSURD;
  return quote(random, usualOr(random, usual));
}

function flagText(random: Random, command: CommandSpec): string {
  if (random.below(80) === 0) return random.pick(['--nope', '-?', '-Z', '--nope=1', '---', '-', '--help']);
  const { flags } = command;
  if (flags.length === 0) return '';
  const flag = random.pick(flags);
  const name = flag.short !== undefined && random.below(2) === 0 ? `-${flag.short}` : `--${flag.name}`;
  if (!takesValue(flag))
    return random.below(10) === 0 ? `${name}=${random.pick(['true', 'false', 'x', ''])}` : name;
  return `${name}${random.pick([' ', '=', name.startsWith('--') ? '=' : ''])}${value(random, flag)}`;
}

/** A word of a usage line as an argument: `CONTAINER` ⇒ the name of one. */
function argument(random: Random, word: string, command: CommandSpec): string {
  if (random.below(40) === 0) return quote(random, random.pick(ABSURD));
  if (/CONTAINER:|\|-|SRC_PATH|DEST_PATH/.test(word))
    return random.pick([
      'aa:/etc/hostname',
      'bb:/data',
      'aa:/nope/x',
      'env',
      'sub',
      '-',
      '.',
      'nope:/x',
      'aa:',
      'cc:/etc',
      '/tmp/out',
      'aa:rel',
      'sub/.',
    ]);
  if (/SERVICE/.test(word)) return random.pick(['one', 'two', 'nope']);
  if (/CONTAINER/.test(word)) return random.pick(CONTAINERS);
  if (/NEW_NAME/.test(word)) return random.pick(['aa', 'bb', 'renamed', 'bad name', '']) || '""';
  if (/IMAGE|REPOSITORY|NAME\[|NAME:TAG/.test(word)) return random.pick(IMAGES);
  if (/NETWORK/.test(word)) return random.pick(NETWORKS);
  if (/VOLUME/.test(word)) return random.pick(VOLUMES);
  if (/COMMAND|ARG/.test(word)) return random.pick(COMMANDS);
  if (/PORT/.test(word)) return random.pick(['80', '80/tcp', '80/udp', 'x', '9999']);
  if (/PATH|URL|file/.test(word))
    return random.pick(['.', 'sub', 'nope', '-', 'env', 'http://example.com/x']);
  if (/CONTEXT/.test(word)) return random.pick(['default', 'nope']);
  if (/ID|NAME/.test(word))
    return random.pick(
      command.id === 'inspect'
        ? [...CONTAINERS, ...IMAGES, ...NETWORKS, ...VOLUMES]
        : ['aa', 'alpine', 'net1', 'vol1', 'nope'],
    );
  if (command.path.startsWith('volume')) return random.pick(VOLUMES);
  if (command.path.startsWith('network')) return random.pick(NETWORKS);
  return random.pick(['x', 'aa', 'alpine', ...ABSURD.map((text) => quote(random, text))]);
}

function args(random: Random, command: CommandSpec): string[] {
  const line = (command.usage.split('\n')[0] ?? '')
    .replace(/^docker(?: [a-z-]+)*/, '')
    .replace('[OPTIONS]', '');
  const out: string[] = [];
  for (const word of line.replaceAll(' | ', '|').trim().split(/\s+/)) {
    if (word === '') continue;
    if (word.startsWith('[') && random.below(2) === 0) continue;
    if (random.below(60) === 0) continue;
    out.push(argument(random, word, command));
    if (word.includes('...')) while (random.below(3) === 0) out.push(argument(random, word, command));
  }
  if (random.below(60) === 0) out.push('extra');
  return out;
}

/** What people type most, so that there is state to work on. */
const COMMON: readonly (readonly [string, string])[] = [
  ['run', 'run -d'],
  ['run', 'run'],
  ['run', 'run -d --name'],
  ['container create', 'create'],
  ['container start', 'start'],
  ['container stop', 'stop -t 1'],
  ['container rm', 'rm -f'],
  ['exec', 'exec'],
  ['network create', 'network create'],
  ['network connect', 'network connect'],
  ['network disconnect', 'network disconnect'],
  ['network rm', 'network rm'],
  ['volume create', 'volume create'],
  ['volume rm', 'volume rm'],
  ['container commit', 'commit'],
  ['image tag', 'tag'],
  ['image rm', 'rmi'],
  ['inspect', 'inspect'],
  ['system prune', 'system prune -f'],
  ['container restart', 'restart -t 1'],
  ['container pause', 'pause'],
  ['container unpause', 'unpause'],
  ['container rename', 'rename'],
  ['container update', 'update'],
];

function dockerCommand(random: Random): string {
  const commands = allCommands();
  let spec = random.pick(commands);
  let words = spec.path;
  if (random.below(3) > 0) {
    const [path, typed] = random.pick(COMMON);
    spec = commands.find((command) => command.path === path || command.aliases.includes(path)) ?? spec;
    words = typed.endsWith('--name') ? `${typed} ${random.pick(['aa', 'bb', 'cc', 'web', 'db'])}` : typed;
  }
  const flags: string[] = [];
  while (random.below(5) < 2 && flags.length < 5) flags.push(flagText(random, spec));
  if (/prune/.test(words) && random.below(4) > 0) flags.push('-f');
  const global =
    random.below(60) === 0
      ? `${random.pick(['-D', '--debug', '-H tcp://x', '--context default', '--log-level x', '-v', '--config /tmp'])} `
      : '';
  let runArgs = args(random, spec);
  if (/^(run|create)\b/.test(words))
    runArgs = [
      random.pick(random.below(3) > 0 ? ['alpine', 'busybox', 'nginx:alpine', 'redis:alpine'] : IMAGES),
      ...(random.below(3) > 0 ? [random.pick(COMMANDS)] : []),
    ];
  if (/^exec$/.test(words)) runArgs = [random.pick(CONTAINERS), random.pick(COMMANDS)];
  return `docker ${global}${[words, ...flags, ...runArgs].filter((part) => part !== '').join(' ')}`;
}

/** Mostly one of the first, sensible half. */
function usualOr(random: Random, usual: readonly string[]): string {
  if (random.below(16) === 0) return random.pick(ABSURD);
  return random.pick(random.below(2) === 0 ? usual.slice(0, Math.ceil(usual.length / 2)) : usual);
}

const SETUP = [
  'docker run -d --name aa alpine sleep 1000',
  'docker run -d --name aa -it alpine sh',
  'docker run -d --name bb -v vol1:/data --network net1 alpine sh -c "while :; do date; sleep 1; done"',
  'docker run -d --name web -p 8080:80 nginx:alpine',
  'docker run -d --name web --network net1 -P nginx:alpine',
  'docker run -d --name db --restart always redis:alpine',
  'docker run -d --name cc --restart on-failure:3 alpine sh -c "sleep 2; exit 1"',
  'docker run --name cc -v vol2:/data -v /x alpine touch /data/f /g',
  'docker run -d --name cc --network container:aa alpine sleep 1000',
  'docker run -d --rm --name cc --health-cmd false --health-interval 1s alpine sleep 20',
  'docker create --name cc --network net2 --ip 172.30.0.9 alpine sleep 5',
  'docker volume create vol1',
  'docker build -q -t mine .',
  'docker tag alpine mine:1',
  'docker compose up -d',
];

/** Lines that make something to work on. */
export function setupLines(random: Random): string[] {
  const lines = ['docker network create net1', 'docker network create --subnet 172.30.0.0/16 net2'];
  for (let i = 0; i < 4; i++) lines.push(random.pick(SETUP));
  return lines;
}

/** A command line: mostly one `docker …`, now and then in a pipe, redirected, in a list or a substitution. */
export function commandLine(random: Random): string {
  const one = dockerCommand(random);
  switch (random.below(24)) {
    case 0:
      return `${one} | ${random.pick(['head -n 2', 'wc -l', 'cat', 'grep -c a', 'sort', 'true', 'docker load', 'docker import - mine', 'tee out'])}`;
    case 1:
      return `${one} ${random.pick(['> out.tar', '2> err', '>> out 2>&1', '< env', '> /dev/null', '> /nope/x', '&> all', '2>&1 >&2'])}`;
    case 2:
      return `${one} ${random.pick(['&&', '||', ';', '&'])} ${dockerCommand(random)}`;
    case 3:
      return `x=$(${one}); echo "$x" | head -c 100; docker inspect $x`;
    case 4:
      return `for i in 1 2; do ${one}; done`;
    case 5:
      return `echo hi | ${one}`;
    case 6:
      return `timeout 5 ${one}`;
    case 7:
      return `cd ${random.pick(['sub', '/tmp', '/home/student/lab', 'nope'])}; ${one}`;
    default:
      return one;
  }
}
