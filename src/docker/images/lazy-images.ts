import type { Catalogue, CatalogueImage, LazyImage } from './types.ts';

/** Images that have been loaded; shared by all sessions. */
const loaded = new WeakMap<LazyImage, CatalogueImage>();

/** Loads the lazy images of a catalogue whose repository is wanted. */
export async function loadImages(
  catalogue: Catalogue,
  wanted: (repository: string) => boolean,
): Promise<void> {
  for (const image of catalogue)
    if ('load' in image && wanted(image.repository) && !loaded.has(image))
      loaded.set(image, await image.load());
}

/** Is everything of a repository there? */
export function isLoaded(catalogue: Catalogue, repository: string): boolean {
  return catalogue.every(
    (image) => !('load' in image) || image.repository !== repository || loaded.has(image),
  );
}

/** The image with its layers. Throws if it has not been loaded. */
export function wholeImage(image: CatalogueImage | LazyImage): CatalogueImage {
  if (!('load' in image)) return image;
  const whole = loaded.get(image);
  if (whole === undefined) throw new Error(`the image ${image.repository} has not been loaded`);
  // A catalogue may offer fewer tags than the image has.
  return whole;
}
