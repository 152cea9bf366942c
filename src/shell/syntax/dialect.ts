/** Which shell this is: decides on syntax, messages and builtins. */
export interface Dialect {
  readonly name: 'bash' | 'dash' | 'ash';
  /** `[[ ]]`, `(( ))`, arrays, `<( )`, `function`. */
  readonly extended: boolean;
  /** `$'…'`, `<<<`, `&>`, `|&`: bash and partly busybox. */
  readonly ansiQuotes: boolean;
  readonly bothRedirect: boolean;
  /** `&>>` */
  readonly bothAppend: boolean;
  readonly hereString: boolean;
}

export const BASH: Dialect = {
  name: 'bash',
  extended: true,
  ansiQuotes: true,
  bothRedirect: true,
  bothAppend: true,
  hereString: true,
};

/** Debian's /bin/sh. */
export const DASH: Dialect = {
  name: 'dash',
  extended: false,
  ansiQuotes: false,
  bothRedirect: false,
  bothAppend: false,
  hereString: false,
};

/** BusyBox's sh, as in the images busybox and alpine. */
export const ASH: Dialect = {
  name: 'ash',
  extended: false,
  ansiQuotes: true,
  bothRedirect: true,
  bothAppend: false,
  hereString: false,
};
