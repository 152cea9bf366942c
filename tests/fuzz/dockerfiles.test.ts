import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { dockerfiles } from './dockerfile-campaign.ts';
import { settings } from './harness.ts';

test('random Dockerfiles build or are refused', { timeout: 0 }, async () => {
  expect(await runCampaign(dockerfiles, { ...settings(500), most: 1 })).toEqual([]);
});
