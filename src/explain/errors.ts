/** A usual error, in one language. */
export interface KnownError {
  readonly id: string;
  /** A regular expression on the output; without one the exit code tells. */
  readonly pattern?: string;
  readonly exit?: number;
  readonly cause: string;
  readonly cure: string;
}

/**
 * The error that a command ended with: the first entry whose pattern is in the output and whose exit code, where it names
 * one, is that of the command. Undefined where all went well or the error is none of the usual ones.
 */
export function findError(
  errors: readonly KnownError[],
  output: string,
  exit: number,
): KnownError | undefined {
  if (exit === 0) return undefined;
  return errors.find(
    (error) =>
      (error.exit === undefined || error.exit === exit) &&
      (error.pattern === undefined || new RegExp(error.pattern, 'm').test(output)),
  );
}
