/** A failure in Compose's own words; the command prints it and exits with `code`. */
export class ComposeError extends Error {
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}
