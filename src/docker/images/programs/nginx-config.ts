import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { globPattern } from '../tool/glob.ts';

/** A directive: its words, and what is between its braces. */
export interface Block {
  readonly name: string;
  readonly words: readonly string[];
  readonly inside: readonly Block[] | undefined;
  /** Where it stands: `/etc/nginx/nginx.conf:12`. */
  readonly at: string;
}

/** What is wrong with a configuration, in nginx's words. */
export class NginxConfigError extends Error {}

export interface NginxLocation {
  readonly prefix: string;
  readonly block: Block;
}

export interface NginxServer {
  readonly ports: readonly number[];
  readonly names: readonly string[];
  readonly block: Block;
  location(path: string): NginxLocation | undefined;
}

export interface NginxConfig {
  readonly user: string;
  readonly workers: number;
  readonly daemon: boolean;
  readonly errorLog: string;
  readonly accessLog: string;
  readonly servers: readonly NginxServer[];
  readonly ports: readonly number[];
  /** `upstream name { server host:port; }` ⇒ name to servers. */
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  /** Where each upstream's first server stands. */
  readonly places: ReadonlyMap<string, string>;
  /** Every file that was read, for `nginx -T`. */
  readonly files: readonly (readonly [path: string, content: string])[];
}

const KNOWN = new Set(
  `user worker_processes error_log pid events worker_connections http include default_type log_format access_log sendfile
  tcp_nopush tcp_nodelay keepalive_timeout gzip server listen server_name location root index error_page return proxy_pass
  proxy_set_header proxy_http_version proxy_redirect proxy_read_timeout proxy_connect_timeout proxy_buffering alias autoindex
  try_files add_header expires upstream daemon master_process types charset client_max_body_size rewrite if set allow deny
  fastcgi_pass fastcgi_param fastcgi_index fastcgi_split_path_info gzip_types internal deny stub_status resolver map types_hash_max_size
  server_tokens multi_accept use worker_rlimit_nofile load_module ssl_certificate ssl_certificate_key ssl_protocols
  ssl_prefer_server_ciphers auth_basic auth_basic_user_file proxy_cache_bypass limit_req limit_req_zone etag env`
    .trim()
    .split(/\s+/),
);

/** Reads a configuration with its includes; `globals` are the directives of `-g`. Throws NginxConfigError. */
export function readConfig(p: Process, path: string, globals: string): NginxConfig {
  const files: [string, string][] = [];
  const blocks = [...parse(globals, 'command line'), ...load(p, path, files)];
  checkPlaces(blocks, 'main');
  const one = (name: string): string | undefined => blocks.findLast((block) => block.name === name)?.words[0];
  const http = blocks.find((block) => block.name === 'http')?.inside ?? [];
  const servers = http.filter((block) => block.name === 'server').map(serverOf);
  const workers = one('worker_processes') ?? '1';
  const upstreams = new Map<string, string[]>();
  for (const block of http) {
    if (block.name === 'upstream')
      upstreams.set(
        block.words[0] ?? '',
        (block.inside ?? [])
          .filter(
            (line) => line.name === 'server' && !line.words.some((word) => /^(down|backup)$/.test(word)),
          )
          .flatMap(({ words }) => {
            const weight = Number(words.find((word) => word.startsWith('weight='))?.slice(7) ?? 1);
            return Array.from({ length: Math.max(1, Math.min(20, weight)) }, () => words[0] ?? '');
          }),
      );
  }
  return {
    user: (one('user') ?? 'nobody').replace(/;$/, ''),
    workers: workers === 'auto' ? processors(p) : Number(workers) || 1,
    daemon: one('daemon') !== 'off',
    errorLog: one('error_log') ?? '/var/log/nginx/error.log',
    accessLog: http.find((block) => block.name === 'access_log')?.words[0] ?? '/var/log/nginx/access.log',
    servers,
    ports: [...new Set(servers.flatMap((server) => server.ports))],
    upstreams,
    places: new Map(
      http
        .filter((block) => block.name === 'upstream')
        .map((block) => [block.words[0] ?? '', block.inside?.[0]?.at ?? block.at]),
    ),
    files,
  };
}

function processors(p: Process): number {
  const info = p.fs.exists('/proc/cpuinfo') ? text(p.fs.read('/proc/cpuinfo')) : '';
  return info.match(/^processor/gm)?.length ?? 2;
}

/** The words of the last directive of that name in a block. */
export function values(block: Block, name: string): string[] | undefined {
  const found = block.inside?.findLast((line) => line.name === name);
  return found === undefined ? undefined : [...found.words];
}

/** Directives that stand in some blocks only. */
const PLACES: Readonly<Record<string, RegExp>> = {
  events: /^main$/,
  http: /^main$/,
  user: /^main$/,
  pid: /^main$/,
  daemon: /^main$/,
  worker_processes: /^main$/,
  worker_connections: /^events$/,
  server: /^(?:http|upstream)$/,
  upstream: /^http$/,
  location: /^(?:server|location)$/,
  listen: /^server$/,
  server_name: /^server$/,
  proxy_pass: /^(?:location|if)$/,
  alias: /^location$/,
  root: /^(?:http|server|location|if)$/,
  return: /^(?:server|location|if)$/,
  try_files: /^(?:server|location)$/,
  proxy_set_header: /^(?:http|server|location)$/,
};

/** Throws for a directive that may not stand where it does. */
function checkPlaces(blocks: readonly Block[], place: string): void {
  for (const block of blocks) {
    if (PLACES[block.name]?.test(place) === false)
      throw new NginxConfigError(`"${block.name}" directive is not allowed here in ${block.at}`);
    if (block.inside !== undefined && block.name !== 'types' && block.name !== 'map')
      checkPlaces(block.inside, block.name);
  }
}

