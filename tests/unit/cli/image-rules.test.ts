import { expect, test } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

/** Both streams and the exit code of each command, in one session that has every image. */
async function lab(...commands: string[]): Promise<string[]> {
  const session = await Session.create({ seed: 'image rules', images: 'lab' });
  const out: string[] = [];
  for (const command of commands) {
    const { stdout, stderr, exit } = await session.run(command);
    out.push(`${stdout}${stderr}[${exit}]`);
  }
  return out;
}

test('an unset address prints as Go prints it, and index does not find ports by text', async () => {
  const [, , address, port, bindings] = await lab(
    'docker create --name idle busybox true',
    'docker run -d --name web -p 8080:80 nginx',
    "docker inspect idle -f '{{.NetworkSettings.Networks.bridge.IPAddress}}|{{json .NetworkSettings.Networks.bridge.IPAddress}}'",
    `docker inspect web -f '{{index .HostConfig.PortBindings "80/tcp"}} {{(index .NetworkSettings.Ports "80/tcp" 0).HostPort}}'`,
    "docker inspect web -f '{{.HostConfig.PortBindings}}'",
  );
  expect(address).toBe('invalid IP|""\n[0]');
  expect(port).toBe('[map[HostIp: HostPort:8080]] 8080\n[0]');
  expect(bindings).toBe('map[80/tcp:[{invalid IP 8080}]]\n[0]');
});

test('docker ps tries its template before it has a row', async () => {
  expect(await lab("docker ps --format '{{.Nope}}'", "docker ps --format '{{slice .ID 0 3}}'")).toEqual([
    `failed to execute template: template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type *formatter.ContainerContext\n[1]`,
    'failed to execute template: template: :1:2: executing "" at <slice .ID 0 3>: error calling slice: index out of range: 3\n[1]',
  ]);
});

test('a digest that was pulled is a name: it goes with the last tag of its repository', async () => {
  const [, tags, tree, removed, twice] = await lab(
    "docker pull -q hello-world@$(docker image inspect hello-world -f '{{.Id}}')",
    "docker image inspect hello-world -f '{{len .RepoTags}}'; docker images hello-world --format '{{.Tag}}'",
    "docker images --tree ubuntu | cut -d' ' -f1",
    'docker rmi hello-world | cut -c1-20',
    'docker rmi $(docker images -q debian | head -1) 2>&1 | cut -d- -f2',
  );
  expect(tags).toBe('2\nlatest\n[0]');
  expect(tree).toBe('IMAGE\nubuntu:14.04\n└─\n\nubuntu:22.04\n└─\n\nubuntu:24.04\nubuntu:latest\n└─\n\n[0]');
  expect(removed?.split('\n').map((line) => line.slice(0, 10))).toEqual([
    'Untagged: ',
    'Untagged: ',
    'Deleted: s',
    '[0]',
  ]);
  expect(twice).toBe(' image is referenced in multiple repositories\n[0]');
});

test.each([
  ['docker tag busybox sha256:x', 'refusing to create an ambiguous tag using digest algorithm as name'],
  ['docker image prune -f --filter dangling=false', "invalid filter 'dangling=[false true]'"],
  ['docker ps --filter =x', 'invalid filter\n'],
  ['docker search --limit 101 nginx', 'limit 101 is outside the range of [1, 100]'],
  [
    'docker search --filter stars=abc nginx',
    `invalid filter 'stars=abc': strconv.Atoi: parsing "abc": invalid syntax`,
  ],
  ['docker rmi UPPER', 'invalid reference format: repository name (library/UPPER) must be lowercase'],
  [
    'docker image inspect --platform linux/arm64 busybox',
    'image with reference busybox was found but does not provide the specified platform (linux/arm64)',
  ],
  [
    'docker history --platform linux/aarch64 busybox',
    'does not provide the specified platform (linux/arm64)',
  ],
  [
    'docker pull --platform bogus busybox',
    '"bogus": unknown operating system or architecture: invalid argument',
  ],
  [
    'docker run --platform a/b/c/d busybox',
    'error parsing specified platform: "a/b/c/d": cannot parse platform specifier',
  ],
  ['docker save -o . busybox', 'failed to save image: cannot write to a directory'],
  ['echo x > x.tar; docker import x.tar', 'unexpected EOF'],
  ['docker run -d --name web nginx; docker port web abc', "invalid port 'abc': invalid syntax"],
])('%s is refused', async (command, words) => {
  const [answer] = await lab(command);
  expect(answer).toContain(words);
  expect(answer).toMatch(/\[(?:1|125)\]$/);
});

test('a cgroup parent is a slice where systemd is the driver', async () => {
  const session = await Session.create({ seed: 'slices', images: ['busybox'] });
  const refused = await session.run('docker create --cgroup-parent NaN busybox');
  expect(refused.stderr).toBe(
    'Error response from daemon: cgroup-parent for systemd cgroup should be a valid slice named as "xxx.slice"\n',
  );
  const taken = await session.run(
    "docker create --cgroup-parent my.slice --name c1 busybox >/dev/null; docker inspect c1 -f '{{.HostConfig.CgroupParent}}'",
  );
  expect(taken.stdout).toBe('my.slice\n');
});

test('removing a container waits for its end, as the daemon does', async () => {
  expect(
    await lab('docker create --name brief busybox true >/dev/null; docker start brief; docker rm brief'),
  ).toEqual(['brief\nbrief\n[0]']);
});

test('a commit with a new entry point drops the old command', async () => {
  const [, config] = await lab(
    'docker run -d --name c busybox sleep 100; docker run -d --name cc busybox sleep 100',
    `docker commit -c 'ENTRYPOINT ["echo"]' cc a >/dev/null; docker commit -c 'CMD ["x"]' -c 'ENTRYPOINT ["echo"]' cc b >/dev/null; docker image inspect a b -f '{{.Config.Entrypoint}} {{.Config.Cmd}}'`,
  );
  expect(config).toBe('[echo] []\n[echo] [x]\n[0]');
});

test('jq maps objects, too', async () => {
  expect(await lab(`echo '{"a":1,"b":2}' | jq -c 'map(.+1), (map(select(. > 1))|length)'`)).toEqual([
    '[2,3]\n1\n[0]',
  ]);
});
