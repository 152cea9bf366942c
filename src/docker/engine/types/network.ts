/** Networks as the Engine API shows them. */

import type { Nullable, StringMap } from './container.ts';

export interface Platform {
  architecture: string;
  os: string;
}

export interface EndpointIpamConfig {
  IPv4Address?: string;
  IPv6Address?: string;
  LinkLocalIPs?: readonly string[];
}

/** A container's seat in a network. */
export interface EndpointSettings {
  IPAMConfig: Nullable<EndpointIpamConfig>;
  Links: Nullable<readonly string[]>;
  Aliases: Nullable<readonly string[]>;
  DriverOpts: Nullable<StringMap>;
  GwPriority: number;
  NetworkID: string;
  EndpointID: string;
  Gateway: string;
  IPAddress: string;
  MacAddress: string;
  IPPrefixLen: number;
  IPv6Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  DNSNames: Nullable<readonly string[]>;
}

export interface IpamPool {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: StringMap;
}

export interface Ipam {
  Driver: string;
  Options: Nullable<StringMap>;
  Config: Nullable<readonly IpamPool[]>;
}

export interface NetworkContainer {
  Name: string;
  EndpointID: string;
  MacAddress: string;
  IPv4Address: string;
  IPv6Address: string;
}

/** A row of `docker network ls`. */
export interface NetworkSummary {
  Name: string;
  Id: string;
  Created: string;
  Scope: string;
  Driver: string;
  EnableIPv4: boolean;
  EnableIPv6: boolean;
  IPAM: Ipam;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  ConfigFrom: { Network: string };
  ConfigOnly: boolean;
  Options: Nullable<StringMap>;
  Labels: StringMap;
}

export interface NetworkInspect extends Omit<NetworkSummary, 'Labels'> {
  Labels: Nullable<StringMap>;
  Containers: Nullable<Readonly<Record<string, NetworkContainer>>>;
  /** Nodes of a swarm that have this network. */
  Peers?: readonly { Name: string; IP: string }[];
  Status: {
    IPAM: {
      Subnets: Readonly<Record<string, { IPsInUse: number; DynamicIPsAvailable: number }>>;
    };
  };
}

export interface NetworkCreateRequest {
  Name: string;
  Driver?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  EnableIPv4?: boolean;
  EnableIPv6?: boolean;
  ConfigOnly?: boolean;
  ConfigFrom?: { Network: string };
  Scope?: string;
  IPAM?: { Driver?: string; Options?: StringMap; Config?: readonly IpamPool[] };
  Options?: StringMap;
  Labels?: StringMap;
}
