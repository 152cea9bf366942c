/** Images as the Engine API shows them. */

import type { ImageConfig } from '../../images/types.ts';
import type { Descriptor, Nullable, StringMap } from './container.ts';

/** A row of `docker images`. `Size` is DISK USAGE; `ContentSize` what the registry sends. */
export interface ImageSummary {
  /** -1: not counted (the CLI shows N/A); engine lists always count. */
  Containers: number;
  /** Seconds since 1970. */
  Created: number;
  Id: string;
  Labels: Nullable<StringMap>;
  ParentId: string;
  RepoDigests: readonly string[];
  RepoTags: readonly string[];
  SharedSize: number;
  Size: number;
  ContentSize: number;
  /** Used by a container, running or not: the `U` of the EXTRA column. */
  InUse: boolean;
  Descriptor: Descriptor;
}

export interface ImageInspect {
  Id: string;
  RepoTags: readonly string[];
  RepoDigests: readonly string[];
  Parent?: string;
  Comment?: string;
  Created?: string;
  Author?: string;
  Config: ImageConfig;
  Architecture: string;
  Os: string;
  Size: number;
  RootFS: { Type: 'layers'; Layers: readonly string[] };
  Metadata: { LastTagTime: string };
  Descriptor: Descriptor;
  Identity?: ImageIdentity;
}

/** Where an image came from. */
export interface ImageIdentity {
  Pull?: readonly { Repository: string }[];
  Build?: readonly { Ref: string; CreatedAt: string }[];
}

/** A row of `docker history`. */
export interface HistoryItem {
  /** `<missing>` unless the image of this row is in the store. */
  Id: string;
  /** Seconds since 1970. */
  Created: number;
  CreatedBy: string;
  Tags: Nullable<readonly string[]>;
  Size: number;
  Comment: string;
}

/** A line of the answer of rmi and prune. */
export type ImageDeleteItem = { readonly Untagged: string } | { readonly Deleted: string };

export interface SearchResult {
  name: string;
  description: string;
  star_count: number;
  is_official: boolean;
  is_automated: boolean;
}

/** What pull, push, load and import stream; as `jsonmessage` in the real CLI. */
export interface ProgressMessage {
  /** Layer (12 hex) or tag the line is about. */
  id?: string;
  status?: string;
  /** Bytes done and in all, for progress bars on a terminal. */
  progressDetail?: { current: number; total: number };
  /** Free text (load, legacy build). */
  stream?: string;
  /** The image ID or digest that ends a stream. */
  aux?: object;
}

export interface PruneReport<Item> {
  readonly Deleted: readonly Item[];
  readonly SpaceReclaimed: number;
}
