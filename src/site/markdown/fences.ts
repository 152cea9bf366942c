import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineHastPlugin, type HastPluginDefinition, type PluginFactoryContext } from 'satteri';
import { explainAddress } from '../explain/pages.ts';
import { allPages } from '../pages.ts';
import { piecesOf } from '../snippets/commands.ts';
import { type StepResult, unexpectedExits } from '../snippets/run-page.ts';
import { startImages } from '../snippets/steps.ts';
import { onlyWarn } from '../snippets/strictness.ts';
import type { Workshop } from '../snippets/workshop.ts';
import { type Fence, type PageDocument, pageOfPath, readDocument } from './document.ts';
import type { Element } from './hast.ts';
import { commandSnippet, fileSnippet, plainCode, shownSnippet } from './snippet-html.ts';

/** What the steps of a page did. Throws when a snippet did not end as the page expects. */
async function checkedResults(
  document: PageDocument,
  results: Workshop['results'],
): Promise<readonly StepResult[]> {
  try {
    const { steps, results: done } = await results.resultsOf(document);
    const problems = unexpectedExits(document.file, steps, done);
    if (problems.length > 0 && !onlyWarn()) throw new Error(problems.join('\n'));
    return done;
  } catch (error) {
    // The checks have told the reason; the page is shown without outputs.
    if (onlyWarn()) return [];
    throw error;
  }
}

/** The HTML of every fence of a page, in order. Throws when a snippet did not end as the page expects. */
export async function fenceNodes(
  document: PageDocument,
  { simulator, results }: Workshop,
): Promise<Element[]> {
  const done = await checkedResults(document, results);
  const context = {
    locale: document.locale,
    pageKey: document.key,
    images: startImages(document),
    explainAddress: explainAddress(allPages(), document.key, document.locale),
  };
  let step = 0;
  let shown = 0;
  const toNode = (fence: Fence): Promise<Element> => {
    const pieces = () => piecesOf(fence.code, simulator.splitCommands);
    switch (fence.words.kind) {
      case 'run':
      case 'term': {
        const result = done[step] ?? { commands: [] };
        return commandSnippet(fence, step++, pieces(), result, context);
      }
      case 'file':
        return fileSnippet(fence, step++, context);
      case 'norun':
        return shownSnippet(fence, shown++, pieces(), context);
      case 'show':
        return plainCode(fence);
    }
  };
  return Promise.all(document.fences.map(toNode));
}

/** Sätteri plugin: replaces the code blocks of pages by snippets, files and coloured code. */
export function fencePlugin(
  workshop: () => Promise<Workshop>,
  root: string = resolve('.'),
): (context: PluginFactoryContext) => HastPluginDefinition | undefined {
  return ({ fileURL }) => {
    const file = fileURL && fileURLToPath(fileURL);
    if (!file || !pageOfPath(file, root)) return undefined;
    const document = readDocument(file, root);
    let nodes: Element[] = [];
    let next = 0;
    return defineHastPlugin({
      name: 'muelle-fences',
      async before() {
        nodes = await fenceNodes(document, await workshop());
      },
      element: {
        filter: ['pre'],
        visit(node, context) {
          const fence = document.fences[next];
          const replacement = nodes[next++];
          if (!fence || !replacement || context.textContent(node).replace(/\n$/, '') !== fence.code) {
            throw new Error(
              `${document.file}:${fence?.line ?? 1}: a code block is not where it was found before. Write code blocks as fences (\`\`\`), not indented.`,
            );
          }
          return replacement;
        },
      },
    });
  };
}
