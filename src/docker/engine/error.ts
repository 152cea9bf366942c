import { ERRORS, type ErrorId } from './errors.ts';

/** Fills the `{name}` places of a message: `fill('a {x}', { x: 'b' })` ⇒ `a b`. */
export function fill(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/**
 * A refusal of the engine. `message` is the daemon's text without "Error response from daemon: "; `id` finds the
 * explanation (content/errors.yaml); `status` is the HTTP status of the API; `params` are the parts of the message.
 */
export class DockerError extends Error {
  readonly id: ErrorId;
  readonly status: number;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(id: ErrorId, params: Readonly<Record<string, string | number>> = {}) {
    const { status, message } = ERRORS[id];
    super(fill(message, params));
    this.name = 'DockerError';
    this.id = id;
    this.status = status;
    this.params = params;
  }
}
