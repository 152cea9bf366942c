/**
 * A file mode as chmod takes it: `755`, `u+x`, `go-w,a+r`, applied to `old`. Undefined if it is none.
 */
export function changeMode(
  written: string,
  old: number,
  directory: boolean,
  umask: number,
): number | undefined {
  if (/^[0-7]{1,4}$/.test(written)) return Number.parseInt(written, 8);
  let mode = old;
  for (const clause of written.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match === null) return undefined;
    const who = match[1] === '' ? 'a' : (match[1] ?? '');
    const mask = match[1] === '' ? ~umask : -1;
    const classes = who.includes('a') ? 'ugo' : who;
    for (const [, operator, permissions = ''] of (match[2] ?? '').matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let bits = 0;
      for (const name of classes) {
        const shift = name === 'u' ? 6 : name === 'g' ? 3 : 0;
        for (const letter of permissions) {
          if ('ugo'.includes(letter)) {
            bits |= ((mode >> (letter === 'u' ? 6 : letter === 'g' ? 3 : 0)) & 7) << shift;
            continue;
          }
          const bit = { r: 4, w: 2, x: 1, X: directory || (mode & 0o111) !== 0 ? 1 : 0 }[letter] ?? 0;
          bits |= bit << shift;
          if (letter === 's' && name !== 'o') bits |= name === 'u' ? 0o4000 : 0o2000;
          if (letter === 't') bits |= 0o1000;
        }
        if (operator === '=') mode &= ~(7 << shift);
      }
      bits &= mask | 0o7000;
      mode = operator === '-' ? mode & ~bits : mode | bits;
    }
  }
  return mode;
}
