import { expect, test } from 'vitest';
import type { Emit, ProgressMessage } from '../../../src/docker/engine/api.ts';
import { Lab } from './lab.ts';

const messages: string[] = [];
const tell: Emit<ProgressMessage> = function* (message) {
  if ((message.progressDetail?.total ?? 0) === 0) messages.push(message.status ?? '');
};

test("a registry of one's own keeps images", async () => {
  const lab = new Lab();
  const { engine } = lab;
  lab.pull('busybox');
  await expect(lab.later(() => engine.imagePull('localhost:5000/app', {}, tell))).rejects.toThrow(
    'failed to resolve reference "localhost:5000/app:latest": failed to do request: Head "https://localhost:5000/v2/app/manifests/latest": dial tcp 127.0.0.1:5000: connect: connection refused',
  );
  lab.start('busybox', ['registry', 'serve'], {
    HostConfig: { PortBindings: { '5000/tcp': [{ HostIp: '', HostPort: '5000' }] } },
  });
  lab.pass(500);
  const { Id } = engine.imageInspect('busybox');
  engine.imageTag('busybox', 'localhost:5000/team/app:v1');
  await lab.later(() => engine.imagePush('localhost:5000/team/app:v1', {}, tell));
  await lab.later(() => engine.imagePush('localhost:5000/team/app:v1', {}, tell));
  expect(messages.filter((text) => /^(?:Pushed|Layer already exists)$/.test(text))).toEqual([
    'Pushed',
    'Layer already exists',
  ]);
  lab.run(() => engine.imageRemove('localhost:5000/team/app:v1'));
  await lab.later(() => engine.imagePull('localhost:5000/team/app:v1', {}, tell));
  expect(engine.imageInspect('localhost:5000/team/app:v1').Id).toBe(Id);
  await expect(lab.later(() => engine.imagePull('localhost:5000/absent', {}, tell))).rejects.toThrow(
    'failed to resolve reference "localhost:5000/absent:latest": localhost:5000/absent:latest: not found',
  );
  await expect(lab.later(() => engine.imagePull('172.17.0.2:5000/team/app', {}, tell))).rejects.toThrow(
    'http: server gave HTTP response to HTTPS client',
  );
});
