import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { commands } from './command-campaign.ts';
import { settings } from './harness.ts';

test('random command lines leave the engine sound', { timeout: 0 }, async () => {
  expect(await runCampaign(commands, { ...settings(900), most: 1 })).toEqual([]);
});
