import { DockerError } from '../error.ts';
import type { Network } from './network.ts';

/** Options of the bridge driver (`docker network create --opt`). */
const PREFIX = 'com.docker.network.';
const NAME = `${PREFIX}bridge.name`;
const BOOLEANS = ['enable_icc', 'enable_ip_masquerade', 'inhibit_ipv4'].map(
  (key) => `${PREFIX}bridge.${key}`,
);

/** Refuses options that the bridge driver cannot read, and a bridge that another network has. */
export function checkBridgeOptions(network: Network, others: readonly Network[]): void {
  const { options, driver } = network.settings;
  if (driver !== 'bridge') return;
  const mtu = options[`${PREFIX}driver.mtu`];
  const bad = (key: string, value: string, reason: string): DockerError =>
    new DockerError('bad-parameter', { reason: `failed to parse ${key} value: ${value} (${reason})` });
  if (mtu !== undefined && !/^[+-]?\d+$/.test(mtu))
    throw bad(`${PREFIX}driver.mtu`, mtu, `strconv.Atoi: parsing ${JSON.stringify(mtu)}: invalid syntax`);
  for (const key of BOOLEANS) {
    const value = options[key];
    if (value !== undefined && !/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value))
      throw bad(key, value, `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  const name = options[NAME];
  const twin = name === undefined ? undefined : others.find((other) => other.device === name);
  if (name !== undefined && twin !== undefined)
    throw new DockerError('bridge-name-taken', { id: network.id, name, other: twin.id });
}

/** The largest packet of a network's interfaces. */
export function mtuOf(options: Readonly<Record<string, string>>): number {
  return Number(options[`${PREFIX}driver.mtu`] ?? 0) || 1500;
}

/** What interfaces in a network are called: `eth`, or `com.docker.network.container_iface_prefix`. */
export function interfacePrefix(options: Readonly<Record<string, string>>): string {
  return options[`${PREFIX}container_iface_prefix`] || 'eth';
}

/** The host address that published ports of a network listen on unless they name one; '' is all. */
export function hostBinding(options: Readonly<Record<string, string>>): string {
  const address = options[`${PREFIX}bridge.host_binding_ipv4`] ?? '';
  return address === '0.0.0.0' ? '' : address;
}
