import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/site/checks/documents.ts';
import { readGlossary, sortedTerms } from '../../src/site/glossary.ts';
import { LOCALES } from '../../src/site/locales.ts';
import { linkTerms, TermFinder } from '../../src/site/markdown/terms.ts';
import { proseOf } from '../../src/site/prose.ts';

const glossary = readGlossary();

describe('the glossary', () => {
  test('has each term once, in each language', () => {
    for (const locale of LOCALES) {
      const terms = glossary.terms.map(({ term }) => term[locale].toLowerCase());
      expect(new Set(terms).size).toBe(terms.length);
    }
    expect(new Set(glossary.terms.map(({ id }) => id)).size).toBe(glossary.terms.length);
  });

  test('is sorted in the alphabet of the language', () => {
    const terms = sortedTerms(glossary, 'es').map(({ term }) => term.es);
    expect(terms.indexOf('volumen anónimo')).toBeLessThan(terms.indexOf('volumen con nombre'));
    expect(terms[0]).toBe('acoplar');
  });
});

test.each(LOCALES)('no page says in other words what the glossary names (%s)', (locale) => {
  const { names, terms } = glossary;
  const forbidden = terms.flatMap(({ term, forbidden }) =>
    forbidden[locale].map((variant) => ({
      variant,
      term: term[locale],
      pattern: new RegExp(`(?<![\\p{L}\\p{N}_-])${variant}(?:e?s)?(?![\\p{L}\\p{N}_-])`, 'giu'),
    })),
  );
  const problems = readDocuments()
    .documents.filter((document) => document.locale === locale)
    .flatMap(({ file, source }) => {
      const lines = proseOf(source, names[locale]).split('\n');
      return lines.flatMap((line, index) =>
        forbidden
          .filter(({ pattern }) => line.search(pattern) >= 0)
          .map(({ variant, term }) => `${file}:${index + 1}: "${variant}": write "${term}"`),
      );
    });
  expect(problems).toEqual([]);
});

describe('links to terms', () => {
  const texts = (text: string, locale: 'es' | 'en' = 'en', finder = new TermFinder(glossary, locale)) =>
    linkTerms(text, finder, '/g/').flatMap((node) =>
      node.type === 'element'
        ? [
            `${node.properties['href']} ${node.children.map((child) => ('value' in child ? child.value : '')).join('')}`,
          ]
        : [],
    );

  test('are made once, in singular and plural', () => {
    const finder = new TermFinder(glossary, 'en');
    expect(texts('Volumes are mounted.', 'en', finder)).toEqual(['/g/#volume Volumes']);
    expect(texts('A volume is a store.', 'en', finder)).toEqual([]);
    expect(texts('las imágenes base y los contenedores', 'es')).toEqual([
      '/g/#base-image imágenes base',
      '/g/#container contenedores',
    ]);
  });

  test('are made for the longest term, and not for parts of words', () => {
    expect(texts('a named volume, multi-port, imagery')).toEqual(['/g/#named-volume named volume']);
  });

  test('are not made where the page explains the word itself', () => {
    const finder = new TermFinder(glossary, 'en');
    finder.skip('bridge');
    expect(texts('the bridge', 'en', finder)).toEqual([]);
  });

  test('keep the text', () => {
    const nodes = linkTerms('A volume and a network.', new TermFinder(glossary, 'en'), '/g/');
    const text = nodes.map((node) =>
      node.type === 'text'
        ? node.value
        : node.type === 'element'
          ? node.children.map((child) => ('value' in child ? child.value : '')).join('')
          : '',
    );
    expect(text.join('')).toBe('A volume and a network.');
  });
});
