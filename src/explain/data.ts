/** What the explanations are made of, in one language; `src/site/explain/data.ts` makes it of the files in `content`. */
export interface ExplainData {
  /** By id: `container run`. */
  readonly commands: Readonly<Record<string, CommandData>>;
  /** Sentences with `{parts}` that are filled in, by name: `publish.both`. */
  readonly texts: Readonly<Record<string, string>>;
  /** Operators, keywords and variables of the shell. */
  readonly shell: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, ProgramData>>;
  /** What a value is that is only named by its kind: `FILE`. */
  readonly kinds: Readonly<Record<string, string>>;
}

export interface CommandData {
  readonly summary: string;
  readonly danger?: string;
  /** By the placeholder of the usage line: `IMAGE`. */
  readonly arguments: Readonly<Record<string, string>>;
  /** By long name; a flag with nothing more to say is its sentence. */
  readonly flags: Readonly<Record<string, string | FlagData>>;
}

export interface FlagData {
  readonly text: string;
  readonly value?: string;
  readonly danger?: string;
}

/** A program other than docker, or a builtin of the shell. */
export interface ProgramData {
  readonly text: string;
  readonly danger?: string;
  /** By spelling: `-o`, `--output`. */
  readonly options: Readonly<Record<string, OptionData>>;
  /** Words that the first argument may be: `install`. */
  readonly subcommands: Readonly<Record<string, string>>;
  /** What its arguments are, by position; the last goes for all that follow. */
  readonly words: readonly string[];
  /** After so many arguments its other words are a command of their own: `timeout 5 command`. */
  readonly command?: number;
  /** The argument at this position is source code of the shell: `eval`. */
  readonly script?: number;
  /** Its first argument may be option letters without a hyphen: `tar xzf`. */
  readonly bundle?: boolean;
}

export interface OptionData {
  readonly text: string;
  /** Kind of the value that follows; `SCRIPT` is source code of the shell. */
  readonly value?: string;
  readonly danger?: string;
}

/** What a token is. */
export type TokenKind =
  | 'program'
  | 'subcommand'
  | 'flag'
  | 'value'
  | 'argument'
  | 'string'
  | 'variable'
  | 'assignment'
  | 'operator'
  | 'redirection'
  | 'substitution'
  | 'keyword'
  | 'comment'
  | 'heredoc';

/** A part of a command line and what it means. Tokens nest: a string that is a script holds the tokens of the script. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: TokenKind;
  readonly text: string;
  /** What it destroys or exposes. */
  readonly danger?: string;
  /** The reference has no sentence for it. */
  readonly unknown?: true;
}
