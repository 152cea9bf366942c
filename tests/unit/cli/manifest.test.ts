import { expect, test } from 'vitest';
import { Session } from '../../../src/shell/session.ts';

async function run(images: 'lab' | readonly string[], ...commands: string[]): Promise<string[]> {
  const session = await Session.create({ seed: 'manifests', images });
  const out: string[] = [];
  for (const command of commands) {
    const { stdout, stderr, exit } = await session.run(command);
    out.push(`${stdout}${stderr}[${exit}]`);
  }
  return out;
}

test('a list is made of images of a registry, annotated, pushed and pulled', async () => {
  const answers = await run(
    'lab',
    'docker run -d -p 5000:5000 registry:2 >/dev/null; docker tag busybox localhost:5000/a:1; docker tag alpine localhost:5000/b:1; sleep 1; docker push -q localhost:5000/a:1; docker push -q localhost:5000/b:1',
    'docker manifest create --insecure localhost:5000/app:1 localhost:5000/a:1 localhost:5000/b:1',
    'docker manifest annotate --arch arm64 --variant v8 localhost:5000/app:1 localhost:5000/b:1',
    "docker manifest push --purge localhost:5000/app:1 | sed 's/sha256:[0-9a-f]*/D/g'",
    "docker manifest inspect --insecure localhost:5000/app:1 | jq -c '.manifests[].platform'",
    'docker pull -q localhost:5000/app:1; docker run --rm localhost:5000/app:1 busybox echo from the list',
    'docker manifest rm localhost:5000/app:1',
  );
  expect(answers.slice(1)).toEqual([
    'Created manifest list localhost:5000/app:1\n[0]',
    '[0]',
    'Pushed ref localhost:5000/app@D with digest: D\nPushed ref localhost:5000/app@D with digest: D\nD\n[0]',
    '{"architecture":"amd64","os":"linux"}\n{"architecture":"arm64","os":"linux","variant":"v8"}\n[0]',
    'localhost:5000/app:1\nfrom the list\n[0]',
    'No such manifest: localhost:5000/app:1\n[1]',
  ]);
});

test('without --insecure a registry without TLS has nothing', async () => {
  const answers = await run(
    'lab',
    'docker run -d -p 5000:5000 registry:2 >/dev/null; docker tag busybox localhost:5000/a:1; sleep 1; docker push -q localhost:5000/a:1',
    'docker manifest inspect localhost:5000/a:1',
    'docker manifest inspect localhost:5999/a:1',
  );
  expect(answers.slice(1)).toEqual([
    'no such manifest: localhost:5000/a:1\n[1]',
    'failed to configure transport: error pinging v2 registry: Get "https://localhost:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused\n[1]',
  ]);
});

test('Docker Hub shows manifests, and refuses what it does not have', async () => {
  const [shown, tag, repository] = await run(
    [],
    "docker manifest inspect nginx | jq -c '.schemaVersion, (.config | keys), (.layers | length > 0)'",
    'docker manifest inspect nginx:no-such-tag',
    'docker manifest inspect nosuchimage',
  );
  expect(shown).toBe('2\n["digest","mediaType","size"]\ntrue\n[0]');
  expect(tag).toBe('no such manifest: docker.io/library/nginx:no-such-tag\n[1]');
  expect(repository).toContain('denied: requested access to the resource is denied');
});
