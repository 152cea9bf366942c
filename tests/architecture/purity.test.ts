import { describe, expect, it } from 'vitest';
import { imports, read, sources, withoutComments } from './sources.ts';

/** The simulator gets clock and randomness handed in, so that the same seed and log give the same bytes everywhere. */
const FORBIDDEN: readonly [string, RegExp][] = [
  ['the time of day', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/],
  ['randomness', /\bMath\.random\b|\bcrypto\b/],
  ['timers', /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/],
  ['the page', /\b(?:document|window|navigator|localStorage|sessionStorage)\s*\./],
  ['the network', /\b(?:fetch|XMLHttpRequest|WebSocket|EventSource)\s*\(/],
  ['the process', /\bprocess\.(?:env|argv|exit|stdout|stderr|cwd)\b(?!\()/],
  ['generated code', /\beval\s*\(|\bnew Function\b/],
];

/** just-bash needs a browser-safe door of its own; it sits in one folder and nowhere else. */
const PACKAGES: readonly [RegExp, readonly string[]][] = [
  [/^src\/shell\/just-bash\//, ['just-bash', 'just-bash/browser']],
  [/^src\/docker\/compose\//, ['yaml']],
];

const files = sources('.ts').filter((file) => /^src\/(docker|explain|shell|terminal)\//.test(file));

/** `kernel.clock`, `p.process` and our own words are fine; only the globals are meant. */
const code = (file: string): string =>
  withoutComments(read(file)).replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");

/** Is this a constant, a parameter or a member of the file itself? */
const isOwn = (name: string, source: string): boolean =>
  new RegExp(`\\b(?:const|let) ${name}\\b|\\b${name}\\??\\s*(?::|\\) =>)|\\b${name}\\b\\s*[,)=]`).test(
    source,
  );

describe('purity of the simulator', () => {
  it.each(FORBIDDEN)('uses no %s', (_what, pattern) => {
    expect(files.length).toBeGreaterThan(20);
    const wrong = files.filter((file) => {
      const source = code(file);
      return [...source.matchAll(new RegExp(pattern, 'g'))].some((match) => {
        const name = /^\w+/.exec(match[0])?.[0] ?? '';
        // A simulated process is often called `process`, a part of a YAML file `document`; only the globals are meant.
        return source[(match.index ?? 0) - 1] !== '.' && !isOwn(name, source);
      });
    });
    expect(wrong).toEqual([]);
  });

  it('imports no package but those it is allowed', () => {
    const wrong = files.flatMap((file) =>
      imports(file)
        .filter((target) => !target.startsWith('src/'))
        .filter((target) => !PACKAGES.some(([where, names]) => where.test(file) && names.includes(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});
