/** Volumes as the Engine API shows them. */

import type { Nullable, StringMap } from './container.ts';

export interface Volume {
  CreatedAt: string;
  Driver: string;
  Labels: Nullable<StringMap>;
  Mountpoint: string;
  Name: string;
  Options: Nullable<StringMap>;
  Scope: string;
}

/** What `docker system df` and `volume ls` add. */
export interface VolumeUsage extends Volume {
  UsageData: { RefCount: number; Size: number };
}

export interface VolumeCreateRequest {
  /** Missing: 64 hex of the engine's choice (an anonymous volume). */
  Name?: string;
  Driver?: string;
  DriverOpts?: StringMap;
  Labels?: StringMap;
}
