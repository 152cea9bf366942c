import { CliError } from '../failure.ts';

/**
 * `ctrl-p,ctrl-q` ⇒ the bytes of the keys. The daemon refuses others: an exec is told so, a client that wanted to attach
 * only sees that the connection was not taken over (CliError).
 */
export function detachKeys(written: string, of: 'attach' | 'exec' = 'attach'): readonly number[] {
  if (written === '') return [0x10, 0x11];
  return written.split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (control === undefined)
      throw new CliError(
        of === 'exec'
          ? `Error response from daemon: Invalid escape keys (${written}) provided`
          : 'unable to upgrade to tcp, received 400',
      );
    return control === '@'
      ? 0
      : control >= 'a' && control <= 'z'
        ? control.charCodeAt(0) - 96
        : control.charCodeAt(0) - 64;
  });
}

/** Looks for the detach keys in what is typed; bytes that turn out not to belong to them are passed on. */
export class DetachWatch {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** The bytes to pass on, and whether the keys were complete. */
  feed(bytes: Uint8Array): { pass: Uint8Array; detached: boolean } {
    const pass: number[] = [];
    for (const byte of bytes) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { pass: Uint8Array.from(pass), detached: true };
        continue;
      }
      pass.push(...this.#keys.slice(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Uint8Array.from(pass), detached: false };
  }
}
