import { describe, expect, test } from 'vitest';
import { lab, refusal } from './lab.ts';

const NO_MANAGER =
  '1 Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

describe('the swarm', () => {
  test('without one, its commands say so', async () => {
    const { run } = await lab({ swarm: false });
    for (const line of ['node ls', 'service ls', 'stack ls', 'secret ls', 'network create -d overlay x'])
      expect(await refusal(run, `docker ${line}`)).toBe(NO_MANAGER);
    expect(await refusal(run, 'docker swarm leave')).toBe(
      '1 Error response from daemon: This node is not part of a swarm',
    );
  });

  test('begins with init and ends with leave', async () => {
    const { run, sh } = await lab();
    expect(await sh("docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'")).toBe(
      'muelle Ready Leader\n',
    );
    expect(await sh("docker info -f '{{.Swarm.LocalNodeState}} {{.Swarm.NodeAddr}}'")).toBe(
      'active 10.0.2.15\n',
    );
    expect(await sh("docker network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'")).toBe(
      'bridge bridge local\ndocker_gwbridge bridge local\nhost host local\ningress overlay swarm\nnone null local\n',
    );
    expect(await refusal(run, 'docker swarm init')).toContain('already part of a swarm');
    expect(await refusal(run, 'docker swarm leave')).toContain('Use `--force`');
    expect(await sh('docker swarm leave --force')).toBe('Node left the swarm.\n');
    expect(await refusal(run, 'docker node ls')).toBe(NO_MANAGER);
    expect(await sh("docker network ls --filter driver=overlay --format '{{.Name}}'")).toBe('');
  });

  test('is joined with tokens that can be changed', async () => {
    const { sh } = await lab();
    const worker = await sh('docker swarm join-token -q worker');
    expect(worker).toMatch(/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}\n$/);
    expect(await sh('docker swarm join-token worker')).toContain(`--token ${worker.trim()} 10.0.2.15:2377`);
    expect(await sh('docker swarm join-token --rotate -q worker')).not.toBe(worker);
  });

  test('gives the same IDs for the same seed', async () => {
    const [a, b] = await Promise.all([lab(), lab()]);
    expect(await a.sh('docker node ls -q')).toBe(await b.sh('docker node ls -q'));
  });

  test('drained, its node gives its tasks up', async () => {
    const { run, sh } = await lab();
    await run('docker service create -d --name web --stop-grace-period 1s busybox sleep 1000; sleep 2');
    await run('docker node update --availability drain $(docker node ls -q); sleep 5');
    expect(await sh("docker service ls --format '{{.Replicas}}'")).toBe('0/1\n');
    expect(await sh("docker service ps web --no-trunc --format '{{.Error}}' | head -1")).toBe(
      '"no suitable node (1 node not available for new tasks)"\n',
    );
    await run('docker node update --availability active $(docker node ls -q); sleep 3');
    expect(await sh("docker service ls --format '{{.Replicas}}'")).toBe('1/1\n');
  });
});
