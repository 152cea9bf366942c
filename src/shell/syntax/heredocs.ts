import type { Redirect, Word } from './ast.ts';
import type { Source } from './source.ts';
import { readHeredocBody } from './words.ts';

/** Here-documents that have been announced: their lines come after the end of the present one. */
export class Heredocs {
  #pending: Redirect[] = [];
  /** One whose last line is missing. */
  open: { readonly line: number; readonly delimiter: string } | undefined;

  add(redirect: Redirect): void {
    this.#pending.push(redirect);
  }

  clear(): void {
    this.#pending = [];
  }

  /** Reads them; the cursor stands at the beginning of a line. */
  fill(s: Source): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const redirect of pending) this.#fillOne(s, redirect);
  }

  #fillOne(s: Source, redirect: Redirect): void {
    const tabs = redirect.operator === '<<-';
    const quoted = redirect.target.parts.some((part) => part.kind !== 'text');
    const delimiter = delimiterOf(redirect.target, s.text);
    const from = s.at;
    const lines: string[] = [];
    for (;;) {
      if (s.ended) {
        this.open ??= { line: s.lineAt(redirect.start), delimiter };
        break;
      }
      const end = s.text.indexOf('\n', s.at);
      const raw = s.text.slice(s.at, end < 0 ? undefined : end);
      s.at = end < 0 ? s.text.length : end + 1;
      const line = tabs ? raw.replace(/^\t+/, '') : raw;
      if (line === delimiter) break;
      lines.push(end < 0 && s.dialect.name !== 'bash' ? line : `${line}\n`);
    }
    const text = lines.join('');
    const body = quoted
      ? {
          parts: [{ kind: 'quoted' as const, style: 'single' as const, text, start: from, end: s.at }],
          start: from,
          end: s.at,
        }
      : readHeredocBody(text, s, from);
    redirect.heredoc = { body, delimiter };
  }
}

function delimiterOf(word: Word, text: string): string {
  return word.parts
    .map((part) => {
      if (part.kind === 'text' || part.kind === 'quoted') return part.text;
      if (part.kind === 'double') return text.slice(part.start + 1, part.end - 1);
      return text.slice(part.start, part.end);
    })
    .join('');
}
