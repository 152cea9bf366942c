/** Settings of Go's text/tabwriter (padding with blanks). */
export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** What docker's tables use. */
export const TABLE: TabOptions = { minWidth: 10, padding: 3 };

/**
 * Go's text/tabwriter: tab-terminated cells of adjacent lines form a column as wide as its widest cell. The text after the
 * last tab of a line belongs to no column. `align('a\tb\n')` ⇒ `a         b\n`.
 */
export function align(text: string, options: TabOptions = TABLE): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  const columns = Math.max(...lines.map((cells) => cells.length - 1));
  for (let column = 0; column < columns; column++) {
    for (let from = 0; from < lines.length; from++) {
      if (!hasColumn(lines[from], column)) continue;
      let to = from;
      while (to < lines.length && hasColumn(lines[to], column)) to++;
      const block = lines.slice(from, to);
      const widest = Math.max(...block.map((cells) => [...(cells[column] ?? '')].length));
      const width =
        widest === 0 && options.minWidth === 0 ? 0 : Math.max(options.minWidth, widest + options.padding);
      for (let line = from; line < to; line++) {
        const row = widths[line];
        if (row !== undefined) row[column] = width;
      }
      from = to;
    }
  }
  return lines
    .map((cells, line) =>
      cells
        .map((cell, column) =>
          column === cells.length - 1
            ? cell
            : cell + ' '.repeat((widths[line]?.[column] ?? 0) - [...cell].length),
        )
        .join(''),
    )
    .join('\n');
}

/** A cell is in a column only if a tab ends it. */
const hasColumn = (cells: readonly string[] | undefined, column: number): boolean =>
  cells !== undefined && cells.length - 1 > column;
