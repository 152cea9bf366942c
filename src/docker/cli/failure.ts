import { DockerError } from '../engine/api.ts';

/** A failure that ends the command: `message` goes to standard error as it is. An empty one only sets the exit code. */
export class CliError extends Error {
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** What the CLI prints for a refusal of the daemon. */
export function daemonText(error: DockerError): string {
  if (error.id === 'not-simulated') return `muelle: ${error.message}`;
  // The client does not even ask for an empty name.
  return error.id === 'empty-id' ? error.message : `Error response from daemon: ${error.message}`;
}

/** The text of a failure of either kind; anything else is a bug and is thrown on. */
export function failureText(error: unknown): string {
  if (error instanceof DockerError) return daemonText(error);
  if (error instanceof CliError) return error.message;
  throw error;
}

/** Refuses what the simulator does not do: `notSimulated('run --gpus')`. */
export function notSimulated(what: string): CliError {
  return new CliError(`muelle: docker ${what} is not simulated here`);
}
