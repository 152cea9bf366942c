/**
 * Go's `path.Match` as a regular expression: `*` and `?` stop at slashes. `glob('ubuntu:*04')` matches `ubuntu:22.04`.
 */
export function glob(pattern: string): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '*') out += '[^/]*';
    else if (char === '?') out += '[^/]';
    else if (char === '[') {
      const end = pattern.indexOf(']', i + 1);
      if (end < 0) out += '\\[';
      else {
        out += `[${pattern.slice(i + 1, end).replace(/^!/, '^')}]`;
        i = end;
      }
    } else if (char === '\\') out += `\\${pattern[++i] ?? '\\'}`;
    else out += char.replace(/[.+^${}()|\]]/g, '\\$&');
  }
  return new RegExp(`^${out}$`);
}
