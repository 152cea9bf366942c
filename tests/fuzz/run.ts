/** By hand: `node tests/fuzz/run.ts commands 20000 some-seed` lists the problems found, each with as few lines as show it. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Campaign, runCampaign } from './campaign.ts';
import { commands } from './command-campaign.ts';
import { dockerfiles } from './dockerfile-campaign.ts';
import { shell } from './shell-campaign.ts';

const campaigns: Readonly<Record<string, Campaign>> = { commands, dockerfiles, shell };
const [kind = 'commands', cases = '20000', seed = 'hand'] = process.argv.slice(2);
const campaign = campaigns[kind];
if (campaign === undefined) throw new Error(`no campaign ${kind}: ${Object.keys(campaigns).join(', ')}`);
const trace = `${tmpdir()}/fuzz-${kind}-${seed}`;
const problems = await runCampaign(campaign, {
  seed,
  cases: Number(cases),
  most: Number.POSITIVE_INFINITY,
  onSession: (name) => writeFileSync(trace, name),
  onProblem: (problem) => console.log(JSON.stringify(problem, null, 1)),
});
rmSync(trace, { force: true });
console.log(`${kind}: ${cases} lines, ${problems.length} problems`);
