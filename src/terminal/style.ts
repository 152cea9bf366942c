/**
 * How a character looks, packed into one number so that lines stay cheap: bits 0–4 foreground and 5–9 background
 * (0 = the terminal's own, n + 1 = colour n of the sixteen), then one bit for each attribute.
 */
export type Style = number;

/** The look before any SGR sequence. */
export const PLAIN: Style = 0;

const FOREGROUND = 0;
const BACKGROUND = 5;
const COLOUR_MASK = 0x1f;

const BOLD = 1 << 10;
const DIM = 1 << 11;
const ITALIC = 1 << 12;
const UNDERLINE = 1 << 13;
const INVERSE = 1 << 14;

const ATTRIBUTES: readonly (readonly [bit: number, name: string])[] = [
  [BOLD, 'ansi-bold'],
  [DIM, 'ansi-dim'],
  [ITALIC, 'ansi-italic'],
  [UNDERLINE, 'ansi-underline'],
  [INVERSE, 'ansi-inverse'],
];

function withColour(style: Style, shift: number, colour: number | undefined): Style {
  return (style & ~(COLOUR_MASK << shift)) | ((colour === undefined ? 0 : colour + 1) << shift);
}

/** The sixteen colours as xterm draws them; only used to find the nearest one. */
const PALETTE: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** The nearest of the sixteen colours: `nearest(250, 10, 0) ⇒ 9`. */
export function nearest(red: number, green: number, blue: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, [r, g, b]] of PALETTE.entries()) {
    const d = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (d < distance) [best, distance] = [index, d];
  }
  return best;
}

/** A colour of xterm's 256 as one of the sixteen: `of256(196) ⇒ 9`. */
export function of256(index: number): number {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return nearest(grey, grey, grey);
  }
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

/** Reads `38;5;N` or `38;2;R;G;B` from position `at` (that of the 38); gives the colour and how many values it took. */
function extendedColour(values: readonly number[], at: number): { colour: number | undefined; used: number } {
  const value = (offset: number) => Math.min(255, values[at + offset] ?? 0);
  if (values[at + 1] === 5) return { colour: of256(value(2)), used: 3 };
  if (values[at + 1] === 2) return { colour: nearest(value(2), value(3), value(4)), used: 5 };
  return { colour: undefined, used: 2 };
}

/** Applies an SGR sequence (`CSI … m`) to a style: `sgr(PLAIN, [1, 31])` is bold red. Unknown values are skipped. */
export function sgr(style: Style, values: readonly number[]): Style {
  let result = style;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value === 0) result = PLAIN;
    else if (value === 1) result |= BOLD;
    else if (value === 2) result |= DIM;
    else if (value === 3) result |= ITALIC;
    else if (value === 4 || value === 21) result |= UNDERLINE;
    else if (value === 7) result |= INVERSE;
    else if (value === 22) result &= ~(BOLD | DIM);
    else if (value === 23) result &= ~ITALIC;
    else if (value === 24) result &= ~UNDERLINE;
    else if (value === 27) result &= ~INVERSE;
    else if (value >= 30 && value <= 37) result = withColour(result, FOREGROUND, value - 30);
    else if (value === 39) result = withColour(result, FOREGROUND, undefined);
    else if (value >= 40 && value <= 47) result = withColour(result, BACKGROUND, value - 40);
    else if (value === 49) result = withColour(result, BACKGROUND, undefined);
    else if (value >= 90 && value <= 97) result = withColour(result, FOREGROUND, value - 82);
    else if (value >= 100 && value <= 107) result = withColour(result, BACKGROUND, value - 92);
    else if (value === 38 || value === 48) {
      const { colour, used } = extendedColour(values, at);
      if (colour !== undefined) result = withColour(result, value === 38 ? FOREGROUND : BACKGROUND, colour);
      at += used - 1;
    }
  }
  return result;
}

/** The class names of a style: `classesOf(sgr(PLAIN, [1, 31])) ⇒ 'ansi-fg-1 ansi-bold'`; `''` for plain text. */
export function classesOf(style: Style): string {
  if (style === PLAIN) return '';
  const names: string[] = [];
  const foreground = (style >> FOREGROUND) & COLOUR_MASK;
  const background = (style >> BACKGROUND) & COLOUR_MASK;
  if (foreground > 0) names.push(`ansi-fg-${foreground - 1}`);
  if (background > 0) names.push(`ansi-bg-${background - 1}`);
  for (const [bit, name] of ATTRIBUTES) if (style & bit) names.push(name);
  return names.join(' ');
}
