import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/docker/images/catalogue.ts';
import { lazyTools } from '../../../src/docker/images/lazy-tools.ts';
import { alpinePackages, debianPackages } from '../../../src/docker/images/programs/package-index.ts';
import { hasProgram, programs } from '../../../src/docker/images/programs.ts';

/** All images with their layers. */
const whole = await Promise.all(catalogue.map((image) => ('load' in image ? image.load() : image)));

/** Programs of the shell's room and the CLI's. */
const ELSEWHERE = new Set(['bash', 'dash', 'ash', 'sh', 'awk', 'sed', 'jq', 'docker']);

describe('the catalogue', () => {
  it('names every image and tag once', () => {
    const names = catalogue.flatMap((image) => image.tags.map((tag) => `${image.repository}:${tag}`));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('says of an image beforehand what it is', () => {
    for (const [i, image] of whole.entries())
      expect(image).toMatchObject({ tags: catalogue[i]?.tags, repository: catalogue[i]?.repository });
  });

  it('holds only programs that exist', () => {
    const unknown = whole.flatMap((image) =>
      image.layers.flatMap((layer) =>
        (layer.entries ?? []).flatMap((entry) =>
          entry.kind === 'file' &&
          entry.program !== undefined &&
          !hasProgram(entry.program) &&
          !ELSEWHERE.has(entry.program)
            ? `${image.repository} ${entry.path} ${entry.program}`
            : [],
        ),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it('offers packages whose programs and needs exist', () => {
    for (const index of [debianPackages, alpinePackages]) {
      for (const one of index.values()) {
        expect(
          one.needs.filter((need) => !index.has(need)),
          one.name,
        ).toEqual([]);
        expect(
          one.programs.filter(([, program]) => !hasProgram(program) && !ELSEWHERE.has(program)),
          one.name,
        ).toEqual([]);
      }
    }
  });

  it('loads every lazy tool', async () => {
    for (const [name, load] of Object.entries(lazyTools))
      expect(typeof (await load()), name).toBe('function');
    expect(typeof (await programs.get('busybox:ls'))).toBe('function');
    expect(programs.get('nosuch')).toBeUndefined();
  });

  it('has a command for every image', () => {
    for (const image of whole)
      expect((image.config.Cmd ?? image.config.Entrypoint ?? []).length, image.repository).toBeGreaterThan(0);
  });
});
