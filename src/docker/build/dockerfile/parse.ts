import { durationError, parseGoDuration } from '../../engine/human.ts';
import type { ImageConfig } from '../../images/types.ts';
import { BuildError } from './error.ts';
import { type InstructionFlags, readFlags } from './flags.ts';
import {
  type CommandLine,
  type Dockerfile,
  type FromWords,
  type Instruction,
  KEYWORDS,
  type Keyword,
  type OfKind,
  type Pair,
  type Stage,
} from './instructions.ts';
import { lint, lintDescription, lintLine } from './lint.ts';
import { Linter } from './linter.ts';
import { type RawInstruction, readDockerfile, type Source } from './read.ts';
import { didYouMeanWord, jsonArray, NOT_STRINGS, splitWords } from './words.ts';

/** Reads a Dockerfile (frontend/dockerfile/instructions/parse.go). Throws BuildError. */
export function parseDockerfile(
  text: string,
  linterOf: (source: Source) => Linter = () => new Linter(),
): { dockerfile: Dockerfile; source: Source } {
  const source = readDockerfile(text);
  const linter = linterOf(source);
  // What the parser of lines refuses comes before all that the parser of instructions does.
  for (const raw of source.instructions) checkForm(raw, source.escape);
  const globals: OfKind<'ARG'>[] = [];
  const stages: { from: OfKind<'FROM'>; commands: Instruction[] }[] = [];
  for (const { emptyContinuation, end } of source.instructions)
    if (emptyContinuation) linter.run('NoEmptyContinuation', 'Empty continuation line', { start: end, end });
  for (const raw of source.instructions) {
    lintLine(raw, linter);
    const instruction = parseInstruction(raw, source.escape);
    if (instruction.kind === 'FROM' && instruction.name !== '')
      lintDescription('FROM', [instruction.name], raw.comments, raw, linter);
    if (instruction.kind === 'ARG')
      lintDescription(
        'ARG',
        instruction.args.map(({ key }) => key),
        raw.comments,
        raw,
        linter,
      );
    const stage = stages.at(-1);
    if (instruction.kind === 'FROM') stages.push({ from: instruction, commands: [] });
    else if (stage !== undefined) stage.commands.push(instruction);
    else if (instruction.kind === 'ARG') globals.push(instruction);
    else throw new BuildError('no build stage in current context', raw);
  }
  const first = source.instructions[0];
  if (stages.length === 0) throw new BuildError('dockerfile contains no stages to build', first);
  const dockerfile: Dockerfile = { globals, stages: stages satisfies Stage[] };
  lint(dockerfile, linter);
  return { dockerfile, source };
}

/** Reads one instruction of an `ONBUILD` that an image brings along. */
export function parseTrigger(text: string): Instruction {
  const { instructions, escape: escapeChar } = readDockerfile(text);
  const [raw] = instructions;
  if (raw === undefined) throw new BuildError('file with no instructions');
  checkForm(raw, escapeChar);
  return parseInstruction(raw, escapeChar);
}

/** Reads one instruction. Throws BuildError with its line. */
export function parseInstruction(raw: RawInstruction, escapeChar: string): Instruction {
  try {
    return read(raw, escapeChar);
  } catch (error) {
    if (error instanceof BuildError || !(error instanceof Error)) throw error;
    throw new BuildError(`dockerfile parse error on line ${raw.start}: ${error.message}`, raw);
  }
}

