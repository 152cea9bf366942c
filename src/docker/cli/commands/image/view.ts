import type { ImageSummary } from '../../../engine/api.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import { humanSize, shortId } from '../../format/units.ts';
import { byBytes } from '../../template/values.ts';

interface Line {
  readonly name: string;
  readonly id: string;
  readonly disk: string;
  readonly content: string;
  readonly inUse: boolean;
  /** Names that have a line of their own before it. */
  readonly above: readonly string[];
  readonly child: boolean;
}

const COLUMNS = [
  { title: 'ID', width: 12, right: false },
  { title: 'DISK USAGE', width: 10, right: true },
  { title: 'CONTENT SIZE', width: 12, right: true },
] as const;
const EXTRA = 'EXTRA';
const GAP = '   ';
const UNTAGGED = '<untagged>';
const PLATFORM = '└─ linux/amd64';

/** The layout of `docker images` since Engine 29, with colours and a legend on a terminal. */
export function imageView(
  images: readonly ImageSummary[],
  options: { tree: boolean; terminal: { readonly columns: number } | undefined },
): string {
  const lines = images.flatMap((image): Line[] => {
    const details = {
      id: shortId(image.Id),
      disk: humanSize(image.Size, 3),
      content: humanSize(image.ContentSize, 3),
      inUse: image.InUse,
      child: false,
    };
    const names = [...image.RepoTags].sort(byBytes);
    if (names.length === 0) return [{ ...details, above: [], name: UNTAGGED }];
    // A tree shows an image once, under all of its names.
    if (options.tree) return [{ ...details, above: names.slice(0, -1), name: names.at(-1) ?? '' }];
    return names.map((name) => ({ ...details, above: [], name }));
  });
  const first = ({ above, name }: Line): string => above[0] ?? name;
  lines.sort(
    (a, b) => Number(a.name === UNTAGGED) - Number(b.name === UNTAGGED) || byBytes(first(a), first(b)),
  );
  const shown = options.tree
    ? lines.flatMap((line) => [line, { ...line, above: [], name: PLATFORM, child: true }])
    : lines;
  // The real CLI counts bytes here, so the branch of the tree makes the column wider than it looks.
  const width = Math.max(
    'IMAGE'.length,
    ...shown.flatMap((line) => [...line.above, line.name].map((name) => utf8(name).length)),
  );
  const colour = options.terminal !== undefined;
  const out = [heading(width, colour)];
  for (const line of shown) {
    for (const name of line.above) out.push(paint(name, NAME, colour));
    out.push(row(line, width, colour));
    if (line.child) out.push('');
  }
  const legend =
    options.terminal === undefined
      ? ''
      : `${' '.repeat(Math.max(0, options.terminal.columns - LEGEND_WIDTH))}${LEGEND}\n`;
  return `${legend}${out.join('\n')}\n`;
}

const BOLD = '\x1b[1m';
const RESET = '\x1b[0m';
const PLAIN = '\x1b[39m';
const NAME = `\x1b[34m${BOLD}`;
const IN_USE = `\x1b[38;5;0m\x1b[48;5;14m U ${RESET}`;
const LEGEND = `${BOLD}\x1b[106m\x1b[30mi${RESET}${RESET} \x1b[96mInfo → ${RESET}${RESET} ${IN_USE} In Use`;
/** Columns of the terminal that the legend leaves free on its left, from its right edge. */
const LEGEND_WIDTH = 20;

const paint = (text: string, codes: string, colour: boolean): string =>
  colour ? `${codes}${text}${RESET}` : text;

function heading(width: number, colour: boolean): string {
  const cells = [{ title: 'IMAGE', width }, ...COLUMNS].map(
    ({ title, width: room }) => paint(title, `${PLAIN}${BOLD}`, colour) + ' '.repeat(room - title.length),
  );
  return [...cells, paint(EXTRA, `${PLAIN}${BOLD}`, colour)].join(GAP);
}

function row(line: Line, width: number, colour: boolean): string {
  const name =
    paint(line.name, line.child ? PLAIN : NAME, colour) +
    ' '.repeat(Math.max(0, width - [...line.name].length));
  const values = [line.id, line.disk, line.content];
  const cells = COLUMNS.map(({ width: room, right }, index) => {
    const value = values[index] ?? '';
    const blanks = ' '.repeat(Math.max(0, room - value.length));
    return right ? blanks + paint(value, PLAIN, colour) : paint(value, PLAIN, colour) + blanks;
  });
  const extra = line.inUse ? (colour ? `${IN_USE}  ` : 'U    ') : '     ';
  return [name, ...cells, extra].join(GAP);
}
