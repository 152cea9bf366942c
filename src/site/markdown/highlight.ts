import { createCssVariablesTheme, createHighlighter, type Highlighter } from 'shiki';
import { LANGUAGES } from './languages.ts';

/** A piece of code and the class that colours it (`''` for none). */
export interface Token {
  readonly text: string;
  readonly className: string;
}

const PREFIX = '--code-';
const theme = createCssVariablesTheme({ name: 'muelle', variablePrefix: PREFIX, fontStyle: false });

let highlighter: Promise<Highlighter> | undefined;

function load(): Promise<Highlighter> {
  const grammars = [...new Set(Object.values(LANGUAGES).map(({ grammar }) => grammar))];
  highlighter ??= createHighlighter({ langs: grammars, themes: [theme] });
  return highlighter;
}

/** `var(--code-token-string-expression) ⇒ t-string-expression`; the plain text colour has no class. */
function classOf(colour: string | undefined): string {
  const name = /--code-token-([a-z-]+)/.exec(colour ?? '')?.[1];
  return name ? `t-${name}` : '';
}

/**
 * The grammar calls every unquoted argument a string. In commands the flags are what the eye looks for, so they get a
 * class of their own and plain words none: `run -d web ⇒ run |-d| web`.
 */
function splitFlags(text: string): Token[] {
  return text
    .split(/((?<![^\s])-[^\s=]+)/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, className: part.startsWith('-') ? 't-flag' : '' }));
}

function tokensOf(
  content: string,
  colour: string | undefined,
  isShell: boolean,
  before: Token | undefined,
): Token[] {
  // Space takes the class of what stands before it, so that it needs no element of its own.
  if (content.trim() === '') {
    return [{ text: content, className: before?.className === 't-flag' ? '' : (before?.className ?? '') }];
  }
  const className = classOf(colour);
  return isShell && className === 't-string' ? splitFlags(content) : [{ text: content, className }];
}

/** Colours code: its lines as tokens, neighbours of one class joined. No `style` attributes, which the CSP forbids. */
export async function highlight(code: string, language: string): Promise<Token[][]> {
  const { grammar = 'text', shell = false } = LANGUAGES[language] ?? {};
  const { tokens } = (await load()).codeToTokens(code, { lang: grammar, theme: 'muelle' });
  return tokens.map((line) => {
    const joined: Token[] = [];
    for (const { content, color } of line) {
      for (const token of tokensOf(content, color, shell, joined.at(-1))) {
        const last = joined.at(-1);
        if (last?.className === token.className) {
          joined[joined.length - 1] = { text: last.text + token.text, className: token.className };
        } else joined.push(token);
      }
    }
    return joined;
  });
}
