import { describe, expect, test } from 'vitest';
import { lab, refusal } from './lab.ts';

describe('networks of a swarm', () => {
  test('a published port leads to any of the tasks', async () => {
    const { run, sh } = await lab();
    await run(
      'docker service create -d --name who --replicas 3 -p 8080:80 busybox sh -c "hostname > /index.html; exec httpd -f -h /"; sleep 2',
    );
    const answers = await sh('for i in 1 2 3; do curl -s localhost:8080; done | sort -u | wc -l');
    expect(answers).toBe('3\n');
  });

  test('a service has one address, its tasks have theirs', async () => {
    const { run, sh } = await lab();
    await run('docker network create -d overlay --attachable net');
    await run(
      'docker service create -d --name api --replicas 2 --network name=net,alias=backend busybox sh -c "hostname > /index.html; exec httpd -f -h /"; sleep 2',
    );
    const ask = (words: string): Promise<string> => sh(`docker run --rm --network net busybox ${words}`);
    const vip = await sh("docker service inspect api -f '{{(index .Endpoint.VirtualIPs 0).Addr}}'");
    expect(vip).toBe('10.0.1.2/24\n');
    for (const name of ['api', 'backend'])
      expect(await ask(`ping -c 1 ${name} | head -1`)).toContain(`PING ${name} (10.0.1.2)`);
    expect((await ask('nslookup tasks.api')).match(/Address: 10\.0\.1\.\d+/g)).toHaveLength(2);
    const first = await ask('wget -qO- http://api/');
    expect(await ask('wget -qO- http://api/')).not.toBe(first);
  });

  test('only attachable ones take containers', async () => {
    const { run } = await lab();
    await run('docker network create -d overlay closed');
    expect(await refusal(run, 'docker run --rm --network closed busybox true')).toContain(
      'network closed not manually attachable',
    );
  });

  test('one in use stays', async () => {
    const { run, sh } = await lab();
    await run(
      'docker network create -d overlay net; docker service create -d --name api --network net busybox sleep 1000; sleep 1',
    );
    expect(await refusal(run, 'docker network rm net')).toMatch(/network \w{25} is in use by service \w{25}/);
    expect(
      await sh("docker inspect $(docker ps -q) -f '{{json .NetworkSettings.Networks}}' | jq -r 'keys[]'"),
    ).toBe('net\n');
    await run('docker service rm api');
    expect(await sh('docker network rm net')).toBe('net\n');
  });

  test('with host mode the node has the port', async () => {
    const { run, sh } = await lab();
    await run(
      'docker service create -d --name h --publish mode=host,published=8085,target=80 nginx; sleep 2',
    );
    expect(await sh("docker ps --format '{{.Ports}}'")).toBe('0.0.0.0:8085->80/tcp, [::]:8085->80/tcp\n');
    expect(await sh("curl -s -o /dev/null -w '%{http_code}' localhost:8085")).toBe('200');
  });
});
