/** The syntax tree of a command line. Every node says where it stands in the source, so that it can be explained. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A piece of a word; what is expanded and how depends on its kind. */
export type Part = TextPart | QuotedPart | DoublePart | ParamPart | CommandPart | ArithPart | ProcessPart;

/** Unquoted characters: subject to tilde, brace and pathname expansion. */
export interface TextPart extends Span {
  readonly kind: 'text';
  readonly text: string;
}

/** Literal characters: `'…'`, `$'…'`, or one after a backslash. */
export interface QuotedPart extends Span {
  readonly kind: 'quoted';
  readonly style: 'single' | 'ansi' | 'escape';
  readonly text: string;
}

/** `"…"` */
export interface DoublePart extends Span {
  readonly kind: 'double';
  readonly parts: readonly Part[];
}

/** `$name`, `${name…}`. */
export interface ParamPart extends Span {
  readonly kind: 'param';
  readonly name: string;
  /** `name[index]`; the words `@` and `*` mean all elements. */
  readonly index?: Word | undefined;
  /** `${#name}` */
  readonly length: boolean;
  /** `${!name}` */
  readonly indirect: boolean;
  /** `${!prefix*}` or `${!prefix@}` */
  readonly prefix?: '*' | '@' | undefined;
  /** `:-`, `#`, `%%`, `/`, `:` (substring), `^^`, `@` (transformation) … */
  readonly operator?: string | undefined;
  readonly argument?: Word | undefined;
  /** Replacement of `/`, length of a substring. */
  readonly second?: Word | undefined;
  /** Source of a `${…}` that means nothing; fails when it is expanded. */
  readonly bad?: string | undefined;
}

/** `$(…)` or `` `…` ``. */
export interface CommandPart extends Span {
  readonly kind: 'command';
  readonly script: Script;
}

/** `$((…))`: expanded like a double-quoted string, then calculated. */
export interface ArithPart extends Span {
  readonly kind: 'arith';
  readonly parts: readonly Part[];
}

/** `<(…)` or `>(…)`. */
export interface ProcessPart extends Span {
  readonly kind: 'process';
  readonly direction: '<' | '>';
  readonly script: Script;
}

export interface Word extends Span {
  readonly parts: readonly Part[];
  /** Set on arguments of `export`, `declare` … that assign. */
  readonly assignment?: Assignment | undefined;
}

/** One element of `name=(…)`. */
export interface ArrayElement {
  readonly index?: Word | undefined;
  readonly append: boolean;
  readonly value: Word;
}

/** `name=value`, `name+=value`, `name[index]=value`, `name=(…)`. */
export interface Assignment extends Span {
  readonly name: string;
  readonly index?: Word | undefined;
  readonly append: boolean;
  readonly value: Word;
  readonly array?: readonly ArrayElement[] | undefined;
}

export type RedirectOperator =
  | '<'
  | '>'
  | '>>'
  | '>|'
  | '<>'
  | '<&'
  | '>&'
  | '&>'
  | '&>>'
  | '<<'
  | '<<-'
  | '<<<';

export interface Redirect extends Span {
  /** The descriptor written before the operator. */
  readonly fd?: number | undefined;
  readonly operator: RedirectOperator;
  readonly target: Word;
  /** Text of a here-document; filled in when its lines have been read. */
  heredoc?: { readonly body: Word; readonly delimiter: string } | undefined;
}

interface CommandBase extends Span {
  readonly redirects: readonly Redirect[];
  readonly line: number;
}

export interface SimpleCommand extends CommandBase {
  readonly kind: 'simple';
  /** As written, for messages. */
  readonly source: string;
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
}

export interface GroupCommand extends CommandBase {
  readonly kind: 'subshell' | 'group';
  readonly body: Script;
}

export interface IfCommand extends CommandBase {
  readonly kind: 'if';
  readonly clauses: readonly { readonly test: Script; readonly body: Script }[];
  readonly otherwise?: Script | undefined;
}

export interface ForCommand extends CommandBase {
  readonly kind: 'for' | 'select';
  readonly name: string;
  /** Missing: the positional parameters. */
  readonly words?: readonly Word[] | undefined;
  readonly body: Script;
}

export interface ForArithCommand extends CommandBase {
  readonly kind: 'for-arith';
  readonly first: readonly Part[];
  readonly test: readonly Part[];
  readonly next: readonly Part[];
  readonly body: Script;
}

export interface WhileCommand extends CommandBase {
  readonly kind: 'while' | 'until';
  readonly test: Script;
  readonly body: Script;
}

export interface CaseCommand extends CommandBase {
  readonly kind: 'case';
  readonly word: Word;
  readonly items: readonly {
    readonly patterns: readonly Word[];
    readonly body: Script;
    readonly end: ';;' | ';&' | ';;&';
  }[];
}

export interface FunctionCommand extends CommandBase {
  readonly kind: 'function';
  readonly name: string;
  readonly body: Command;
  /** The definition as written. */
  readonly source: string;
}

export interface ConditionCommand extends CommandBase {
  readonly kind: 'condition';
  readonly test: Condition;
}

export interface ArithCommand extends CommandBase {
  readonly kind: 'arith';
  readonly parts: readonly Part[];
}

export type Command =
  | SimpleCommand
  | GroupCommand
  | IfCommand
  | ForCommand
  | ForArithCommand
  | WhileCommand
  | CaseCommand
  | FunctionCommand
  | ConditionCommand
  | ArithCommand;

/** An expression between `[[` and `]]`. */
export type Condition =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'unary'; readonly operator: string; readonly word: Word }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Word; readonly right: Word }
  | { readonly kind: 'not'; readonly test: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export interface Pipeline extends Span {
  /** As written, for messages. */
  readonly source: string;
  readonly commands: readonly Command[];
  /** `|&` after the command of the same index. */
  readonly withErrors: readonly boolean[];
  readonly negated: boolean;
  readonly timed: 'bash' | 'posix' | undefined;
}

/** Pipelines joined by `&&` and `||`. */
export interface AndOr extends Span {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
  readonly background: boolean;
  /** As written, for the list of jobs. */
  readonly source: string;
}

/** Commands one after the other. */
export interface Script extends Span {
  readonly items: readonly AndOr[];
}
