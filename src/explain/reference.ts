/** One text in both languages of the site. */
export interface Bilingual {
  readonly es: string;
  readonly en: string;
}

/** Words that people type to find something, by language. */
export interface SearchWords {
  readonly es: readonly string[];
  readonly en: readonly string[];
}

/** What the reference says of a flag; its name, type and default are facts of `src/docker/spec`. */
export interface FlagText extends Bilingual {
  /** The form of its value, where that is not obvious. */
  readonly value?: Bilingual | undefined;
  /** What it destroys or exposes. */
  readonly danger?: Bilingual | undefined;
  readonly words?: SearchWords | undefined;
}

/** A command line that shows a command at work. */
export interface CommandExample extends Bilingual {
  readonly run: string;
  /** Exit code of its last command. */
  readonly expect: number;
  /** Engine time until Ctrl-C, `3s`. */
  readonly stop?: string | undefined;
  /** What is typed on the terminal; the example is interactive. */
  readonly input?: string | undefined;
  /** Why the simulator does not run it. */
  readonly norun?: Bilingual | undefined;
}

/** What the reference says of a command; its usage, aliases and flags are facts of `src/docker/spec`. */
export interface CommandText {
  /** `container run`; empty for `docker` itself. */
  readonly id: string;
  readonly summary: Bilingual;
  readonly details?: Bilingual | undefined;
  readonly danger?: Bilingual | undefined;
  readonly words: SearchWords;
  /** By the placeholder of the usage line: `IMAGE`. */
  readonly arguments: Readonly<Record<string, Bilingual>>;
  /** By the flag's long name without hyphens; every flag of the command but `help`, those taken over from `like` too. */
  readonly flags: Readonly<Record<string, FlagText>>;
  /** Ids of commands. */
  readonly related: readonly string[];
  readonly examples: readonly CommandExample[];
  /** Images that are present when the examples start. */
  readonly start: readonly string[];
}

/** The reference of all commands, by id. */
export type CommandTexts = ReadonlyMap<string, CommandText>;
