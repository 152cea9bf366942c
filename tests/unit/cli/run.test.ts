import { describe, expect, test } from 'vitest';
import { type CreateRequest, DockerError, type EngineApi } from '../../../src/docker/engine/api.ts';
import { docker } from './machine.ts';

/** Creates with these words and returns what the engine was asked for. */
async function request(...words: string[]): Promise<CreateRequest> {
  let asked: CreateRequest | undefined;
  const engine: Partial<EngineApi> = {
    *containerCreate(given) {
      asked = given;
      return { Id: 'f'.repeat(64), Warnings: [] };
    },
  };
  const { stderr } = await docker(['create', ...words, 'busybox', 'true'], engine, { FROM_HOST: 'yes' });
  if (asked === undefined) throw new Error(stderr);
  return asked;
}

describe('options of run and create', () => {
  test('environment', async () => {
    const { Config } = await request('-e', 'A=1', '--env', 'FROM_HOST', '-e', 'UNSET');
    expect([...(Config.Env ?? [])].sort()).toEqual(['A=1', 'FROM_HOST=yes', 'UNSET']);
  });

  test('ports, ranges and exposed ports', async () => {
    const { Config, HostConfig } = await request(
      '-p',
      '127.0.0.1:8080:80',
      '-p',
      '9000-9001:80-81/udp',
      '-p',
      '8000-8001:70',
      '--expose',
      '5-6',
    );
    expect(HostConfig?.PortBindings).toEqual({
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      '80/udp': [{ HostIp: '', HostPort: '9000' }],
      '81/udp': [{ HostIp: '', HostPort: '9001' }],
      '70/tcp': [{ HostIp: '', HostPort: '8000-8001' }],
    });
    expect(Object.keys(Config.ExposedPorts ?? {})).toEqual([
      '80/tcp',
      '80/udp',
      '81/udp',
      '70/tcp',
      '5/tcp',
      '6/tcp',
    ]);
  });

  test('volumes and mounts', async () => {
    const { Config, HostConfig } = await request(
      '-v',
      './site:/site:ro',
      '-v',
      'data:/data',
      '-v',
      '/scratch',
      '--mount',
      'type=bind,src=/a,dst=/b,ro',
      '--tmpfs',
      '/t:size=1m',
    );
    expect(HostConfig?.Binds).toEqual(['/home/student/lab/site:/site:ro', 'data:/data']);
    expect(Config.Volumes).toEqual({ '/scratch': {} });
    expect(HostConfig?.Mounts).toEqual([{ Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true }]);
    expect(HostConfig?.Tmpfs).toEqual({ '/t': 'size=1m' });
  });

  test('limits', async () => {
    const { HostConfig } = await request(
      '-m',
      '64m',
      '--memory-swap',
      '-1',
      '--cpus',
      '1.5',
      '--pids-limit',
      '10',
      '--ulimit',
      'nofile=1:2',
    );
    expect(HostConfig).toMatchObject({
      Memory: 67_108_864,
      MemorySwap: -1,
      NanoCpus: 1_500_000_000,
      PidsLimit: 10,
      Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
    });
  });

  test('networks', async () => {
    const { HostConfig, NetworkingConfig } = await request(
      '--network',
      'name=app,alias=web',
      '--network',
      'back',
      '--ip',
      '10.0.0.5',
    );
    expect(HostConfig?.NetworkMode).toBe('app');
    expect(NetworkingConfig?.EndpointsConfig).toEqual({
      app: { Aliases: ['web'], IPAMConfig: { IPv4Address: '10.0.0.5' } },
      back: {},
    });
  });

  test('health, restart, labels, entry point', async () => {
    const { Config, HostConfig } = await request(
      '--health-cmd',
      'true',
      '--health-interval',
      '1s',
      '--restart',
      'on-failure:3',
      '-l',
      'a=b',
      '-l',
      'c',
      '--entrypoint',
      '',
    );
    expect(Config.Healthcheck).toEqual({ Test: ['CMD-SHELL', 'true'], Interval: 1_000_000_000 });
    expect(HostConfig?.RestartPolicy).toEqual({ Name: 'on-failure', MaximumRetryCount: 3 });
    expect(Config.Labels).toEqual({ a: 'b', c: '' });
    expect(Config.Entrypoint).toEqual(['']);
  });

  const hint = "\n\nRun 'docker run --help' for more information\n";
  test.each([
    ['-p 80:80:80:80', 'invalid IP address: 80:80'],
    ['-p 70000:80', 'invalid hostPort: 70000'],
    ['-p 80:http', 'invalid containerPort: http'],
    ['-p 8080:80/xyz', 'invalid proto: xyz'],
    ['-p 8000-8001:80-83', 'invalid ranges specified for container and host Ports: 80-83 and 8000-8001'],
    ['--expose abc', "invalid range format for --expose: invalid start port 'abc': invalid syntax"],
    ['-v :/data', 'invalid spec: :/data: empty section between colons'],
    ['--env-file missing.env', '--env-file: open missing.env: no such file or directory'],
    ['--rm --restart always', 'conflicting options: cannot specify both --restart and --rm'],
    ['--restart on-failure:x', 'invalid restart policy format: maximum retry count must be an integer'],
    ['--pull sometimes', 'invalid pull option: \'sometimes\': must be one of "always", "missing" or "never"'],
    ['--no-healthcheck --health-cmd x', '--no-healthcheck conflicts with --health-* options'],
    ['--pid nonsense', '--pid: invalid PID mode'],
    ['--mac-address zz', 'zz is not a valid mac address'],
    [
      '--network app --network bridge',
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    ],
    ['--device ::', 'bad format for path: ::'],
  ])('run %s', async (words, message) => {
    expect(await docker(['run', ...words.split(' '), 'busybox'])).toEqual({
      stdout: '',
      stderr: `docker: ${message}${hint}`,
      exit: 125,
    });
  });

  test.each([
    ['--memory lots', 'invalid argument "lots" for "-m, --memory" flag: invalid size: \'lots\''],
    ['--cpus abc', 'invalid argument "abc" for "--cpus" flag: failed to parse abc as a rational number'],
    [
      '--mount target=',
      'invalid argument "target=" for "--mount" flag: invalid value for \'target\': value is empty',
    ],
    ['--ulimit nofile', 'invalid argument "nofile" for "--ulimit" flag: invalid ulimit argument: nofile'],
    ['--ip nonsense', 'invalid argument "nonsense" for "--ip" flag: failed to parse IP: "nonsense"'],
    [
      '-a nowhere',
      'invalid argument "nowhere" for "-a, --attach" flag: valid streams are STDIN, STDOUT and STDERR',
    ],
    [
      '--health-interval 5',
      'invalid argument "5" for "--health-interval" flag: time: missing unit in duration "5"',
    ],
    ['--sysctl a=b', 'invalid argument "a=b" for "--sysctl" flag: sysctl \'a=b\' is not allowed'],
    ['--link a:b:c', 'invalid argument "a:b:c" for "--link" flag: bad format for links: a:b:c'],
    [
      '--blkio-weight 70000',
      'invalid argument "70000" for "--blkio-weight" flag: strconv.ParseUint: parsing "70000": value out of range',
    ],
  ])('run %s is refused while it is read', async (words, message) => {
    const { stderr, exit } = await docker(['run', ...words.split(' '), 'busybox']);
    expect(stderr).toBe(
      `${message}\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n`,
    );
    expect(exit).toBe(125);
  });

  test('a missing image is pulled, its report on standard error', async () => {
    let present = false;
    const { stdout, stderr, exit } = await docker(['create', 'web'], {
      *containerCreate() {
        if (!present) throw new DockerError('no-such-image', { name: 'web:latest' });
        return { Id: 'a'.repeat(64), Warnings: ['careful'] };
      },
      *imagePull(_reference, _options, emit) {
        yield* emit({ id: 'latest', status: 'Pulling from library/web' });
        yield* emit({ id: '67e3e36d2691', status: 'Downloading', progressDetail: { current: 1, total: 2 } });
        yield* emit({ status: 'Status: Downloaded newer image for web:latest' });
        present = true;
      },
    });
    expect(stderr).toBe(
      "Unable to find image 'web:latest' locally\nlatest: Pulling from library/web\nStatus: Downloaded newer image for web:latest\nWARNING: careful\n",
    );
    expect([stdout, exit]).toEqual([`${'a'.repeat(64)}\n`, 0]);
  });
});
