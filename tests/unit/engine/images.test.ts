import { beforeEach, describe, expect, test } from 'vitest';
import { humanDuration } from '../../../src/docker/engine/human.ts';
import { familiar, parseReference } from '../../../src/docker/engine/reference.ts';
import { digestOf } from '../../../src/docker/engine/sha256.ts';
import { Lab, refusal } from './lab.ts';

let lab: Lab;

beforeEach(() => {
  lab = new Lab();
});

const remove = (ref: string, force = false) => lab.run(() => lab.engine.imageRemove(ref, { force }));
const id = (ref: string) => lab.engine.imageInspect(ref).Id;

test('SHA-256', () => {
  expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digestOf('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digestOf('a'.repeat(1_000_000))).toBe(
    'sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
  );
});

test('durations', () => {
  expect(
    [0, 1500, 59_000, 61_000, 3_599_000, 3_600_000 * 1.4, 3_600_000 * 30, 86_400_000 * 3].map(humanDuration),
  ).toEqual([
    'Less than a second',
    '1 second',
    '59 seconds',
    'About a minute',
    '59 minutes',
    'About an hour',
    '30 hours',
    '3 days',
  ]);
});

describe('references', () => {
  test('are read as people write them', () => {
    expect(parseReference('nginx')).toMatchObject({
      domain: 'docker.io',
      path: 'library/nginx',
      tag: undefined,
    });
    expect(parseReference('localhost:5000/team/app:v2')).toMatchObject({
      domain: 'localhost:5000',
      path: 'team/app',
      tag: 'v2',
    });
    expect(familiar(parseReference('docker.io/library/nginx:1'))).toBe('nginx:1');
    expect(refusal(() => parseReference('UPPER'))).toBe(
      'invalid reference format: repository name (library/UPPER) must be lowercase',
    );
    for (const bad of ['bad name', 'a:b:c', 'busybox:', 'busybox@sha256:123', ''])
      expect(refusal(() => parseReference(bad))).toBe('invalid reference format');
  });
});

describe('pull', () => {
  test('reports layers, digest and status; a second pull finds it up to date', () => {
    const messages = lab.pull('busybox');
    const layer = messages[1]?.id;
    expect(
      messages.filter((m) => (m.progressDetail?.total ?? 0) === 0).map((m) => `${m.id ?? ''} ${m.status}`),
    ).toEqual([
      'latest Pulling from library/busybox',
      `${layer} Pulling fs layer`,
      `${layer} Download complete`,
      `${layer} Pull complete`,
      ` Digest: ${id('busybox')}`,
      ' Status: Downloaded newer image for busybox:latest',
    ]);
    expect(lab.pull('busybox').at(-1)?.status).toBe('Status: Image is up to date for busybox:latest');
    expect(lab.pull('busybox:1').map((m) => m.status)).toEqual([
      'Pulling from library/busybox',
      `Digest: ${id('busybox')}`,
      'Status: Downloaded newer image for busybox:1',
    ]);
    expect(lab.engine.imageInspect('busybox')).toMatchObject({
      RepoTags: ['busybox:1', 'busybox:latest'],
      RepoDigests: [`busybox@${id('busybox')}`],
    });
  });

  test('the same image has the same ID in every session', () => {
    lab.pull('web');
    const other = new Lab('other seed');
    other.pull('web');
    expect(other.engine.imageInspect('web').Id).toBe(id('web'));
  });

  test('refusals', () => {
    expect(refusal(() => lab.pull('nosuchimage'))).toBe(
      "pull access denied for nosuchimage, repository does not exist or may require 'docker login'",
    );
    expect(refusal(() => lab.pull('busybox:9.9.9'))).toBe(
      'failed to resolve reference "docker.io/library/busybox:9.9.9": docker.io/library/busybox:9.9.9: not found',
    );
    lab.engine.online = false;
    expect(refusal(() => lab.pull('busybox'))).toContain('no such host');
  });
});

describe('rmi', () => {
  beforeEach(() => {
    lab.pull('busybox');
  });

  test('takes a name away, then the image with its last one', () => {
    const image = id('busybox');
    lab.engine.imageTag('busybox', 'mybox:1.0');
    expect(remove('mybox:1.0')).toEqual([{ Untagged: 'mybox:1.0' }]);
    expect(remove('busybox')).toEqual([{ Untagged: 'busybox:latest' }, { Deleted: image }]);
    expect(refusal(() => remove('busybox'))).toBe('No such image: busybox:latest');
  });

  test('by ID with several repositories needs force', () => {
    const short = id('busybox').slice(7, 19);
    lab.engine.imageTag('busybox', 'aa');
    expect(refusal(() => remove(short))).toBe(
      `conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`,
    );
    expect(remove(short, true)).toHaveLength(3);
  });

  test('in use by containers', () => {
    const image = id('busybox');
    const short = image.slice(7, 19);
    const container = lab.create('busybox', ['env'], { name: 'user' });
    expect(refusal(() => remove('busybox'))).toBe(
      `conflict: unable to delete busybox:latest (must be forced) - container ${container.slice(0, 12)} is using its referenced image ${short}`,
    );
    expect(refusal(() => remove(short))).toBe(
      `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container ${container.slice(0, 12)}`,
    );
    lab.engine.imageTag('busybox', 'keep');
    const running = lab.start('keep', ['sleep', '1000']);
    expect(refusal(() => remove(short, true))).toBe(
      `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container ${running.slice(0, 12)}`,
    );
    expect(remove('busybox', true)).toEqual([{ Untagged: 'busybox:latest' }]);
    expect(remove('keep', true)).toEqual([{ Untagged: 'keep:latest' }]);
    expect(lab.engine.containerList()[0]?.Image).toBe(image);
    for (const ref of [container, running]) lab.run(() => lab.engine.containerRemove(ref, { force: true }));
    expect(lab.run(() => lab.engine.imagePrune()).Deleted).toEqual([{ Untagged: image }, { Deleted: image }]);
  });

  test('save and load give the same image', async () => {
    const image = id('busybox');
    const tar = await lab.later(() => lab.engine.imageSave(['busybox']));
    remove('busybox');
    const said: string[] = [];
    await lab.later(() =>
      lab.engine.imageLoad(tar, {}, function* (message) {
        said.push(message.stream ?? '');
      }),
    );
    expect(said).toEqual(['Loaded image: busybox:latest\n']);
    expect(id('busybox')).toBe(image);
    expect(lab.foreground('busybox', ['echo', 'works']).out).toBe('works\n');
    await expect(
      lab.later(() => lab.engine.imageLoad(new Uint8Array(0), {}, function* () {})),
    ).rejects.toThrow('unrecognized image format');
  });

  test('filters', () => {
    lab.pull('web');
    const list = (filters: Record<string, string[]>) =>
      lab.engine.imageList({ filters }).flatMap((i) => i.RepoTags);
    expect(list({ reference: ['b*'] })).toEqual(['busybox:latest']);
    expect(list({ dangling: ['true'] })).toEqual([]);
    expect(refusal(() => list({ bogus: ['1'] }))).toBe("invalid filter 'bogus'");
    expect(refusal(() => list({ since: ['nosuch'] }))).toBe('No such image: nosuch:latest');
  });
});