function serverOf(block: Block): NginxServer {
  const inside = block.inside ?? [];
  const seen = new Set<string>();
  for (const { name, words, at } of inside) {
    if (name !== 'listen') continue;
    const word = words[0] ?? '';
    const full = /^\d+$/.test(word) ? `0.0.0.0:${word}` : word;
    if (seen.has(full)) throw new NginxConfigError(`a duplicate listen ${full} in ${at}`);
    seen.add(full);
  }
  const listens = inside.filter((line) => line.name === 'listen').map((line) => line.words[0] ?? '80');
  const ports = listens.map((word) => Number(/(\d+)$/.exec(word.replace(/^\[.*\](?=:)/, ''))?.[1] ?? 80));
  const locations = inside.filter((line) => line.name === 'location');
  return {
    ports: ports.length === 0 ? [80] : [...new Set(ports)],
    names: inside.filter((line) => line.name === 'server_name').flatMap((line) => line.words),
    block,
    location(path) {
      let best: NginxLocation | undefined;
      for (const candidate of locations) {
        const [first = '', second = ''] = candidate.words;
        if (first === '=' && second === path) return { prefix: second, block: candidate };
        if (first === '~' || first === '~*' || first === '=') continue;
        const prefix = first === '^~' ? second : first;
        if (path.startsWith(prefix) && prefix.length > (best?.prefix.length ?? -1))
          best = { prefix, block: candidate };
      }
      if (best?.block.words[0] === '^~') return best;
      for (const candidate of locations) {
        const [first = '', second = ''] = candidate.words;
        if (first !== '~' && first !== '~*') continue;
        if (new RegExp(second, first === '~*' ? 'i' : '').test(path)) return { prefix: '', block: candidate };
      }
      return best;
    },
  };
}

function load(p: Process, path: string, files: [string, string][]): Block[] {
  let content: string;
  try {
    content = text(p.fs.read(path));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new NginxConfigError(
      `open() "${path}" failed (${error.code === 'EACCES' ? 13 : 2}: ${error.message})`,
    );
  }
  files.push([path, content]);
  return include(p, parse(content, path), files);
}

function include(p: Process, blocks: readonly Block[], files: [string, string][]): Block[] {
  return blocks.flatMap((block) => {
    if (block.name !== 'include')
      return [block.inside === undefined ? block : { ...block, inside: include(p, block.inside, files) }];
    const wanted = (block.words[0] ?? '').replace(/^(?!\/)/, '/etc/nginx/');
    if (!wanted.includes('*')) return load(p, wanted, files);
    const folder = wanted.slice(0, wanted.lastIndexOf('/'));
    if (!p.fs.isDirectory(folder)) return [];
    const pattern = globPattern(wanted.slice(folder.length + 1));
    return p.fs
      .list(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .flatMap((name) => load(p, `${folder}/${name}`, files));
  });
}

/** Directives of a text. `types { … }` is kept but not checked. */
function parse(content: string, path: string): Block[] {
  const tokens = [
    ...content.matchAll(
      /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:[^\s{};"'\\$]|\\.|\$\{[^}]*\}|\$)+)/g,
    ),
  ].filter((match) => !match[0].startsWith('#'));
  let at = 0;
  const line = (index: number): number => content.slice(0, index).split('\n').length;
  const fail = (message: string, index = content.length): NginxConfigError =>
    new NginxConfigError(`${message} in ${path}:${line(index)}`);
  const block = (depth: number, free: boolean): Block[] => {
    const out: Block[] = [];
    let words: string[] = [];
    let start = 0;
    for (; at < tokens.length; ) {
      const token = tokens[at++];
      if (token === undefined) break;
      const mark = token[3];
      if (mark === undefined) {
        if (words.length === 0) start = token.index;
        words.push(token[1] ?? token[2] ?? token[0]);
        continue;
      }
      if (mark === '}') {
        if (words.length > 0) throw fail('unexpected "}"', token.index);
        if (depth === 0) throw fail('unexpected "}"', token.index);
        return out;
      }
      const [name = '', ...rest] = words;
      if (words.length === 0) throw fail(`unexpected "${mark}"`, token.index);
      if (!free && !KNOWN.has(name)) throw fail(`unknown directive "${name}"`, start);
      words = [];
      out.push({
        name,
        words: rest,
        at: `${path}:${line(start)}`,
        inside: mark === '{' ? block(depth + 1, name === 'types' || name === 'map') : undefined,
      });
    }
    if (words.length > 0) throw fail('unexpected end of file, expecting ";" or "}"');
    if (depth > 0) throw fail('unexpected end of file, expecting "}"');
    return out;
  };
  // `-g 'daemon off;'` may lack the last semicolon.
  if (path === 'command line' && content.trim() !== '' && !content.trim().endsWith(';'))
    return parse(`${content};`, path);
  return block(0, false);
}

/** The upstream hosts that proxy_pass names outright; nginx resolves them when it starts. */
export function upstreamHosts(config: NginxConfig): { host: string; at: string }[] {
  const out: { host: string; at: string }[] = [];
  for (const [name, servers] of config.upstreams)
    for (const server of servers) {
      const host = server.replace(/:\d+$/, '');
      if (/[a-z]/i.test(host)) out.push({ host, at: config.places.get(name) ?? '' });
    }
  const visit = (block: Block): void => {
    if (block.name === 'proxy_pass') {
      const host = /^https?:\/\/([^:/$]+)(?=[:/]|$)/.exec(block.words[0] ?? '')?.[1];
      if (host !== undefined && !config.upstreams.has(host)) out.push({ host, at: block.at });
    }
    for (const child of block.inside ?? []) visit(child);
  };
  for (const server of config.servers) visit(server.block);
  return out;
}
