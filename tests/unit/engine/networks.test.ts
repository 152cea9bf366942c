import { beforeEach, describe, expect, test } from 'vitest';
import { get, Lab, refusal } from './lab.ts';

let lab: Lab;

beforeEach(() => {
  lab = new Lab();
  lab.pull('busybox');
  lab.pull('web');
});

const create = (Name: string, more = {}) => lab.run(() => lab.engine.networkCreate({ Name, ...more })).Id;
const on = (network: string, more = {}) => ({ HostConfig: { NetworkMode: network, ...more } });
const curl = (host: string, port: number) => lab.run((p) => get(p, host, port));
const from = (ref: string, host: string, port = 80) => lab.exec(ref, ['fetch', host, String(port)]).out;
const address = (ref: string, network = 'bridge') =>
  lab.engine.containerInspect(ref).NetworkSettings.Networks[network]?.IPAddress;

describe('addresses', () => {
  test('the default bridge counts from 172.17.0.2; a freed address is given out again', () => {
    lab.start('busybox', ['sleep', '1000'], { name: 'aa' });
    lab.start('busybox', ['sleep', '1000'], { name: 'bb' });
    expect([address('aa'), address('bb')]).toEqual(['172.17.0.2', '172.17.0.3']);
    lab.run(() => lab.engine.containerRemove('aa', { force: true }));
    lab.start('busybox', ['sleep', '1000'], { name: 'cc' });
    expect(address('cc')).toBe('172.17.0.2');
  });

  test('user networks get the next subnet; refusals', () => {
    create('appnet');
    expect(lab.engine.networkInspect('appnet').IPAM.Config).toEqual([
      { Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' },
    ]);
    expect(refusal(() => create('appnet'))).toBe('network with name appnet already exists');
    expect(refusal(() => create('bridge'))).toBe('operation is not permitted on predefined bridge network');
    expect(refusal(() => create('h2', { Driver: 'host' }))).toBe(
      'only one instance of "host" network is allowed',
    );
    expect(refusal(() => create('other', { IPAM: { Config: [{ Subnet: '172.18.0.0/24' }] } }))).toBe(
      'invalid pool request: Pool overlaps with other one on this address space',
    );
    expect(refusal(() => lab.run(() => lab.engine.networkRemove('bridge')))).toBe(
      'bridge is a pre-defined network and cannot be removed',
    );
    expect(refusal(() => lab.engine.networkInspect('nosuch'))).toBe('network nosuch not found');
    expect(create('bad name')).toHaveLength(64);
  });

  test('a fixed address', () => {
    create('sub', { IPAM: { Config: [{ Subnet: '10.10.0.0/24' }] } });
    const endpoint = (ip: string, network = 'sub') => ({
      ...on(network),
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: ip } } } },
    });
    lab.start('busybox', ['sleep', '1000'], { name: 'fixed', ...endpoint('10.10.0.50') });
    expect(address('fixed', 'sub')).toBe('10.10.0.50');
    expect(refusal(() => lab.create('busybox', ['env'], endpoint('10.99.0.5')))).toBe(
      'invalid config for network sub: invalid endpoint settings:\nno configured subnet contains IP address 10.99.0.5',
    );
    expect(refusal(() => lab.create('busybox', ['env'], endpoint('172.17.0.50', 'bridge')))).toBe(
      'invalid config for network bridge: invalid endpoint settings:\nuser-specified IP address is supported on user-defined networks only',
    );
    expect(refusal(() => lab.start('busybox', ['env'], endpoint('10.10.0.50')))).toBe(
      'failed to set up container networking: Address already in use',
    );
  });
});

