import { concat, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { dirName } from '../tool/files.ts';
import type { HttpRequest } from '../tool/http.ts';
import { kernelFacts } from '../tool/machine.ts';
import {
  combine,
  number,
  PHP_VERSION,
  phpDate,
  phpInfo,
  plain,
  show,
  truthy,
  type Value,
} from './php-values.ts';
import { wordpressPage } from './wordpress.ts';

export interface PhpPage {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What this little PHP does not know; the page says so. */
class NotSimulated extends Error {}

/**
 * Runs a PHP page: text as it is, and in `<?php … ?>` echo, print, assignments, string and number expressions, if/else,
 * for, foreach, while, a handful of functions. Anything else ends the page with a sentence that it is not simulated.
 */
export function* runPhp(p: Process, path: string, source: string, request?: HttpRequest): Sys<PhpPage> {
  const run = new Page(p, path, request);
  try {
    yield* run.file(source);
  } catch (error) {
    if (error instanceof WordPress) return yield* wordpressPage(p, request);
    if (!(error instanceof NotSimulated)) throw error;
    return {
      status: 500,
      reason: 'Internal Server Error',
      headers: [],
      body: concat([
        utf8(run.output),
        utf8(`\nmuelle: ${error.message} is not simulated here (PHP, ${path})\n`),
      ]),
    };
  }
  return { status: 200, reason: 'OK', headers: run.headers, body: utf8(run.output) };
}

/** Thrown when a page loads WordPress, which is a program of its own here. */
class WordPress extends Error {}

class Page {
  output = '';
  readonly headers: [string, string][] = [];
  readonly #p: Process;
  readonly #path: string;
  readonly #variables = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  #tokens: string[] = [];
  #at = 0;
  #steps = 0;

  constructor(p: Process, path: string, request: HttpRequest | undefined) {
    this.#p = p;
    this.#path = path;
    const server = new Map<string, Value>([
      ['REQUEST_METHOD', request?.method ?? 'GET'],
      ['REQUEST_URI', request?.target ?? '/'],
      ['HTTP_HOST', request?.headers.find(([n]) => n.toLowerCase() === 'host')?.[1] ?? ''],
      ['HTTP_USER_AGENT', request?.headers.find(([n]) => n.toLowerCase() === 'user-agent')?.[1] ?? ''],
      ['SERVER_NAME', p.uts.hostname],
    ]);
    this.#variables.set('$_SERVER', server);
    const query = new Map<string, Value>();
    for (const pair of (request?.target.split('?')[1] ?? '').split('&')) {
      const [name = '', value = ''] = pair.split('=');
      if (name !== '') query.set(decodeURIComponent(name), decodeURIComponent(value.replaceAll('+', ' ')));
    }
    this.#variables.set('$_GET', query);
    this.#variables.set('$_ENV', new Map([...p.env]));
    this.#variables.set('$_POST', new Map());
  }

  *file(source: string): Sys<void> {
    // Text between tags becomes an echo, so that loops around it work.
    let code = '';
    let rest = source;
    for (;;) {
      const open = /<\?(php\b|=)/.exec(rest);
      if (open === null) {
        if (rest !== '') code += ` \x01${rest}\x01;`;
        break;
      }
      if (open.index > 0) code += ` \x01${rest.slice(0, open.index)}\x01;`;
      rest = rest.slice(open.index + open[0].length);
      const close = rest.indexOf('?>');
      const inside = close < 0 ? rest : rest.slice(0, close);
      code += open[1] === '=' ? ` echo ${inside};` : `${inside};`;
      if (close < 0) break;
      rest = rest.slice(close + 2).replace(/^\n/, '');
    }
    this.#tokens = [
      ...code.matchAll(
        /\x01[^\x01]*\x01|\/\*[\s\S]*?\*\/|(?:\/\/|#(?!\[))[^\n]*|\$\w+|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\d+\.\d+|\d+|[A-Za-z_\\][\w\\]*|===|!==|==|!=|<=|>=|&&|\|\||\+\+|--|\.=|\+=|-=|\*=|=>|->|::|\?\?|[^\s]/g,
      ),
    ]
      .map((match) => match[0])
      .filter((token) => !/^(\/\*|\/\/|#)/.test(token));
    this.#at = 0;
    while (this.#at < this.#tokens.length) yield* this.#statement(true);
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw new NotSimulated(`"${found}" where "${token}" was expected`);
  }

  *#block(active: boolean): Sys<void> {
    if (this.#peek() === '{') {
      this.#take();
      while (this.#peek() !== '}' && this.#peek() !== '') yield* this.#statement(active);
      this.#expect('}');
    } else if (this.#peek() === ':') {
      this.#take();
      while (!/^(endif|endforeach|endfor|endwhile|else|elseif|)$/.test(this.#peek()))
        yield* this.#statement(active);
      if (this.#peek().startsWith('end')) {
        this.#take();
        if (this.#peek() === ';') this.#take();
      }
    } else yield* this.#statement(active);
  }

  *#statement(active: boolean): Sys<void> {
    if (++this.#steps > 100_000) throw new NotSimulated('a page that runs so long');
    const word = this.#peek();
    const lower = word.toLowerCase();
    if (word === ';') {
      this.#take();
      return;
    }
    if (word.startsWith('\x01')) {
      this.#take();
      if (active) this.output += word.slice(1, -1);
      return;
    }
    if (lower === 'echo' || lower === 'print') {
      this.#take();
      do {
        if (this.#peek() === ',') this.#take();
        const value = this.#expression();
        if (active) this.output += show(value);
      } while (this.#peek() === ',');
      return this.#end();
    }
    if (lower === 'if') {
      this.#take();
      this.#expect('(');
      let yes = truthy(this.#expression());
      this.#expect(')');
      yield* this.#block(active && yes);
      let done = yes;
      for (;;) {
        const next = this.#peek().toLowerCase();
        if (next === 'elseif' || (next === 'else' && this.#tokens[this.#at + 1]?.toLowerCase() === 'if')) {
          this.#take();
          if (next === 'else') this.#take();
          this.#expect('(');
          yes = truthy(this.#expression());
          this.#expect(')');
          yield* this.#block(active && !done && yes);
          done ||= yes;
        } else if (next === 'else') {
          this.#take();
          yield* this.#block(active && !done);
          return;
        } else return;
      }
    }
    if (lower === 'while' || lower === 'for' || lower === 'foreach') return yield* this.#loop(lower, active);
    if (/^(require|require_once|include|include_once)$/.test(lower)) {
      this.#take();
      const target = show(this.#expression());
      this.#end();
      if (active) yield* this.#include(target);
      return;
    }
    if (/^(exit|die)$/.test(lower)) {
      this.#take();
      if (active) this.#at = this.#tokens.length;
      return;
    }
    if (
      /^(function|class|namespace|use|try|switch|do|return|global|interface|abstract|const|declare)$/.test(
        lower,
      )
    )
      throw new NotSimulated(`"${word}"`);
    const before = this.#at;
    this.#expression(active);
    if (this.#at === before) throw new NotSimulated(`"${word}"`);
    this.#end();
  }

  #end(): void {
    if (this.#peek() === ';') this.#take();
    else if (this.#peek() !== '' && this.#peek() !== '}') throw new NotSimulated(`"${this.#peek()}"`);
  }

  *#include(target: string): Sys<void> {
    if (target.endsWith('wp-blog-header.php') || target.endsWith('wp-load.php')) throw new WordPress();
    const full = target.startsWith('/') ? target : `${dirName(this.#path)}/${target}`;
    const tokens = this.#tokens;
    const at = this.#at;
    try {
      yield* this.file(text(this.#p.fs.read(full)));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      this.output += `\nWarning: include(${target}): Failed to open stream: ${error.message} in ${this.#path}\n`;
    }
    this.#tokens = tokens;
    this.#at = at;
  }

  *#loop(kind: string, active: boolean): Sys<void> {
    this.#take();
    this.#expect('(');
    if (kind === 'foreach') {
      const list = this.#expression();
      this.#expect('as');
      let key = this.#take();
      let name = key;
      if (this.#peek() === '=>') {
        this.#take();
        name = this.#take();
      } else key = '';
      this.#expect(')');
      const body = this.#at;
      const items: [Value, Value][] =
        list instanceof Map
          ? [...list]
          : Array.isArray(list)
            ? list.map((v, i): [Value, Value] => [i, v])
            : [];
      if (!active || items.length === 0) return yield* this.#block(false);
      for (const [k, v] of items) {
        this.#at = body;
        if (key !== '') this.#variables.set(key, k);
        this.#variables.set(name, v);
        yield* this.#block(true);
      }
      return;
    }
    if (kind === 'for') {
      this.#expression();
      this.#expect(';');
    }
    const condition = this.#at;
    for (;;) {
      this.#at = condition;
      const go = active && truthy(this.#expression());
      let step = -1;
      if (kind === 'for') {
        this.#expect(';');
        step = this.#at;
        this.#skip(')');
      }
      this.#expect(')');
      yield* this.#block(go);
      if (!go) return;
      const end = this.#at;
      if (step >= 0) {
        this.#at = step;
        this.#expression();
      }
      this.#at = end;
    }
  }

  #skip(close: string): void {
    let depth = 0;
    while (this.#peek() !== '' && !(depth === 0 && this.#peek() === close)) {
      const token = this.#take();
      if (token === '(') depth++;
      if (token === ')') depth--;
    }
  }

  #expression(active = true): Value {
    const name = this.#peek();
    const operator = this.#tokens[this.#at + 1] ?? '';
    if (name.startsWith('$') && /^(=|\.=|\+=|-=|\*=)$/.test(operator)) {
      this.#at += 2;
      const value = this.#expression(active);
      const old = this.#variables.get(name) ?? null;
      const next =
        operator === '='
          ? value
          : operator === '.='
            ? show(old) + show(value)
            : operator === '+='
              ? number(old) + number(value)
              : operator === '-='
                ? number(old) - number(value)
                : number(old) * number(value);
      if (active) this.#variables.set(name, next);
      return next;
    }
    const left = this.#binary(0);
    if (this.#peek() === '??') {
      this.#take();
      const right = this.#expression(active);
      return left ?? right;
    }
    if (this.#peek() === '?') {
      this.#take();
      const yes = this.#peek() === ':' ? left : this.#expression(active);
      this.#expect(':');
      const no = this.#expression(active);
      return truthy(left) ? yes : no;
    }
    return left;
  }

  #binary(level: number): Value {
    const levels: readonly RegExp[] = [
      /^(\|\||or)$/i,
      /^(&&|and)$/i,
      /^(===|!==|==|!=)$/,
      /^(<|>|<=|>=)$/,
      /^[.]$/,
      /^[-+]$/,
      /^[*/%]$/,
    ];
    const pattern = levels[level];
    if (pattern === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (pattern.test(this.#peek())) {
      const operator = this.#take();
      left = combine(operator, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): Value {
    const token = this.#peek();
    if (token === '!') {
      this.#take();
      return !truthy(this.#unary());
    }
    if (token === '-') {
      this.#take();
      return -number(this.#unary());
    }
    let value = this.#primary();
    for (;;) {
      if (this.#peek() === '[') {
        this.#take();
        const key = this.#expression();
        this.#expect(']');
        value =
          value instanceof Map
            ? (value.get(show(key)) ?? null)
            : Array.isArray(value)
              ? (value[number(key)] ?? null)
              : null;
      } else if (this.#peek() === '++' || this.#peek() === '--') {
        const name = this.#tokens[this.#at - 1] ?? '';
        this.#variables.set(name, number(value) + (this.#take() === '++' ? 1 : -1));
      } else return value;
    }
  }

  #primary(): Value {
    const token = this.#take();
    if (token === '(') {
      const value = this.#expression();
      this.#expect(')');
      return value;
    }
    if (token === '[') return this.#array(']');
    if (token.startsWith("'")) return token.slice(1, -1).replace(/\\(['\\])/g, '$1');
    if (token.startsWith('"')) return this.#interpolated(token.slice(1, -1));
    if (/^\d/.test(token)) return Number(token);
    if (token.startsWith('$')) return this.#variables.get(token) ?? null;
    if (/^[A-Za-z_]/.test(token)) {
      if (this.#peek() === '(') {
        this.#take();
        if (token.toLowerCase() === 'array') return this.#array(')');
        const args: Value[] = [];
        while (this.#peek() !== ')') {
          args.push(this.#expression());
          if (this.#peek() === ',') this.#take();
        }
        this.#expect(')');
        return this.#call(token.toLowerCase(), args);
      }
      const constant = {
        true: true,
        false: false,
        null: null,
        php_eol: '\n',
        php_version: PHP_VERSION,
        php_os: 'Linux',
        __file__: this.#path,
        __dir__: dirName(this.#path),
        m_pi: Math.PI,
      }[token.toLowerCase()];
      if (constant !== undefined) return constant;
      const own = this.#constants.get(token);
      if (own !== undefined) return own;
    }
    throw new NotSimulated(`"${token}"`);
  }

  #array(close: string): Value {
    const list: Value[] = [];
    const map = new Map<string, Value>();
    while (this.#peek() !== close) {
      const value = this.#expression();
      if (this.#peek() === '=>') {
        this.#take();
        map.set(show(value), this.#expression());
      } else list.push(value);
      if (this.#peek() === ',') this.#take();
    }
    this.#expect(close);
    return map.size > 0 ? map : list;
  }

  #interpolated(raw: string): string {
    return raw
      .replace(/\{?(\$\w+)(?:\[['"]?(\w+)['"]?\])?\}?/g, (_whole, name: string, key: string | undefined) => {
        const value = this.#variables.get(name) ?? null;
        if (key === undefined) return show(value);
        return show(
          value instanceof Map
            ? (value.get(key) ?? null)
            : Array.isArray(value)
              ? (value[Number(key)] ?? null)
              : null,
        );
      })
      .replace(/\\(["\\$nrt])/g, (_whole, c: string) => ({ n: '\n', r: '\r', t: '\t' })[c] ?? c);
  }

  #call(name: string, args: readonly Value[]): Value {
    const [a = null, b = null, c = null] = args;
    const s = show(a);
    switch (name) {
      case 'define':
        this.#constants.set(s, b);
        return true;
      case 'defined':
        return this.#constants.has(s);
      case 'phpversion':
        return PHP_VERSION;
      case 'phpinfo':
        this.output += phpInfo(this.#p);
        return true;
      case 'gethostname':
        return this.#p.uts.hostname;
      case 'php_uname':
        return s === 'n'
          ? this.#p.uts.hostname
          : s === 's'
            ? 'Linux'
            : `Linux ${this.#p.uts.hostname} ${kernelFacts(this.#p).release} x86_64`;
      case 'getenv':
        return this.#p.env.get(s) ?? false;
      case 'date':
        return phpDate(s, this.#p.kernel.clock.now);
      case 'time':
        return Math.floor(this.#p.kernel.clock.now / 1000);
      case 'rand':
      case 'mt_rand':
      case 'random_int':
        return number(a) + this.#p.kernel.random.below(number(b) - number(a) + 1);
      case 'strtoupper':
        return s.toUpperCase();
      case 'strtolower':
        return s.toLowerCase();
      case 'ucfirst':
        return s.slice(0, 1).toUpperCase() + s.slice(1);
      case 'strlen':
        return utf8(s).length;
      case 'strrev':
        return [...s].reverse().join('');
      case 'trim':
        return s.trim();
      case 'str_repeat':
        return s.repeat(number(b));
      case 'str_replace':
        return show(c).replaceAll(s, show(b));
      case 'htmlspecialchars':
        return s
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', '&quot;');
      case 'nl2br':
        return s.replaceAll('\n', '<br />\n');
      case 'implode':
        return Array.isArray(b) ? b.map(show).join(s) : '';
      case 'explode':
        return show(b).split(s);
      case 'count':
        return Array.isArray(a) ? a.length : a instanceof Map ? a.size : 0;
      case 'isset':
        return args.every((value) => value !== null);
      case 'empty':
        return !truthy(a);
      case 'round':
        return Number(number(a).toFixed(number(b)));
      case 'sqrt':
        return Math.sqrt(number(a));
      case 'max':
        return Math.max(...args.map(number));
      case 'min':
        return Math.min(...args.map(number));
      case 'intval':
        return Math.trunc(number(a));
      case 'number_format':
        return number(a)
          .toFixed(number(b))
          .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
      case 'header': {
        const at = s.indexOf(':');
        if (at > 0) this.headers.push([s.slice(0, at), s.slice(at + 1).trim()]);
        return null;
      }
      case 'file_exists':
        return this.#p.fs.exists(s, dirName(this.#path));
      case 'file_get_contents':
        return this.#p.fs.exists(s, dirName(this.#path))
          ? text(this.#p.fs.read(s, dirName(this.#path)))
          : false;
      case 'json_encode':
        return JSON.stringify(plain(a));
      case 'var_dump':
        this.output += `${typeof a === 'number' ? `int(${a})` : typeof a === 'string' ? `string(${utf8(a).length}) "${a}"` : a === null ? 'NULL' : `bool(${a})`}\n`;
        return null;
      case 'print_r':
        this.output += show(a);
        return true;
      case 'error_reporting':
      case 'ini_set':
      case 'date_default_timezone_set':
        return true;
      default:
        throw new NotSimulated(`${name}()`);
    }
  }
}
