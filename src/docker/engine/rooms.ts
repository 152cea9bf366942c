import type { ContainerStore } from './containers/store.ts';
import type { Daemon } from './daemon.ts';
import type { Images } from './images/images.ts';
import type { Networks } from './networks/networks.ts';
import type { Volumes } from './volumes/volumes.ts';

/** The rooms of the engine, for operations that need more than their own. */
export interface Rooms {
  readonly daemon: Daemon;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly containers: ContainerStore;
}
