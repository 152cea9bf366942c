import type { CommandText } from '../../explain/reference.ts';
import type { Locale } from '../locales.ts';
import type { PageDocument } from '../markdown/document.ts';
import { parseFenceWords } from '../markdown/fence-words.ts';
import { COMMANDS_FOLDER, fileOfCommand } from './load.ts';
import { keyOfCommand } from './pages.ts';

/** The examples of a command as a page's fences, so that they are run, checked and shown as any other snippet. */
export function examplesDocument(text: CommandText, locale: Locale): PageDocument {
  const fences = text.examples.map(({ run, expect, stop, input, norun }, index) => {
    const words = [
      norun ? `norun reason=${JSON.stringify(norun[locale])}` : input === undefined ? 'run' : 'term',
      input === undefined ? '' : `input=${JSON.stringify(input)}`,
      expect === 0 ? '' : `expect=${expect}`,
      stop === undefined ? '' : `stop=${stop}`,
    ];
    const info = ['sh', ...words].filter((word) => word !== '').join(' ');
    return { line: index + 1, words: parseFenceWords(info), code: run.trimEnd() };
  });
  return {
    file: `${COMMANDS_FOLDER}/${fileOfCommand(text.id)}`,
    key: keyOfCommand(text.id),
    locale,
    frontmatter: { start: [...text.start] },
    fences,
    sheets: [],
    headings: [],
    source: '',
  };
}
