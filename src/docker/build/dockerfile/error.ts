/** Lines of a Dockerfile, the first being 1, both ends included. */
export interface Lines {
  readonly start: number;
  readonly end: number;
}

/**
 * Why a build cannot go on, in BuildKit's words. `lines` are those the excerpt marks with `>>>`. `step` is what the failing
 * step says where that differs from the message of the whole build.
 */
export class BuildError extends Error {
  readonly lines: Lines | undefined;
  readonly step: string;

  constructor(message: string, lines?: Lines, step = message) {
    super(message);
    this.name = 'BuildError';
    this.lines = lines;
    this.step = step;
  }
}

/** The part of a Dockerfile around the marked lines, as errdefs.Source prints it. Empty for lines outside of it. */
export function excerpt(fileName: string, text: string, { start, end }: Lines): string {
  const lines = text.split('\n');
  if (start < 1 || start > lines.length) return '';
  let first = start;
  let last = Math.min(Math.max(end, start), lines.length);
  const marked = last;
  const pad = first === last ? 4 : 2;
  for (let p = 0; p < pad; p++) {
    if (first > 1) {
      first--;
      p++;
    }
    if (last < lines.length) {
      last++;
      p++;
    }
  }
  let out = `${fileName}:${start}\n--------------------\n`;
  for (let i = first; i <= last; i++)
    out += ` ${String(i).padStart(3)} | ${i >= start && i <= marked ? '>>>' : '   '} ${lines[i - 1] ?? ''}\n`;
  return `${out}--------------------\n`;
}
