const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/** What stands between `$'` and `'`, with its escapes replaced: `a\tb\x21` ⇒ `a⇥b!`. */
export function ansiText(raw: string): string {
  return raw.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(.)|(.))/gs,
    (
      whole,
      hex?: string,
      short?: string,
      long?: string,
      octal?: string,
      control?: string,
      simple?: string,
    ) => {
      const code = hex ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) ^ 64);
      return SIMPLE[simple ?? ''] ?? whole;
    },
  );
}
