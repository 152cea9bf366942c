import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { allCommands, type CommandSpec } from '../../docker/spec/spec.ts';
import type { CommandText, CommandTexts, FlagText } from '../../explain/reference.ts';
import { type CommandFile, commandSchema } from './schema.ts';

/** Where the reference is, from the root of the project: one file a command. */
export const COMMANDS_FOLDER = 'content/commands';

/** `container run` ⇒ `container-run.yaml`; `docker` itself ⇒ `docker.yaml`. */
export function fileOfCommand(id: string): string {
  return `${id === '' ? 'docker' : id.replaceAll(' ', '-')}.yaml`;
}

/** The commands of the real CLI by id, each once: that of its canonical spelling. */
export function specsById(): ReadonlyMap<string, CommandSpec> {
  const specs = new Map<string, CommandSpec>();
  for (const spec of allCommands()) {
    if (!specs.has(spec.id) || spec.path === spec.id) specs.set(spec.id, spec);
  }
  return specs;
}

/** Flags that the reference explains: what `--help` lists, without `help` itself. */
export function flagNames(spec: CommandSpec): string[] {
  return spec.flags.filter(({ hidden, name }) => !hidden && name !== 'help').map(({ name }) => name);
}

const PLACEHOLDER = /\b[A-Z][A-Z0-9_-]*\b/g;

/**
 * The arguments of a command by the names its usage line gives them: `pull [OPTIONS] NAME[:TAG|@DIGEST]` ⇒ `NAME`. The
 * `COMMAND` of a group of commands is none.
 */
export function argumentNames({ usage, children }: CommandSpec): string[] {
  const found = usage.replaceAll(/\[[:@/][^\]]*\]/g, '').match(PLACEHOLDER) ?? [];
  const isGroup = children.length > 0;
  return [...new Set(found)].filter((name) => !/^OPTIONS?$/.test(name) && !(isGroup && name === 'COMMAND'));
}

function readFiles(folder: string, problems: string[]): Map<string, CommandFile> {
  const files = new Map<string, CommandFile>();
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  const ids = new Map([...specsById().keys()].map((id) => [fileOfCommand(id), id]));
  for (const name of names.sort()) {
    const where = `${COMMANDS_FOLDER}/${name}`;
    const id = ids.get(name);
    if (id === undefined) {
      problems.push(`${where}: Docker has no such command. Name the file after its id: container-ls.yaml.`);
      continue;
    }
    try {
      const result = commandSchema.safeParse(parse(readFileSync(join(folder, name), 'utf8')));
      if (result.success) files.set(id, result.data);
      else
        for (const { path, message } of result.error.issues)
          problems.push(`${where}: ${path.join('.')}: ${message}`);
    } catch (error) {
      problems.push(`${where}: not valid YAML: ${error instanceof Error ? error.message : error}`);
    }
  }
  return files;
}

/** The flags of a file with those taken over from the commands it is like. */
function flagsOf(
  id: string,
  files: ReadonlyMap<string, CommandFile>,
  seen: readonly string[] = [],
): Record<string, FlagText> {
  const file = files.get(id);
  if (file === undefined || seen.includes(id)) return {};
  const inherited = file.like === undefined ? {} : flagsOf(file.like, files, [...seen, id]);
  return { ...inherited, ...file.flags };
}

function complete(id: string, file: CommandFile, files: ReadonlyMap<string, CommandFile>): CommandText {
  const spec = specsById().get(id);
  const known = new Set(spec === undefined ? [] : flagNames(spec));
  const { like: _, ...rest } = file;
  const flags = Object.entries(flagsOf(id, files)).filter(([name]) => known.has(name));
  return { ...rest, id, flags: Object.fromEntries(flags) };
}

function commandProblems(
  spec: CommandSpec,
  file: CommandFile,
  files: ReadonlyMap<string, CommandFile>,
): string[] {
  const where = `${COMMANDS_FOLDER}/${fileOfCommand(spec.id)}`;
  const names = flagNames(spec);
  const written = flagsOf(spec.id, files);
  const ids = specsById();
  return [
    ...names.filter((name) => !(name in written)).map((name) => `${where}: flag --${name} has no text.`),
    ...Object.keys(file.flags)
      .filter((name) => !names.includes(name))
      .map((name) => `${where}: docker ${spec.id} has no flag --${name}. Remove it, or correct its name.`),
    ...argumentNames(spec)
      .filter((name) => !(name in file.arguments))
      .map((name) => `${where}: argument ${name} of the usage line has no text.`),
    ...Object.keys(file.arguments)
      .filter((name) => !new Set<string>(spec.usage.match(PLACEHOLDER)).has(name))
      .map((name) => `${where}: the usage line has no argument ${name}.`),
    ...[...file.related, ...(file.like === undefined ? [] : [file.like])]
      .filter((id) => !ids.has(id))
      .map((id) => `${where}: there is no command "${id}". Use its id, such as "container ls".`),
  ];
}

/** Reads the reference of a project folder: the texts by id, and all that is missing or wrong, each with its file. */
export function readReference(root: string = resolve('.')): { commands: CommandTexts; problems: string[] } {
  const problems: string[] = [];
  const files = readFiles(join(root, COMMANDS_FOLDER), problems);
  const broken = new Set(problems.map((problem) => problem.split(':')[0]));
  for (const spec of specsById().values()) {
    const file = files.get(spec.id);
    const where = `${COMMANDS_FOLDER}/${fileOfCommand(spec.id)}`;
    if (file !== undefined) problems.push(...commandProblems(spec, file, files));
    else if (!broken.has(where))
      problems.push(`${where}: missing. Write it: every command of the CLI has an entry (CONTRIBUTING.md).`);
  }
  const commands = new Map([...files].map(([id, file]) => [id, complete(id, file, files)]));
  return { commands, problems };
}
