/** A format that cannot be used; `message` is docker's text. */
export class FormatError extends Error {}