/** What the parser of lines refuses: bad `key=value` lists and JSON of other things than strings. */
function checkForm(raw: RawInstruction, escapeChar: string): void {
  const keyword = raw.keyword.toUpperCase();
  if ((keyword === 'ENV' || keyword === 'LABEL') && raw.rest !== '') {
    const words = splitWords(raw.rest, escapeChar);
    if (!(words[0] ?? '').includes('=')) {
      if (words.length < 2) throw new BuildError(`${keyword} must have two arguments`, raw);
      return;
    }
    for (const word of words)
      if (!word.includes('='))
        throw new BuildError(
          `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
          raw,
        );
  }
  if (/^(?:ADD|COPY|CMD|ENTRYPOINT|RUN|SHELL|VOLUME)$/.test(keyword) && jsonArray(raw.rest) === 'not strings')
    throw new BuildError(NOT_STRINGS, raw);
}

type Fields<K extends Keyword> = K extends Keyword
  ? Omit<OfKind<K>, 'original' | 'keyword' | 'comments' | 'start' | 'end'>
  : never;

function read(raw: RawInstruction, escapeChar: string): Instruction {
  const { original, keyword, comments, start, end } = raw;
  const base = { original, keyword, comments, start, end };
  const kind = keyword.toUpperCase();
  switch (kind) {
    case 'ADD':
    case 'COPY':
      return { ...base, ...readCopy(raw, kind) };
    case 'ARG':
      return { ...base, ...readArg(raw, escapeChar) };
    case 'CMD':
    case 'ENTRYPOINT':
      readFlags(raw.flags, {});
      return { ...base, kind, command: commandLine(raw.rest) };
    case 'ENV':
    case 'LABEL':
      return { ...base, ...readPairs(raw, kind, escapeChar) };
    case 'EXPOSE':
      readFlags(raw.flags, {});
      return { ...base, kind, ports: atLeastOne(kind, words(raw.rest)) };
    case 'FROM':
      return { ...base, ...readFrom(raw) };
    case 'HEALTHCHECK':
      return { ...base, kind, health: readHealth(raw) };
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      if (raw.rest === '') throw new Error(`${kind} requires exactly one argument`);
      readFlags(raw.flags, {});
      return { ...base, kind, value: raw.rest };
    case 'ONBUILD':
      return { ...base, kind, expression: readOnbuild(raw) };
    case 'RUN':
      return { ...base, ...readRun(raw) };
    case 'SHELL': {
      readFlags(raw.flags, {});
      const shell = jsonArray(raw.rest);
      if (raw.rest === '' || (Array.isArray(shell) && shell.length === 0))
        throw new Error('SHELL requires at least one argument');
      if (!Array.isArray(shell)) throw new Error('SHELL requires the arguments to be in JSON form');
      return { ...base, kind, shell };
    }
    case 'VOLUME': {
      readFlags(raw.flags, {});
      const volumes = atLeastOne(kind, list(raw.rest)).map((volume) => volume.trim());
      if (volumes.includes('')) throw new Error('VOLUME specified can not be an empty string');
      return { ...base, kind, volumes };
    }
    default:
      throw new Error(`unknown instruction: ${keyword}${didYouMeanWord(keyword, KEYWORDS)}`);
  }
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** A JSON array, or words. */
function list(text: string): readonly string[] {
  const json = jsonArray(text);
  return Array.isArray(json) ? json : words(text);
}

function atLeastOne(kind: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) throw new Error(`${kind} requires at least one argument`);
  return items;
}

function commandLine(rest: string): CommandLine {
  const json = jsonArray(rest);
  return Array.isArray(json) ? { args: json, shell: false } : { args: [rest], shell: true };
}

function readCopy(raw: RawInstruction, kind: 'ADD' | 'COPY'): Fields<'ADD' | 'COPY'> {
  const args = list(raw.rest);
  if (args.length < 2)
    throw new Error(
      `${kind} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  const common = { chown: 'string', chmod: 'string', link: 'bool', exclude: 'list' } as const;
  const flags: InstructionFlags = readFlags(
    raw.flags,
    kind === 'COPY'
      ? { ...common, from: 'string', parents: 'bool' }
      : { ...common, 'keep-git-dir': 'bool', checksum: 'string', unpack: 'bool' },
  );
  const isInline = (word: string): boolean => raw.heredocs.length > 0 && /^\d*<</.test(word);
  const target = args.at(-1) ?? '';
  if (isInline(target)) throw new Error(`${kind} cannot accept a heredoc as a destination`);
  return {
    kind,
    copy: {
      sources: args.slice(0, -1).filter((word) => !isInline(word)),
      inline: raw.heredocs,
      target,
      from: flags.string('from'),
      chown: flags.string('chown'),
      chmod: flags.string('chmod'),
      link: flags.bool('link'),
      parents: flags.bool('parents'),
      exclude: flags.list('exclude'),
      checksum: flags.string('checksum'),
      // An archive is unpacked unless `--unpack=false` says otherwise.
      unpack: !raw.flags.includes('--unpack=false'),
    },
  };
}

function readArg(raw: RawInstruction, escapeChar: string): Fields<'ARG'> {
  const args = atLeastOne('ARG', splitWords(raw.rest, escapeChar));
  readFlags(raw.flags, {});
  return {
    kind: 'ARG',
    args: args.map((word) => {
      const at = word.indexOf('=');
      if (at === 0) throw new Error('ARG names can not be blank');
      return at < 0 ? { key: word, value: undefined } : { key: word.slice(0, at), value: word.slice(at + 1) };
    }),
  };
}

function readPairs(raw: RawInstruction, kind: 'ENV' | 'LABEL', escapeChar: string): Fields<'ENV' | 'LABEL'> {
  const written = atLeastOne(kind, splitWords(raw.rest, escapeChar));
  readFlags(raw.flags, {});
  const legacy = !(written[0] ?? '').includes('=');
  const pairs = legacy ? [legacyPair(raw.rest)] : written.map(pair);
  if (pairs.some(({ key }) => key === '')) throw new Error(`${kind} names can not be blank`);
  return { kind, pairs, legacy };
}

function legacyPair(text: string): Pair {
  const [, key = '', value = ''] = /^(\S+)\s+(.*)$/s.exec(text) ?? [];
  return { key, value };
}

function pair(word: string): Pair {
  const at = word.indexOf('=');
  return { key: word.slice(0, at), value: word.slice(at + 1) };
}

function readFrom(raw: RawInstruction): Fields<'FROM'> {
  const args = words(raw.rest);
  const [base = '', as = '', name = ''] = args;
  if (!(args.length === 1 || (args.length === 3 && as.toLowerCase() === 'as')))
    throw new Error('FROM requires either one or three arguments');
  if (args.length === 3 && !/^[a-z][a-z0-9-_.]*$/.test(name.toLowerCase()))
    throw new Error(
      `invalid name for build stage: ${JSON.stringify(name)}, name can't start with a number or contain symbols`,
    );
  const flags = readFlags(raw.flags, { platform: 'string' });
  const written: FromWords = { as, name, platform: flags.string('platform') };
  return { kind: 'FROM', base, name: name.toLowerCase(), written };
}

function readOnbuild(raw: RawInstruction): string {
  if (raw.rest === '') throw new Error('ONBUILD requires at least one argument');
  readFlags(raw.flags, {});
  const trigger = (words(raw.rest)[0] ?? '').toUpperCase();
  if (trigger === 'ONBUILD') throw new Error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === 'MAINTAINER' || trigger === 'FROM')
    throw new Error(`${trigger} isn't allowed as an ONBUILD trigger`);
  return raw.original.replace(/^\s*ONBUILD\s*/i, '');
}

function readRun(raw: RawInstruction): Fields<'RUN'> {
  const flags = readFlags(raw.flags, {
    mount: 'list',
    network: 'string',
  });
  const network = flags.string('network') || 'default';
  if (!['default', 'none', 'host'].includes(network))
    throw new Error(`invalid network mode ${JSON.stringify(network)}`);
  return {
    kind: 'RUN',
    command: commandLine(raw.rest),
    heredocs: raw.heredocs,
    mounts: flags.list('mount'),
    network,
  };
}

type Health = NonNullable<ImageConfig['Healthcheck']>;

function readHealth(raw: RawInstruction): Health {
  const [, written = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(raw.rest) ?? [];
  if (written === '') throw new Error('HEALTHCHECK requires at least one argument');
  const type = written.toUpperCase();
  if (type === 'NONE') {
    if (rest !== '') throw new Error('HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  const flags = readFlags(raw.flags, {
    interval: 'string',
    timeout: 'string',
    'start-period': 'string',
    'start-interval': 'string',
    retries: 'string',
  });
  if (type !== 'CMD') throw new Error(`Unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
  const json = jsonArray(rest);
  const test = Array.isArray(json) ? ['CMD', ...json] : ['CMD-SHELL', rest];
  if (rest === '' || test.length === 1) throw new Error('Missing command after HEALTHCHECK CMD');
  const times = {
    Interval: nanoseconds(flags, 'interval'),
    Timeout: nanoseconds(flags, 'timeout'),
    StartPeriod: nanoseconds(flags, 'start-period'),
    StartInterval: nanoseconds(flags, 'start-interval'),
    Retries: retries(flags.string('retries')),
  };
  return { Test: test, ...Object.fromEntries(Object.entries(times).filter(([, value]) => value !== 0)) };
}

function nanoseconds(flags: InstructionFlags, name: string): number {
  const text = flags.string(name);
  if (text === '') return 0;
  const milliseconds = parseGoDuration(text);
  if (milliseconds === undefined) throw new Error(durationError(text));
  if (milliseconds !== 0 && milliseconds < 1)
    throw new Error(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
  return milliseconds * 1e6;
}

function retries(text: string): number {
  if (text === '') return 0;
  if (!/^[-+]?\d+$/.test(text))
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const count = Number(text);
  if (count < 0) throw new Error(`--retries cannot be negative (${count})`);
  return count;
}
