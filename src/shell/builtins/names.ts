import type { Sys } from '../../docker/kernel/wait.ts';
import { quoteForReading } from '../expand/quote.ts';
import { Complaint } from '../run/control.ts';
import { pathOf } from '../run/external.ts';
import type { Shell } from '../run/shell.ts';
import { describeName, isKeyword } from './found-names.ts';
import { builtinNames, builtinOf } from './table.ts';
import { readOptions } from './types.ts';

function kindOf(shell: Shell, name: string): string | undefined {
  if (shell.aliases.has(name)) return 'alias';
  if (isKeyword(shell, name)) return 'keyword';
  if (shell.functions.has(name)) return 'function';
  if (builtinOf(shell, name) !== undefined) return 'builtin';
  return pathOf(shell, name) === undefined ? undefined : 'file';
}

/** `type [-aptP] names` */
export function* type(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest } =
    shell.dialect.name === 'bash'
      ? readOptions(args, 'afptP')
      : {
          options: new Set<string>(),
          rest: args.slice(1).filter((arg) => shell.dialect.name === 'dash' || !arg.startsWith('-')),
        };
  let status = 0;
  for (const name of rest) {
    if (options.has('t')) {
      const kind = kindOf(shell, name);
      if (kind === undefined) status = 1;
      else yield* shell.p.print(`${kind}\n`);
      continue;
    }
    if (options.has('P') || options.has('p')) {
      const path = options.has('p') && kindOf(shell, name) !== 'file' ? undefined : pathOf(shell, name);
      if (path !== undefined) yield* shell.p.print(`${path}\n`);
      else if (options.has('P') || kindOf(shell, name) === undefined) status = 1;
      continue;
    }
    const words = describeName(shell, name);
    if (words !== undefined) {
      yield* shell.p.print(`${words}\n`);
      const path = options.has('a') && kindOf(shell, name) !== 'file' ? pathOf(shell, name) : undefined;
      if (path !== undefined) yield* shell.p.print(`${name} is ${path}\n`);
    } else if (shell.dialect.name === 'bash') {
      yield* shell.complain(`type: ${name}: not found`);
      status = 1;
    } else {
      yield* shell.p.print(`${name}: not found\n`);
      status = 127;
    }
  }
  return status;
}

/** `alias [name[=value]]` */
export function* alias(shell: Shell, args: readonly string[]): Sys<number> {
  const start = shell.dialect.name === 'bash' ? 'alias ' : '';
  const rest = args.slice(1).filter((arg) => arg !== '-p');
  if (rest.length === 0) {
    const all = [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1));
    yield* shell.p.print(all.map(([name, value]) => `${start}${name}=${quoteForReading(value)}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const arg of rest) {
    const equals = arg.indexOf('=');
    if (equals > 0) {
      shell.aliases.set(arg.slice(0, equals), arg.slice(equals + 1));
      continue;
    }
    const value = shell.aliases.get(arg);
    if (value !== undefined) yield* shell.p.print(`${start}${arg}=${quoteForReading(value)}\n`);
    else {
      yield* shell.dialect.name === 'bash'
        ? shell.complain(`alias: ${arg}: not found`)
        : shell.p.error(`alias: ${arg} not found\n`);
      status = 1;
    }
  }
  return status;
}

/** `unalias [-a] names` */
export function* unalias(shell: Shell, args: readonly string[]): Sys<number> {
  if (args[1] === '-a') {
    shell.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of args.slice(1)) {
    if (shell.aliases.delete(name)) continue;
    yield* shell.dialect.name === 'bash'
      ? shell.complain(`unalias: ${name}: not found`)
      : shell.p.error(`unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
}

/** `hash [-r] [names]` */
export function* hash(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest } = readOptions(args, 'rdlpt');
  if (options.has('r')) shell.hashed.clear();
  if (rest.length === 0) {
    if (options.size > 0) return 0;
    if (shell.dialect.name !== 'bash') {
      yield* shell.p.print([...shell.hashed.values()].map(({ path }) => `${path}\n`).join(''));
    } else if (shell.hashed.size === 0) yield* shell.p.print('hash: hash table empty\n');
    else {
      yield* shell.p.print(
        `hits\tcommand\n${[...shell.hashed.values()].map(({ path, hits }) => `${String(hits).padStart(4)}\t${path}\n`).join('')}`,
      );
    }
    return 0;
  }
  let status = 0;
  for (const name of rest) {
    const path = pathOf(shell, name);
    if (path !== undefined) shell.hashed.set(name, { path, hits: 0 });
    else {
      yield* shell.complain(
        shell.dialect.name === 'ash' ? `${name}: not found` : `hash: ${name}: not found`,
        shell.dialect.name === 'ash' ? 'hash' : undefined,
      );
      status = 1;
    }
  }
  return status;
}

/** `help`: the names of the builtins. */
export function* help(shell: Shell, args: readonly string[]): Sys<number> {
  const names = builtinNames(shell);
  const [, wanted] = args;
  if (wanted !== undefined && !names.includes(wanted)) {
    throw new Complaint(
      `no help topics match \`${wanted}'.  Try \`help help' or \`man -k ${wanted}' or \`info ${wanted}'.`,
      1,
    );
  }
  if (wanted !== undefined) {
    yield* shell.p.print(`${wanted}: a shell builtin; see the manual of ${shell.dialect.name}.\n`);
    return 0;
  }
  if (shell.dialect.name === 'ash') {
    yield* shell.p.print(`Built-in commands:\n------------------\n${fill(names, 66, '\t')}\n`);
    return 0;
  }
  yield* shell.p.print(
    `GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu), as simulated by Muelle\nThese shell commands are defined internally:\n${fill(names, 72, '  ')}\n`,
  );
  return 0;
}

function fill(names: readonly string[], width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const name of names) {
    if (line !== '' && line.length + name.length + 1 > width) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? name : ` ${name}`;
  }
  return [...lines, indent + line].join('\n');
}
