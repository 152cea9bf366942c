/** How a command leaves the normal course of things. These are thrown, and caught where they mean something. */

/** `break n` */
export class BreakLoop {
  levels: number;
  constructor(levels: number) {
    this.levels = levels;
  }
}

/** `continue n` */
export class ContinueLoop {
  levels: number;
  constructor(levels: number) {
    this.levels = levels;
  }
}

/** `return n` */
export class ReturnFrom {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** `exit n`, `set -e`, a fatal expansion: the shell ends after its EXIT trap. */
export class ExitShell {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** An error that drops the rest of the line (bash's jump to the top level). Its message has been printed. */
export class DropLine {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** An error message on its way to whoever prints it with the shell's prefix; then the command fails. */
export class Complaint {
  readonly message: string;
  readonly status: number;
  constructor(message: string, status: number) {
    this.message = message;
    this.status = status;
  }
}