describe('names and isolation', () => {
  test('names resolve on user networks and not on the default bridge', () => {
    create('appnet');
    lab.start('web', ['80'], { name: 'web', ...on('appnet') });
    lab.start('busybox', ['sleep', '1000'], { name: 'box', ...on('appnet') });
    lab.start('busybox', ['sleep', '1000'], { name: 'old' });
    expect(from('box', 'web')).toContain('hello 172.18.0.3 from');
    expect(from('old', 'web')).toBe('ENOTFOUND');
    lab.run(() => lab.engine.networkConnect('appnet', 'old'));
    expect(from('old', 'web')).toContain('hello 172.18.0.4');
    expect(refusal(() => lab.run(() => lab.engine.networkConnect('appnet', 'old')))).toBe(
      'endpoint with name old already exists in network appnet',
    );
    lab.run(() => lab.engine.containerRename('web', 'site'));
    expect(from('box', 'site')).toContain('hello');
    expect(from('box', 'web')).toBe('ENOTFOUND');
    lab.run(() => lab.engine.networkDisconnect('appnet', 'old'));
    const { Id } = lab.engine.containerInspect('old');
    expect(refusal(() => lab.run(() => lab.engine.networkDisconnect('appnet', 'old')))).toBe(
      `container ${Id} is not connected to network appnet`,
    );
    expect(refusal(() => lab.run(() => lab.engine.networkRemove('appnet')))).toMatch(
      /^error while removing network: network appnet has active endpoints \(name:"site" id:"[0-9a-f]{12}", name:"box" id:"[0-9a-f]{12}"\)$/,
    );
  });

  test('networks are apart, an internal one has no way out', () => {
    create('one');
    create('two', { Internal: true });
    lab.start('web', ['80'], { name: 'web', ...on('one') });
    lab.start('busybox', ['sleep', '1000'], { name: 'box', ...on('two') });
    expect(from('box', address('web', 'one') ?? '')).toBe('ENETUNREACH');
    lab.start('busybox', ['sleep', '1000'], { name: 'open' });
    expect(from('open', address('web', 'one') ?? '')).toBe('ETIMEDOUT');
  });

  test('loopback is the own one; container: shares it; none has nothing', () => {
    lab.start('busybox', ['serve', '81', '127.0.0.1'], { name: 'shy' });
    lab.start('busybox', ['sleep', '1000'], { name: 'box' });
    expect(from('shy', 'localhost', 81)).toContain('hello 127.0.0.1');
    expect(from('box', address('shy') ?? '', 81)).toBe('ECONNREFUSED');
    lab.start('busybox', ['sleep', '1000'], { name: 'guest', ...on('container:shy') });
    expect(from('guest', 'localhost', 81)).toContain('hello');
    lab.start('busybox', ['sleep', '1000'], { name: 'alone', ...on('none') });
    expect(from('alone', '172.17.0.2', 81)).toBe('ENETUNREACH');
  });

  test('/etc/hosts and /etc/resolv.conf', () => {
    const hosts = lab.foreground('busybox', ['show', '/etc/hosts'], {
      Config: { Image: '', Hostname: 'web1', Domainname: 'example.com' },
      HostConfig: { ExtraHosts: ['db:10.1.2.3', 'up:host-gateway'] },
    }).out;
    expect(hosts.split('\n').slice(-4)).toEqual([
      '10.1.2.3\tdb',
      '172.17.0.1\tup',
      '172.17.0.2\tweb1.example.com web1',
      '',
    ]);
    create('appnet');
    expect(lab.foreground('busybox', ['show', '/etc/resolv.conf'], on('appnet')).out).toContain(
      "nameserver 127.0.0.11\noptions ndots:0\n\n# Based on host file: '/etc/resolv.conf' (internal resolver)\n# ExtServers: [host(10.0.2.3)]\n",
    );
  });
});

describe('published ports', () => {
  const publish = (HostPort: string, HostIp = '') => ({
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp, HostPort }] } },
  });

  test('reach the container, seen from the gateway', () => {
    lab.start('web', ['80'], { name: 'web', ...publish('8080') });
    expect(curl('localhost', 8080)).toContain('hello 172.17.0.1 from');
    expect(curl('localhost', 9999)).toBe('ECONNREFUSED');
    expect(lab.engine.containerInspect('web').NetworkSettings.Ports).toEqual({
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
    });
    lab.run(() => lab.engine.containerStop('web', { timeout: 0 }));
    expect(curl('localhost', 8080)).toBe('ECONNREFUSED');
    expect(lab.engine.containerInspect('web').NetworkSettings.Ports).toEqual({});
  });

  test('nobody behind one resets the connection', () => {
    lab.start('web', ['8000'], publish('80'));
    expect(curl('localhost', 80)).toBe('ECONNRESET');
  });

  test('a taken port leaves the container created', () => {
    lab.start('web', ['80'], publish('8080'));
    const id = lab.create('web', ['80'], { name: 'clash', ...publish('8080') });
    expect(refusal(() => lab.run(() => lab.engine.containerStart(id)))).toMatch(
      /^failed to set up container networking: driver failed programming external connectivity on endpoint clash \([0-9a-f]{64}\): Bind for :::8080 failed: port is already allocated$/,
    );
    expect(lab.engine.containerInspect('clash').State.Status).toBe('created');
    expect(lab.engine.networkInspect('bridge').Containers?.[id]).toBeUndefined();
    expect(refusal(() => lab.start('web', ['80'], publish('8085', '1.2.3.4')))).toContain(
      'failed to bind host port 1.2.3.4:8085/tcp: cannot assign requested address',
    );
  });

  test('-P and ranges choose free ports from 32768', () => {
    lab.start('web', ['80'], { name: 'random', HostConfig: { PublishAllPorts: true } });
    expect(lab.engine.containerInspect('random').NetworkSettings.Ports['80/tcp']?.[0]?.HostPort).toBe(
      '32768',
    );
    lab.start('web', ['80'], { name: 'first', ...publish('8000-8001') });
    lab.start('web', ['80'], { name: 'next', ...publish('8000-8001') });
    expect(lab.engine.containerList({ filters: { name: ['next'] } })[0]?.Ports[0]).toMatchObject({
      PublicPort: 8001,
    });
  });
});
