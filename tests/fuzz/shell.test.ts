import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { settings } from './harness.ts';
import { shell } from './shell-campaign.ts';

test('random shell programs end without a bug of the interpreter', { timeout: 0 }, async () => {
  expect(await runCampaign(shell, { ...settings(600), most: 1 })).toEqual([]);
});
