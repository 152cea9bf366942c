import type { BundledLanguage, SpecialLanguage } from 'shiki';

/** A language that a fence may name. */
export interface Language {
  /** Grammar that colours it. */
  readonly grammar: BundledLanguage | SpecialLanguage;
  /** A line of nothing but a comment; such lines are the only ones that differ between the languages of the site. */
  readonly comment?: RegExp;
  /** Commands for a shell: the fence must say whether they run. */
  readonly shell?: true;
}

const hash = /^\s*#(?!!)/;
const slashes = /^\s*\/\//;
const tag = /^\s*<!--.*-->\s*$/;

/** The words that may stand after the backticks of a fence. */
export const LANGUAGES: Readonly<Record<string, Language>> = {
  sh: { grammar: 'shellscript', comment: hash, shell: true },
  bash: { grammar: 'shellscript', comment: hash, shell: true },
  dockerfile: { grammar: 'dockerfile', comment: hash },
  yaml: { grammar: 'yaml', comment: hash },
  json: { grammar: 'json' },
  html: { grammar: 'html', comment: tag },
  python: { grammar: 'python', comment: hash },
  ini: { grammar: 'ini', comment: /^\s*[#;]/ },
  nginx: { grammar: 'nginx', comment: hash },
  php: { grammar: 'php', comment: /^\s*(?:\/\/|#(?!\[))/ },
  c: { grammar: 'c', comment: slashes },
  js: { grammar: 'javascript', comment: slashes },
  text: { grammar: 'text' },
};

/** A here-document that starts on this line: its delimiter, and whether leading tabs are dropped. */
const HERE_DOCUMENT = /(?<!<)<<(-?)\s*(?:'([^']+)'|"([^"]+)"|\\?([A-Za-z_][\w.]*))/;

/**
 * The code without the lines that are only a comment. In shell code the body of a here-document is content, whatever its
 * lines start with. `('sh', '# lists\ndocker ps') ⇒ 'docker ps'`.
 */
export function withoutComments(language: string, code: string): string {
  const comment = LANGUAGES[language]?.comment;
  if (!comment) return code;
  let end: string | undefined;
  let tabs = false;
  const kept = code.split('\n').filter((line) => {
    if (end !== undefined) {
      if ((tabs ? line.replace(/^\t+/, '') : line) === end) end = undefined;
      return true;
    }
    if (comment.test(line)) return false;
    const start = LANGUAGES[language]?.shell ? HERE_DOCUMENT.exec(line) : undefined;
    end = start?.[2] ?? start?.[3] ?? start?.[4];
    tabs = start?.[1] === '-';
    return true;
  });
  return kept.join('\n');
}
