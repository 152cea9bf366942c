import type { YAMLParseError } from 'yaml';

/** What go-yaml says of a fault; it counts lines from 0 where its parser and from 1 where its scanner stumbles. */
export function syntaxMessage(error: YAMLParseError, source: string): string {
  const lines = source.split('\n');
  const tabbed = lines.findIndex((text) => /^ *\t\s*[^\s#]/.test(text));
  if (tabbed >= 0) return tabMessage(lines, tabbed);
  const line = error.linePos?.[0].line ?? 1;
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return duplicateMessage(lines, line);
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return /Nested mappings/.test(error.message)
        ? `yaml: line ${line}: mapping values are not allowed in this context`
        : `yaml: line ${line + 1}: could not find expected ':'`;
    case 'MISSING_CHAR':
      return /quote/.test(error.message)
        ? `yaml: line ${openQuote(source, error.pos[0])}: found unexpected end of stream`
        : `yaml: line ${line + 1}: could not find expected ':'`;
    case 'BAD_INDENT': {
      const open = /^Flow/.test(error.message) ? openBracket(source, error.pos[0]) : undefined;
      if (open === undefined) break;
      const at = source.slice(0, open.at).split('\n').length - 1;
      const end = source.replace(/\n$/, '').split('\n').length;
      return `yaml: line ${at === 0 ? end : at}: did not find expected ',' or '${open.bracket === '[' ? ']' : '}'}'`;
    }
    case 'BAD_SCALAR_START':
    case 'BAD_DIRECTIVE':
      return `yaml: line ${line}: found character that cannot start any token`;
    case 'BAD_ALIAS':
      return `yaml: unknown anchor '${/: (\S+)/.exec(error.message)?.[1] ?? ''}' referenced`;
    default:
  }
  return `yaml: line ${blockStart(lines, line)}: did not find expected key`;
}

/** The line of the quote that never closes, counted from 1. */
function openQuote(source: string, end: number): number {
  let open = 0;
  let quote = '';
  for (let at = 0; at < end; at++) {
    const char = source[at] ?? '';
    if (quote === '' && (char === '"' || char === "'") && /[\s,[{]/.test(source[at - 1] ?? ' ')) {
      quote = char;
      open = at;
    } else if (quote === '"' && char === '\\') at++;
    else if (char === quote) quote = '';
  }
  return source.slice(0, open).split('\n').length;
}

/** A tab where a token must begin; after a plain value it is that value which goes on wrongly. */
function tabMessage(lines: readonly string[], at: number): string {
  let before = at - 1;
  while (before >= 0 && (lines[before] ?? '').trim() === '') before--;
  const plain = /(?:^|[:-]\s+)[^\s"'|>#[{][^#]*[^\s:,\]}]\s*$/.test(lines[before] ?? '') && before >= 0;
  return plain
    ? `yaml: line ${before + 1}: found a tab character that violates indentation`
    : `yaml: line ${at + 1}: found character that cannot start any token`;
}

function duplicateMessage(lines: readonly string[], line: number): string {
  const written = lines[line - 1] ?? '';
  const key = written.trim().split(':')[0] ?? '';
  const indent = written.length - written.trimStart().length;
  let first = line - 1;
  for (let i = line - 2; i >= 0; i--) {
    const other = lines[i] ?? '';
    const at = other.length - other.trimStart().length;
    if (other.trim() !== '' && at < indent) break;
    if (at === indent && other.trim().split(':')[0] === key) first = i + 1;
  }
  return `line ${line}: mapping key ${JSON.stringify(key)} already defined at line ${first}`;
}

/** The innermost bracket before a place that nothing closes. */
function openBracket(source: string, end: number): { at: number; bracket: string } | undefined {
  const open: { at: number; bracket: string }[] = [];
  let quote = '';
  for (let at = 0; at < end && at < source.length; at++) {
    const char = source[at] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = /[\s:,[{-]/.test(source[at - 1] ?? ' ') ? char : '';
    else if (char === '[' || char === '{') open.push({ at, bracket: char });
    else if (char === ']' || char === '}') open.pop();
  }
  return open.at(-1);
}

/**
 * go-yaml names the line before the mapping in which the wrong token stands (it counts that from 0): the one whose keys are
 * indented like the wrong line, else the one around it; for the outermost one, the line itself.
 */
function blockStart(lines: readonly string[], line: number): number {
  const indentOf = (at: number): number => {
    const text = lines[at] ?? '';
    return text.trim() === '' ? -1 : text.length - text.trimStart().length;
  };
  const wrong = indentOf(line - 1);
  let above = line - 2;
  while (above >= 0 && (indentOf(above) < 0 || indentOf(above) > wrong)) above--;
  if (above < 0) return line - 1;
  const indent = indentOf(above);
  let start = above;
  for (let at = above - 1; at >= 0; at--) {
    const other = indentOf(at);
    if (other < 0) continue;
    if (other < indent) break;
    if (other === indent) start = at;
  }
  return start === 0 ? line - 1 : start;
}
