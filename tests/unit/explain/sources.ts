import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Token } from '../../../src/explain/data.ts';
import { readDocuments } from '../../../src/site/checks/documents.ts';

/** Something that must be explained, and where it is from. */
export interface Source {
  readonly where: string;
  readonly code: string;
}

const SHELL = new Set(['run', 'term', 'norun']);

/** Every shell snippet of the site. */
export function snippetSources(): Source[] {
  return readDocuments().documents.flatMap(({ file, fences }) =>
    fences
      .filter(({ words }) => SHELL.has(words.kind))
      .map(({ line, code }) => ({ where: `${file}:${line}`, code })),
  );
}

/** Every `run:` and `command:` text in the YAML files of a folder of `content`. */
export function yamlSources(folder: string, ...fields: readonly string[]): Source[] {
  const sources: Source[] = [];
  const visit = (value: unknown, where: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => void visit(item, `${where}[${index}]`));
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        if (fields.includes(key) && typeof inner === 'string')
          sources.push({ where: `${where}.${key}`, code: inner });
        else visit(inner, `${where}.${key}`);
      }
  };
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.yaml')) visit(parse(readFileSync(`${folder}/${name}`, 'utf8')), `${folder}/${name}`);
  }
  return sources;
}

/** What no token explains: characters outside all tokens, and tokens without a sentence. */
export function unexplained(source: string, tokens: readonly Token[]): string[] {
  const covered = new Uint8Array(source.length);
  for (const { from, to } of tokens) covered.fill(1, from, to);
  const problems = tokens
    .filter(({ unknown, text }) => unknown === true || text === '')
    .map(({ from, to }) => `no sentence for ${JSON.stringify(source.slice(from, to))}`);
  let bare = '';
  for (let at = 0; at < source.length; at++) {
    const continued = source[at] === '\\' && source[at + 1] === '\n';
    if (covered[at] === 0 && !/\s/.test(source[at] ?? '') && !continued) bare += source[at];
  }
  return bare === '' ? problems : [...problems, `outside all tokens: ${JSON.stringify(bare)}`];
}
