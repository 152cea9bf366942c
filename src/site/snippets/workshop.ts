import { join, resolve } from 'node:path';
import { sessionExtras } from '../explain/extras.ts';
import { ResultStore } from './results.ts';
import type { Simulator } from './simulator.ts';
import { simulatorHash } from './source-hash.ts';

/** What turns fences into snippets. */
export interface Workshop {
  readonly simulator: Simulator;
  readonly results: ResultStore;
}

async function open(root: string): Promise<Workshop> {
  const { Session, splitCommands } = await import('../../shell/session.ts');
  const simulator: Simulator = {
    createSession: ({ locale, ...start }) =>
      Session.create(start, locale === undefined ? undefined : sessionExtras(locale)),
    splitCommands,
  };
  return {
    simulator,
    results: new ResultStore(simulator, simulatorHash(root), join(root, '.cache/snippets')),
  };
}

let workshop: Promise<Workshop> | undefined;

/** The build's one workshop with the simulator of the site, loaded when the first page needs it. */
export function theWorkshop(root: string = resolve('.')): Promise<Workshop> {
  workshop ??= open(root);
  return workshop;
}
