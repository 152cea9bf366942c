import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainData } from '../explain/data.ts';
import type { Locale } from '../locales.ts';
import type { PageDocument } from '../markdown/document.ts';
import { commandsOf } from './commands.ts';
import { PAGE_START, seedOf, TERMINAL } from './page-start.ts';
import { runPage, type StepResult } from './run-page.ts';
import type { Simulator } from './simulator.ts';
import { type Step, startImages, stepsOf } from './steps.ts';

interface RunnablePage {
  readonly key: string;
  readonly images: readonly string[];
  readonly steps: readonly Step[];
  /** Set where what is printed depends on the language. */
  readonly locale: Locale | undefined;
}

/** Commands that print descriptions: help, groups without a command, and `explain`. */
const PRINTS_DESCRIPTIONS =
  /(?:^|\s)(?:--help|-h|help|explain)(?:\s|$)|\bdocker(?: (?:builder|buildx|compose|config|container|context|image|manifest|network|node|plugin|secret|service|stack|swarm|system|volume))?\s*(?:$|[|;&)\n])/m;

const dependsOnLanguage = (step: Step): boolean =>
  step.kind === 'commands' && PRINTS_DESCRIPTIONS.test(step.source);

/** The steps of a page with what they did. */
export interface PageResults {
  readonly steps: readonly Step[];
  readonly results: readonly StepResult[];
}

/**
 * Runs pages, each once: a page in its second language has the same commands, and a page that has not changed since the
 * last build, with a simulator that has not changed either, is taken from `.cache/snippets`.
 */
export class ResultStore {
  readonly #simulator: Simulator;
  readonly #folder: string;
  readonly #sources: string;
  readonly #running = new Map<string, Promise<readonly StepResult[]>>();

  /** `sources` is the `simulatorHash`; `folder` is where results are kept. */
  constructor(simulator: Simulator, sources: string, folder: string) {
    this.#simulator = simulator;
    this.#sources = sources;
    this.#folder = folder;
  }

  /** What the steps of a page do. */
  async resultsOf(
    document: Pick<PageDocument, 'key' | 'fences' | 'frontmatter'> & { readonly locale?: Locale },
  ): Promise<PageResults> {
    const steps = stepsOf(document);
    if (steps.length === 0) return { steps, results: [] };
    const locale = steps.some(dependsOnLanguage) ? document.locale : undefined;
    const page = { key: document.key, images: startImages(document), steps, locale };
    const name = this.#nameOf(page);
    const running = this.#running.get(name) ?? this.#readOrRun(name, page);
    this.#running.set(name, running);
    return { steps, results: await running };
  }

  /** Depends on the commands, not on the comments between them nor on where they stand in the file. */
  #nameOf(page: RunnablePage): string {
    const steps = page.steps.map((step) =>
      step.kind === 'file'
        ? [step.path, step.content]
        : [commandsOf(step.source, this.#simulator.splitCommands), step.stop ?? null, step.input ?? null],
    );
    const all = [
      this.#sources,
      seedOf(page.key),
      PAGE_START,
      TERMINAL,
      page.images,
      steps,
      page.locale ? [page.locale, explainData(page.locale)] : null,
    ];
    return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 32);
  }

  async #readOrRun(name: string, page: RunnablePage): Promise<readonly StepResult[]> {
    const file = join(this.#folder, `${name}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as StepResult[];
    const results = await runPage(page, this.#simulator);
    mkdirSync(this.#folder, { recursive: true });
    // Renamed into place, so that a build that is stopped leaves no half file.
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(results));
    renameSync(`${file}.${process.pid}`, file);
    return results;
  }
}
