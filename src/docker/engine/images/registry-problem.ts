import type { ErrnoCode } from '../../kernel/errno.ts';

/** A registry cannot be talked to; `message` is Go's reason, `code` that of the failed connection. */
export class RegistryProblem extends Error {
  readonly code: ErrnoCode | undefined;

  constructor(reason: string, code: ErrnoCode | undefined) {
    super(reason);
    this.name = 'RegistryProblem';
    this.code = code;
  }
}
