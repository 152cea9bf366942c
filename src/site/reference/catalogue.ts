import { catalogue } from '../../docker/images/catalogue.ts';
import { programNames } from '../../docker/images/programs.ts';
import { shellPrograms } from '../../shell/program.ts';

/** An image that the simulated Docker Hub offers, with all its tags. */
export interface OfferedImage {
  readonly repository: string;
  readonly tags: readonly string[];
}

/** What can be pulled, by name: `nginx` with `latest`, `alpine`, … */
export function offeredImages(): OfferedImage[] {
  const tags = new Map<string, string[]>();
  for (const image of catalogue)
    tags.set(image.repository, [...(tags.get(image.repository) ?? []), ...image.tags]);
  return [...tags]
    .map(([repository, all]) => ({ repository, tags: [...new Set(all)].sort() }))
    .sort((a, b) => (a.repository < b.repository ? -1 : 1));
}

/** Names of code that no reader types: start scripts and what stands for programs that do nothing by themselves. */
const INTERNAL = /-entrypoint$|^(?:not-simulated|c-program|hello|su-do)$/;

/** The programs that images and the host are made of, by the names one types. */
export function offeredPrograms(): string[] {
  const names = new Set([...programNames(), ...Object.keys(shellPrograms), 'awk', 'jq', 'sed']);
  return [...names].filter((name) => !INTERNAL.test(name)).sort();
}
