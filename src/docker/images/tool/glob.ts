/** A shell pattern as a regular expression, as fnmatch(3): `*.t[xy]t`. With `path` a star does not cross a slash. */
export function globPattern(glob: string, options: { path?: boolean; ignoreCase?: boolean } = {}): RegExp {
  const any = options.path === true ? '[^/]' : '[\\s\\S]';
  let out = '';
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i] ?? '';
    if (c === '*') out += `${any}*`;
    else if (c === '?') out += any;
    else if (c === '[') {
      const end = glob.indexOf(']', i + (glob[i + 1] === '!' || glob[i + 1] === '^' ? 3 : 2));
      if (end < 0) out += '\\[';
      else {
        const inside = glob
          .slice(i + 1, end)
          .replace(/^[!^]/, '^')
          .replaceAll('\\', '\\\\');
        out += `[${bracketClasses(inside)}]`;
        i = end;
      }
    } else if (c === '\\') {
      i++;
      out += escapeLiteral(glob[i] ?? '\\');
    } else out += escapeLiteral(c);
  }
  return new RegExp(`^${out}$`, options.ignoreCase === true ? 'iu' : 'u');
}

/** `a.b` ⇒ `a\.b` */
export function escapeLiteral(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/** `[:alpha:]` and friends inside brackets as JavaScript ranges. */
export function bracketClasses(inside: string): string {
  return inside.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
}
