import { expect, test } from 'vitest';
import { applyEntries, layerEntries } from '../../../src/docker/engine/images/archive.ts';
import { makeLayer, SCRATCH } from '../../../src/docker/engine/images/layer.ts';
import { catalogueRecord } from '../../../src/docker/engine/images/record.ts';
import { catalogue } from '../../../src/docker/images/catalogue.ts';
import { readTar, writeTar } from '../../../src/docker/kernel/fs/tar.ts';
import { Lab } from './lab.ts';

const whole = await Promise.all(catalogue.map((image) => ('load' in image ? image.load() : image)));

test.each(whole)('layers of $repository survive an archive', (image) => {
  let before = SCRATCH;
  let again = SCRATCH;
  for (const layer of catalogueRecord(image).layers) {
    const tar = writeTar(layerEntries(before, layer.root));
    const after = applyEntries(again, readTar(tar) ?? []);
    expect(makeLayer(again, after).diffId).toBe(layer.diffId);
    before = layer.root;
    again = after;
  }
});

test('an image of the catalogue comes back from an archive with its ID', async () => {
  const lab = new Lab('save', catalogue);
  lab.pull('nginx');
  const { Id } = lab.engine.imageInspect('nginx');
  const tar = await lab.later(() => lab.engine.imageSave(['nginx']));
  lab.run(() => lab.engine.imageRemove('nginx'));
  await lab.later(() => lab.engine.imageLoad(tar, {}, function* () {}));
  expect(lab.engine.imageInspect('nginx').Id).toBe(Id);
});
