import { describe, expect, test } from 'vitest';
import { normaliseName } from '../../../src/docker/compose/project/find.ts';
import { findCycle, inOrder } from '../../../src/docker/compose/project/graph.ts';
import { merge } from '../../../src/docker/compose/project/merge.ts';
import type { Service } from '../../../src/docker/compose/project/model.ts';
import { hashText } from '../../../src/docker/compose/project/render.ts';
import { readService } from '../../../src/docker/compose/project/service.ts';
import { duration, mount, ports } from '../../../src/docker/compose/project/short.ts';

const read = (tree: Parameters<typeof readService>[0]): Service =>
  readService(tree, {
    directory: '/lab',
    home: '/root',
    lookup: () => undefined,
    envFile: () => ({ A: 'file', F: '1' }),
  });

describe('short forms', () => {
  test('ports', () => {
    expect(ports('127.0.0.1:8080:80/udp')).toEqual([
      { mode: 'ingress', host_ip: '127.0.0.1', target: 80, published: '8080', protocol: 'udp' },
    ]);
    expect(ports('90-91:80-81').map(({ target, published }) => [target, published])).toEqual([
      [80, '90'],
      [81, '91'],
    ]);
    expect(ports(80)).toEqual([{ mode: 'ingress', target: 80, protocol: 'tcp' }]);
    expect(() => ports('a:80')).toThrow('Invalid hostPort: a');
  });
  test('volumes', () => {
    expect(mount('./html:/www:ro', '/lab', '/root')).toEqual({
      type: 'bind',
      source: '/lab/html',
      target: '/www',
      read_only: true,
      bind: { create_host_path: true },
    });
    expect(mount('data:/data', '/lab', '/root')).toEqual({
      type: 'volume',
      source: 'data',
      target: '/data',
      volume: {},
    });
    expect(mount('/cache', '/lab', '/root')).toEqual({ type: 'volume', target: '/cache', volume: {} });
  });
  test('durations', () =>
    expect([duration('90s'), duration('1h'), duration('500ms')]).toEqual(['1m30s', '1h0m0s', '500ms']));
});

describe('services', () => {
  test('environment over env_file', () =>
    expect(read({ image: 'x', env_file: 'a.env', environment: ['A=own', 'B'] }).environment).toEqual({
      A: 'own',
      B: null,
      F: '1',
    }));
  test('links are dependencies', () =>
    expect(read({ image: 'x', links: ['db:d'] }).depends_on).toEqual({
      db: { condition: 'service_started', restart: true, required: true },
    }));
  test('no network with network_mode', () =>
    expect(read({ image: 'x', network_mode: 'host' }).networks).toBeUndefined());
  test('scale and what depends on what do not change the hash, the image does', () => {
    const base = read({ image: 'x' });
    expect(hashText(read({ image: 'x', scale: 3, depends_on: ['y'], deploy: { replicas: 2 } }))).toBe(
      hashText({ ...base, deploy: {} }),
    );
    expect(hashText(read({ image: 'y' }))).not.toBe(hashText(base));
  });
});

describe('order', () => {
  const on = (...names: string[]): Service => read({ image: 'x', depends_on: names });
  test('those waited for first', () =>
    expect(inOrder({ a: on('b', 'c'), b: on('c'), c: on(), d: on() })).toEqual([['c', 'd'], ['b'], ['a']]));
  test('a circle', () => expect(findCycle({ a: on('b'), b: on('a') })).toEqual(['a', 'b', 'a']));
});

describe('several files', () => {
  test('mappings deeply, lists one after the other, commands replaced', () =>
    expect(
      merge(
        { services: { w: { ports: ['1:1'], command: 'a', environment: ['A=1', 'B=1'], volumes: ['x:/d'] } } },
        { services: { w: { ports: ['2:2'], command: 'b', environment: { A: '2' }, volumes: ['y:/d'] } } },
      ),
    ).toEqual({
      services: {
        w: { ports: ['1:1', '2:2'], command: 'b', environment: { A: '2', B: '1' }, volumes: ['y:/d'] },
      },
    }));
});

test('project names', () =>
  expect([normaliseName('My App.2'), normaliseName('_x-y_')]).toEqual(['myapp2', 'x-y_']));
