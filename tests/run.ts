/**
 * `npm test`: everything that must hold, stage by stage, and the closing line `N passed, N failed`.
 * `npm test -- STAGE…` runs some stages only (lint types spelling unit build conformance e2e).
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureChromium } from './chromium.ts';

interface Count {
  passed: number;
  failed: number;
}

/** One stage: a command, and how many checks it stands for. */
interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  /** Reads the report that the command wrote; without one the stage is a single check. */
  readonly count?: () => Count;
}

const results = 'test-results';

/** Runs a command with its output shown; resolves to its exit code. */
function run(command: readonly string[]): Promise<number> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function readReport(file: string): unknown {
  return JSON.parse(readFileSync(`${results}/${file}`, 'utf8'));
}

function vitestCount(): Count {
  const report = readReport('vitest.json') as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
  };
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

function playwrightCount(): Count {
  const { stats } = readReport('playwright.json') as {
    stats: { expected: number; unexpected: number; flaky: number };
  };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
}

const STAGES: readonly Stage[] = [
  { name: 'lint', command: ['biome', 'ci', '.'] },
  { name: 'types', command: ['astro', 'check', '--minimumFailingSeverity', 'error'] },
  { name: 'spelling', command: ['cspell', 'lint', '--no-progress'] },
  {
    name: 'unit',
    command: [
      'vitest',
      'run',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${results}/vitest.json`,
    ],
    count: vitestCount,
  },
  { name: 'build', command: ['astro', 'build'] },
  { name: 'sheets', command: ['node', 'src/tools/sheets.ts'] },
  { name: 'e2e', command: ['playwright', 'test'], count: playwrightCount },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `Unknown stage ${unknown.join(', ')}; there are: ${STAGES.map((stage) => stage.name).join(' ')}`,
  );
  process.exit(2);
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const total: Count = { passed: 0, failed: 0 };
const failedStages: string[] = [];
for (const stage of STAGES) {
  if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
  const started = Date.now();
  console.log(`\n== ${stage.name}: ${stage.command.join(' ')}`);
  if (stage.name === 'sheets' || stage.name === 'e2e') ensureChromium();
  const exit = await run(stage.command);
  let count: Count = exit === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (stage.count !== undefined) {
    try {
      count = stage.count();
    } catch (error) {
      console.error(`${stage.name}: no report (${error instanceof Error ? error.message : String(error)})`);
    }
    // A runner that fails without a failing test (a file that does not load) must not pass; nor one that ran nothing.
    if ((exit !== 0 || count.passed === 0) && count.failed === 0) count.failed = 1;
  }
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed > 0) failedStages.push(stage.name);
  console.log(
    `== ${stage.name}: ${count.passed} ok, ${count.failed} not, ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
}
if (failedStages.length > 0) console.log(`\nFailed stages: ${failedStages.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
