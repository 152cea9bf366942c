/**
 * The shape of the catalogue: images as a registry offers them. The engine turns them into content-addressed layers when
 * they are pulled; nothing here knows how.
 */

/** A file in a layer. `program` makes it executable by the simulator; `size` pads a binary to a realistic size. */
export type LayerEntry =
  | {
      readonly path: string;
      readonly kind: 'file';
      readonly text?: string;
      readonly size?: number;
      readonly program?: string;
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
    }
  | {
      readonly path: string;
      readonly kind: 'directory';
      readonly mode?: number;
      readonly uid?: number;
      readonly gid?: number;
    }
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

/** One layer and the history row that made it. */
export interface CatalogueLayer {
  readonly createdBy: string;
  /** Missing for rows that only changed the configuration (`<missing>`, 0B in `docker history`). */
  readonly entries?: readonly LayerEntry[];
}

/** The part of the image configuration that `docker inspect` shows under `Config` (OCI image spec, Docker's names). */
export interface ImageConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[];
  readonly OnBuild?: readonly string[];
  readonly Healthcheck?: {
    readonly Test: readonly string[];
    /** Nanoseconds, as in the API. */
    readonly Interval?: number;
    readonly Timeout?: number;
    readonly StartPeriod?: number;
    readonly StartInterval?: number;
    readonly Retries?: number;
  };
}

/** What a registry's search and the completion of names know of an image. */
export interface CatalogueHead {
  /** Without registry host: `nginx` for Docker Hub's library, `bitnami/redis` else. */
  readonly repository: string;
  readonly tags: readonly string[];
  /** What `docker search` shows. */
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
}

/** An image of the catalogue under all its tags. */
export interface CatalogueImage extends CatalogueHead {
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly config: ImageConfig;
  readonly layers: readonly CatalogueLayer[];
}

/** An image whose configuration and files are loaded when it is first wanted. */
export interface LazyImage extends CatalogueHead {
  readonly load: () => Promise<CatalogueImage>;
}

/** Everything the simulated Docker Hub offers. */
export type Catalogue = readonly (CatalogueImage | LazyImage)[];
