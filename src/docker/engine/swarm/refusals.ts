import { DockerError } from '../error.ts';

/** A refusal of the manager, as it comes through gRPC. */
export const rpc = (code: string, reason: string): DockerError =>
  new DockerError('swarm-rpc', { code, reason });

/** Something of the swarm is not there: `service web not found`. */
export const notFound = (kind: string, name: string): DockerError =>
  new DockerError('swarm-not-found', { kind, name });

/** A bad request. */
export const bad = (reason: string): DockerError => new DockerError('bad-parameter', { reason });

/** A single label of a DNS name, as names of services and networks have to be. */
export function checkDnsName(name: string): void {
  if (name === '') throw rpc('InvalidArgument', 'meta: name must be provided');
  if (!/^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_]*[a-zA-Z0-9])?$/.test(name))
    throw rpc('InvalidArgument', 'name must be valid as a DNS name component');
  if (name.length > 63) throw rpc('InvalidArgument', 'name must be 63 characters or fewer');
}
