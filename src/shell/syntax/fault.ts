import type { Dialect } from './dialect.ts';

/** What is wrong with the source; each shell words it in its own way. */
export type FaultDetail =
  | {
      readonly kind: 'unexpected';
      readonly token: string;
      readonly word?: boolean;
      readonly expecting?: string | undefined;
    }
  | { readonly kind: 'end'; readonly expecting?: string | undefined }
  | { readonly kind: 'unmatched'; readonly quote: string }
  | { readonly kind: 'loop-variable'; readonly name: string }
  | { readonly kind: 'other'; readonly message: string };

/** A syntax error. `incomplete` if more lines could still make it right. */
export class SyntaxFault extends Error {
  readonly detail: FaultDetail;
  readonly line: number;
  /** The line of source it stands in. */
  readonly text: string;
  readonly incomplete: boolean;

  constructor(detail: FaultDetail, line: number, text: string) {
    super(detail.kind);
    this.detail = detail;
    this.line = line;
    this.text = text;
    this.incomplete = detail.kind === 'end' || detail.kind === 'unmatched';
  }
}

/** The message without the shell's prefix, one or two lines; bash repeats the source line unless it is interactive. */
export function describeFault(fault: SyntaxFault, dialect: Dialect): string[] {
  const { detail } = fault;
  return dialect.name === 'bash' ? bash(fault) : [ash(detail, dialect.name === 'dash')];
}

function bash(fault: SyntaxFault): string[] {
  const { detail } = fault;
  switch (detail.kind) {
    case 'unexpected': {
      const token = detail.token === '\n' ? 'newline' : detail.token;
      return [`syntax error near unexpected token \`${token}'`, `\`${fault.text}'`];
    }
    case 'end':
      return ['syntax error: unexpected end of file'];
    case 'unmatched':
      return [`unexpected EOF while looking for matching \`${detail.quote}'`];
    case 'loop-variable':
      return detail.name === ''
        ? ["syntax error near unexpected token `newline'", `\`${fault.text}'`]
        : [`\`${detail.name}': not a valid identifier`];
    case 'other':
      return [detail.message];
  }
}

function ash(detail: FaultDetail, dash: boolean): string {
  const start = dash ? 'Syntax error' : 'syntax error';
  const expecting =
    'expecting' in detail && detail.expecting !== undefined ? ` (expecting ${quote(detail.expecting)})` : '';
  switch (detail.kind) {
    case 'unexpected':
      return dash
        ? `${start}: ${named(detail)} unexpected${expecting}`
        : `${start}: unexpected ${named(detail)}${expecting}`;
    case 'end':
      return dash
        ? `${start}: end of file unexpected${expecting}`
        : `${start}: unexpected end of file${expecting}`;
    case 'unmatched':
      if (detail.quote === '`') return `${start}: EOF in backquote substitution`;
      if (detail.quote === ')') {
        const wanted = ' (expecting ")")';
        return dash
          ? `${start}: end of file unexpected${wanted}`
          : `${start}: unexpected end of file${wanted}`;
      }
      if (detail.quote === '}') return dash ? `${start}: Missing '}'` : `${start}: missing '}'`;
      return dash ? `${start}: Unterminated quoted string` : `${start}: unterminated quoted string`;
    case 'loop-variable':
      return dash ? `${start}: Bad for loop variable` : `${start}: bad for loop variable`;
    case 'other':
      return `${start}: ${detail.message}`;
  }
}

const quote = (token: string): string => `"${token}"`;

/** dash and ash name a token by its kind unless it is an operator or a reserved word. */
function named(detail: { readonly token: string; readonly word?: boolean }): string {
  if (detail.word === true) return 'word';
  if (detail.token === '\n') return 'newline';
  return /^[<>]/.test(detail.token) ? 'redirection' : quote(detail.token);
}
