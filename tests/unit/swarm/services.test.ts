import { describe, expect, test } from 'vitest';
import { lab, refusal } from './lab.ts';

describe('services', () => {
  test('run as many tasks as they are to have, as containers', async () => {
    const { run, sh } = await lab();
    const { stdout } = await run('docker service create --name web --replicas 2 nginx');
    expect(stdout).toMatch(/^[0-9a-z]{25}\noverall progress: 0 out of 2 tasks\n1\/2: {2}\n2\/2: {2}\n/);
    expect(stdout).toContain('overall progress: 2 out of 2 tasks\nverify: Waiting 5 seconds');
    expect(stdout).toMatch(/verify: Service [0-9a-z]{25} converged\n$/);
    expect(
      await sh("docker ps --format '{{.Names}} {{.Image}}' | sed 's/[0-9a-z]*$//;s/\\.[0-9a-z]* / /' | sort"),
    ).toBe('web.1 nginx:\nweb.2 nginx:\n');
    await run('docker service scale -d web=5; sleep 2');
    expect(await sh("docker service ls --format '{{.Name}} {{.Mode}} {{.Replicas}}'")).toBe(
      'web replicated 5/5\n',
    );
    await run('docker service scale -d web=1; sleep 6');
    expect(await sh("docker service ps web --format '{{.Name}} {{.DesiredState}}'")).toBe('web.1 Running\n');
    expect(await sh('docker ps -aq | wc -l')).toBe('1\n');
  });

  test('replace a task that ends, after five seconds', async () => {
    const { run, sh } = await lab();
    await run(
      'docker service create -d --name web busybox sleep 1000; sleep 2; docker rm -f $(docker ps -q)',
    );
    expect(await sh("sleep 1; docker service ls --format '{{.Replicas}}'")).toBe('0/1\n');
    expect(await sh("sleep 6; docker service ls --format '{{.Replicas}}'")).toBe('1/1\n');
    expect(await sh("docker service ps web --format '{{.Name}} {{.DesiredState}} {{.Error}}'")).toBe(
      'web.1 Running \nweb.1 Shutdown "task: non-zero exit (137)"\n',
    );
  });

  test('keep only so much history', async () => {
    const { run, sh } = await lab();
    await run('docker service create -d --name bad --restart-delay 100ms busybox false; sleep 20');
    expect(await sh('docker service ps -q bad | wc -l')).toBe('5\n');
  });

  test('are updated one task after the other, and rolled back', async () => {
    const { run, sh } = await lab();
    await run('docker service create -d --name web --replicas 2 busybox sleep 1000; sleep 2');
    const { stdout } = await run('docker service update --stop-grace-period 1s --env-add A=1 web');
    expect(stdout).toContain('overall progress: 1 out of 2 tasks');
    expect(stdout).toMatch(/verify: Service web converged\n$/);
    expect(
      await sh(
        "docker service inspect web -f '{{.Spec.TaskTemplate.ContainerSpec.Env}} {{.UpdateStatus.State}}'",
      ),
    ).toBe('[A=1] completed\n');
    await run('docker service rollback -q web');
    expect(
      await sh(
        "docker service inspect web -f '{{json .Spec.TaskTemplate.ContainerSpec.Env}} {{.UpdateStatus.State}}'",
      ),
    ).toBe('null rollback_completed\n');
  });

  test('an update that fails pauses', async () => {
    const { run } = await lab();
    await run('docker service create -d --name web --stop-grace-period 1s busybox sleep 1000; sleep 2');
    const { stderr, exit } = await run('docker service update --args false web');
    expect(stderr).toMatch(
      /^service update paused: update paused due to failure or early termination of task \w{25}\n$/,
    );
    expect(exit).toBe(1);
  });

  test('scaling leaves the tasks that run alone', async () => {
    const { run, sh } = await lab();
    await run('docker service create -d --name web nginx; sleep 2');
    const before = await sh('docker ps -q');
    await run('docker service scale -d web=2; sleep 2');
    expect(await sh('docker ps -q')).toContain(before.trim());
    expect(await sh('docker service ps web --filter desired-state=shutdown -q | wc -l')).toBe('0\n');
  });

  test('what cannot be is refused', async () => {
    const { run } = await lab();
    await run('docker service create -d --name web -p 8080:80 nginx');
    const says = (line: string): Promise<string> => refusal(run, `docker service ${line}`);
    expect(await says('create --name web busybox')).toContain('service web already exists');
    expect(await says('create -d -p 8080:80 nginx')).toMatch(
      /port '8080' is already in use by service 'web' \(\w{25}\) as an ingress port$/,
    );
    expect(await says('create --mode global --replicas 2 nginx')).toBe(
      '1 replicas can only be used with replicated or replicated-job mode',
    );
    expect(await says('create --secret nosuch nginx')).toBe('1 secret not found: nosuch');
    expect(await says('scale nosuch=1')).toBe(
      '1 nosuch: Error response from daemon: service nosuch not found',
    );
    expect(await says('inspect nosuch')).toBe('1 Error: no such service: nosuch');
    expect(await says('rollback web')).toContain('does not have a previous spec');
    expect(await refusal(run, 'docker run -d -p 8080:80 nginx')).toContain('address already in use');
  });

  test('jobs end', async () => {
    const { run, sh } = await lab();
    const { stdout } = await run(
      'docker service create --name job --mode replicated-job --replicas 3 --max-concurrent 1 busybox echo hi',
    );
    expect(stdout).toMatch(/job complete\n$/);
    expect(await sh("docker service ls --format '{{.Mode}} {{.Replicas}}'")).toBe(
      'replicated job 0/1 (3/3 completed)\n',
    );
    expect(await sh('docker service logs --raw job')).toBe('hi\nhi\nhi\n');
  });

  test('constraints are looked at', async () => {
    const { run, sh } = await lab();
    await run(
      'docker service create -d --name c --constraint node.labels.disk==ssd busybox sleep 1000; sleep 1',
    );
    expect(await sh("docker service ls --format '{{.Replicas}}'")).toBe('0/1\n');
    await run('docker node update --label-add disk=ssd $(docker node ls -q); sleep 2');
    expect(await sh("docker service ls --format '{{.Replicas}}'")).toBe('1/1\n');
  });
});
