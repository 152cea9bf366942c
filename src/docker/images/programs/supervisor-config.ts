import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { dirName, readAllOf, sortedNames } from '../tool/files.ts';

/** One `[program:x]`. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
  readonly autostart: boolean;
  readonly autorestart: 'always' | 'unexpected' | 'never';
  readonly exitcodes: readonly number[];
  /** Milliseconds after which it counts as started. */
  readonly startsecs: number;
  readonly startretries: number;
  readonly stopwaitsecs: number;
  readonly stopsignal: string;
  readonly priority: number;
  readonly user: string | undefined;
  readonly directory: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly stdout: string | undefined;
  readonly stderr: string | undefined;
  readonly together: boolean;
  /** Signals go to the program's whole process group. */
  readonly asGroup: boolean;
}

export interface SupervisorConfig {
  readonly programs: readonly Program[];
  readonly settings: ReadonlyMap<string, string>;
  readonly included: readonly string[];
}

/** Reads supervisord.conf and the files it includes; a string is what is wrong. */
export function* readSupervisor(p: Process, path: string): Sys<SupervisorConfig | string> {
  const sections = new Map<string, Map<string, string>>();
  const included: string[] = [];
  add(sections, text(yield* readAllOf(p, path)));
  for (const pattern of sections.get('include')?.get('files')?.split(/\s+/) ?? []) {
    const full = pattern.startsWith('/') ? pattern : `${dirName(path)}/${pattern}`;
    const folder = dirName(full);
    if (!p.fs.isDirectory(folder)) continue;
    const wanted = new RegExp(
      `^${full
        .slice(folder.length + 1)
        .replace(/[.+^$()[\]{}|\\]/g, '\\$&')
        .replaceAll('*', '.*')}$`,
    );
    for (const name of sortedNames(p, folder))
      if (wanted.test(name)) {
        included.push(`${folder}/${name}`);
        add(sections, text(p.fs.read(`${folder}/${name}`)));
      }
  }
  const programs: Program[] = [];
  for (const [section, values] of sections) {
    const name = /^program:(.*)$/.exec(section)?.[1];
    if (name === undefined) continue;
    const command = values.get('command');
    if (command === undefined)
      return `Error: program section ${section} does not specify a command in section '${section}' (file: '${path}')`;
    programs.push(program(name, command, values));
  }
  programs.sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  return { programs, settings: sections.get('supervisord') ?? new Map(), included };
}

function add(sections: Map<string, Map<string, string>>, source: string): void {
  let values = new Map<string, string>();
  let last = '';
  for (const raw of source.split('\n')) {
    const line = raw.replace(/(^|\s);.*$/, '').trimEnd();
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, key, value = ''] = /^(\w[\w.]*)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (section !== undefined) {
      values = sections.get(section) ?? new Map();
      sections.set(section, values);
    } else if (key !== undefined) {
      last = key.toLowerCase();
      values.set(last, value);
    } else if (/^\s/.test(line)) values.set(last, `${values.get(last) ?? ''} ${line.trim()}`);
  }
}

function program(name: string, command: string, values: ReadonlyMap<string, string>): Program {
  const seconds = (key: string, otherwise: number): number => Number(values.get(key) ?? otherwise) * 1000;
  const yes = (key: string, otherwise: boolean): boolean =>
    values.has(key) ? /^(true|yes|on|1)$/i.test(values.get(key) ?? '') : otherwise;
  const restart = (values.get('autorestart') ?? 'unexpected').toLowerCase();
  return {
    name,
    command: words(command),
    autostart: yes('autostart', true),
    autorestart: /^(true|yes|on|1)$/.test(restart) ? 'always' : restart === 'unexpected' ? restart : 'never',
    exitcodes: (values.get('exitcodes') ?? '0').split(',').map(Number),
    startsecs: seconds('startsecs', 1),
    startretries: Number(values.get('startretries') ?? 3),
    stopwaitsecs: seconds('stopwaitsecs', 10),
    stopsignal: (values.get('stopsignal') ?? 'TERM').replace(/^SIG/, ''),
    priority: Number(values.get('priority') ?? 999),
    user: values.get('user'),
    directory: values.get('directory'),
    environment: new Map(
      [...(values.get('environment') ?? '').matchAll(/(\w+)=("[^"]*"|'[^']*'|[^,]*)/g)].map(
        ([, key = '', value = '']): [string, string] => [key, value.replace(/^(["'])(.*)\1$/, '$2')],
      ),
    ),
    stdout: values.get('stdout_logfile'),
    stderr: values.get('stderr_logfile'),
    together: yes('redirect_stderr', false),
    asGroup: yes('stopasgroup', false) || yes('killasgroup', false),
  };
}

/** Words of a command line; there is no shell. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+))+/g)].map(([whole]) =>
    whole.replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
      (_all, double?: string, single?: string, one?: string) =>
        double !== undefined ? double.replace(/\\(["\\])/g, '$1') : (single ?? one ?? ''),
    ),
  );
}
