import { describe, expect, test } from 'vitest';
import { lab, refusal } from './lab.ts';

const SHOP = `services:
  web:
    image: nginx
    ports: ["8080:80"]
    deploy:
      replicas: 2
  cache:
    image: redis:alpine
    volumes: [data:/data]
volumes:
  data:
`;

describe('stacks, secrets and configs', () => {
  test('a stack is deployed, changed and removed', async () => {
    const { run, sh } = await lab({ files: { 'shop.yml': SHOP } });
    expect(await sh('docker stack deploy -c shop.yml shop')).toBe(
      'Creating network shop_default\nCreating service shop_web\nCreating service shop_cache\n',
    );
    await run('sleep 3');
    expect(await sh("docker stack services shop --format '{{.Name}} {{.Replicas}} {{.Ports}}'")).toBe(
      'shop_cache 1/1 \nshop_web 2/2 *:8080->80/tcp\n',
    );
    expect(await sh('docker stack ls')).toBe('NAME      SERVICES\nshop      2\n');
    const before = await sh('docker ps -q | sort');
    await run('sed -i "s/replicas: 2/replicas: 3/" shop.yml; docker stack deploy -c shop.yml shop; sleep 3');
    expect(await sh("docker service ls -f name=shop_web --format '{{.Replicas}}'")).toBe('3/3\n');
    for (const id of before.trim().split('\n')) expect(await sh('docker ps -q')).toContain(id);
    await run('docker stack rm shop; sleep 15');
    expect(await sh('docker ps -aq | wc -l; docker volume ls -q')).toBe('0\nshop_data\n');
  });

  test('files are checked', async () => {
    const { run } = await lab({
      files: { 'bad.yml': 'services:\n  web:\n    image: nginx\n    bogus: 1\n', 'v2.yml': 'version: "2"\n' },
    });
    const says = (line: string): Promise<string> => refusal(run, `docker stack ${line}`);
    expect(await says('deploy -c bad.yml x')).toBe('1 services.web Additional property bogus is not allowed');
    expect(await says('deploy -c v2.yml x')).toBe('1 unsupported Compose file version: 2');
    expect(await says('deploy x')).toBe('1 specify a Compose file (with --compose-file)');
    expect(await says('rm nosuch')).toBe('0 Nothing found in stack: nosuch');
    expect(await says('ps nosuch')).toBe('1 nothing found in stack: nosuch');
  });

  test('secrets and configs are files in the tasks', async () => {
    const { run, sh } = await lab({ files: { 'app.conf': 'key=value\n' } });
    await run('echo s3cret | docker secret create pass -; docker config create conf app.conf');
    await run(
      'docker service create -d --name uses --secret pass --config source=conf,target=/app.conf busybox sh -c "cat /run/secrets/pass /app.conf; echo x > /run/secrets/pass; sleep 1000"; sleep 3',
    );
    expect(await sh('docker service logs --raw uses 2>&1')).toBe(
      "s3cret\nkey=value\nsh: can't create /run/secrets/pass: Read-only file system\n",
    );
    expect(await refusal(run, 'docker secret rm pass')).toContain(
      "secret 'pass' is in use by the following service: uses",
    );
    expect(await sh("docker secret inspect pass -f '{{json .Spec.Data}}'")).toBe('null\n');
    expect(await sh("docker config inspect conf -f '{{json .Spec.Data}}'")).toBe('"a2V5PXZhbHVlCg=="\n');
    await run('docker service rm uses');
    expect(await sh('docker secret rm pass; docker config rm conf')).toBe('pass\nconf\n');
  });
});
