import { DockerError } from '../../engine/api.ts';
import { parseReference } from '../../engine/reference.ts';
import { ExpandError, expand, type Variables } from './expand.ts';
import type { Dockerfile, Instruction, OfKind, Stage } from './instructions.ts';
import type { Source } from './read.ts';
import { didYouMean } from './words.ts';

/** A finding of BuildKit's checks: `MaintainerDeprecated`, what it says, and where. */
export interface Warning {
  readonly rule: string;
  readonly message: string;
  readonly line: number;
}

/** `MaintainerDeprecated: Maintainer instruction is … (line 2)` */
export const warningText = ({ rule, message, line }: Warning): string => `${rule}: ${message} (line ${line})`;

const isUpper = (word: string): boolean => word === word.toUpperCase();
const isLower = (word: string): boolean => word === word.toLowerCase();

/** Checks that need nothing but the Dockerfile (frontend/dockerfile/linter/ruleset.go). */
export function lint(dockerfile: Dockerfile, source: Source): Warning[] {
  const out: Warning[] = [];
  const add = (rule: string, message: string, { start }: { readonly start: number }): void => {
    out.push({ rule, message, line: start });
  };
  for (const raw of source.instructions)
    if (raw.emptyContinuation) add('NoEmptyContinuation', 'Empty continuation line', raw);
  const all = [
    ...dockerfile.globals,
    ...dockerfile.stages.flatMap(({ from, commands }) => [from, ...commands]),
  ];
  casing(all, add);
  const names = new Set<string>();
  for (const { from } of dockerfile.stages) {
    lintFrom(from, add);
    if (from.name !== '' && names.has(from.name))
      add(
        'DuplicateStageName',
        `Duplicate stage name ${JSON.stringify(from.name)}, stage names should be unique`,
        from,
      );
    names.add(from.name);
  }
  for (const stage of dockerfile.stages) lintStage(stage, add);
  return out;
}

type Add = (rule: string, message: string, at: { readonly start: number }) => void;

function casing(all: readonly Instruction[], add: Add): void {
  const lower = all.filter(({ keyword }) => isLower(keyword)).length;
  const upper = all.filter(({ keyword }) => isUpper(keyword)).length;
  const wantLower = lower > upper;
  for (const instruction of all) {
    const { keyword } = instruction;
    if (wantLower ? isLower(keyword) : isUpper(keyword)) continue;
    add(
      'ConsistentInstructionCasing',
      `Command '${keyword}' should match the case of the command majority (${wantLower ? 'lowercase' : 'uppercase'})`,
      instruction,
    );
  }
}

function lintFrom(from: OfKind<'FROM'>, add: Add): void {
  const { as, name, platform } = from.written;
  if (name !== '' && !isLower(name)) add('StageNameCasing', `Stage name '${name}' should be lowercase`, from);
  if (as !== '' && isUpper(from.keyword) !== isUpper(as) && isLower(from.keyword) !== isLower(as))
    add('FromAsCasing', `'${as}' and '${from.keyword}' keywords' casing do not match`, from);
  if (name !== '' && (from.name === 'scratch' || from.name === 'context'))
    add(
      'ReservedStageName',
      `Stage name should not use the same name as reserved stage ${JSON.stringify(from.name)}`,
      from,
    );
  if (/^\$\{?TARGETPLATFORM\}?$/.test(platform))
    add(
      'RedundantTargetPlatform',
      `Setting platform to predefined ${platform} in FROM is redundant as this is the default behavior`,
      from,
    );
  else if (platform !== '' && !platform.includes('$'))
    add(
      'FromPlatformFlagConstDisallowed',
      `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`,
      from,
    );
}

function lintStage({ commands }: Stage, add: Add): void {
  const hasShell = (at: number): boolean => commands.slice(0, at).some(({ kind }) => kind === 'SHELL');
  commands.forEach((instruction, at) => {
    switch (instruction.kind) {
      case 'MAINTAINER':
        add(
          'MaintainerDeprecated',
          'Maintainer instruction is deprecated in favor of using label',
          instruction,
        );
        break;
      case 'CMD':
      case 'ENTRYPOINT':
        if (instruction.command.shell && !hasShell(at))
          add(
            'JSONArgsRecommended',
            `JSON arguments recommended for ${instruction.kind} to prevent unintended behavior related to OS signals`,
            instruction,
          );
        break;
      case 'ENV':
      case 'LABEL':
        if (instruction.legacy)
          add(
            'LegacyKeyValueFormat',
            `"${instruction.kind} key=value" should be used instead of legacy "${instruction.kind} key value" format`,
            instruction,
          );
        break;
    }
    secrets(instruction, add);
  });
  for (const kind of ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'] as const) {
    const same = commands.filter((instruction) => instruction.kind === kind);
    for (const instruction of same.slice(0, -1))
      add(
        'MultipleInstructionsDisallowed',
        `Multiple ${kind} instructions should not be used in the same stage because only the last one will be used`,
        instruction,
      );
  }
}

const SECRET = /(?:^|_)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:^|_)(?:public)(?:_|$)/i;

function secrets(instruction: Instruction, add: Add): void {
  if (instruction.kind !== 'ENV' && instruction.kind !== 'ARG') return;
  const keys = instruction.kind === 'ENV' ? instruction.pairs : instruction.args;
  for (const { key } of keys)
    if (SECRET.test(key) && !NO_SECRET.test(key))
      add(
        'SecretsUsedInArgOrEnv',
        `Do not use ARG or ENV instructions for sensitive data (${instruction.kind} ${JSON.stringify(key)})`,
        instruction,
      );
}

/** Checks of FROM with the defaults of the global arguments alone, and for arguments nobody declared. */
export function lintBases(
  dockerfile: Dockerfile,
  defaults: Variables,
  escapeChar: string,
  known: readonly string[],
): Warning[] {
  const bad: Warning[] = [];
  const undeclared: Warning[] = [];
  const earlier = new Set<string>(['scratch']);
  for (const { from } of dockerfile.stages) {
    const { text, unset } = tryExpand(from.base, defaults, escapeChar);
    if (!earlier.has(text.toLowerCase()) && !validReference(text))
      bad.push({
        rule: 'InvalidDefaultArgInFrom',
        message: `Default value for ARG ${from.base} results in empty or invalid base image name`,
        line: from.start,
      });
    for (const name of unset)
      if (!known.includes(name))
        undeclared.push({
          rule: 'UndefinedArgInFrom',
          message: `FROM argument '${name}' is not declared${didYouMean(name, known)}`,
          line: from.start,
        });
    if (from.name !== '') earlier.add(from.name);
  }
  return [...bad, ...undeclared];
}

function tryExpand(
  word: string,
  variables: Variables,
  escapeChar: string,
): { text: string; unset: ReadonlySet<string> } {
  try {
    return expand(word, variables, { escape: escapeChar });
  } catch (error) {
    if (!(error instanceof ExpandError)) throw error;
    return { text: '', unset: new Set() };
  }
}

function validReference(name: string): boolean {
  try {
    parseReference(name);
    return name !== '';
  } catch (error) {
    if (error instanceof DockerError) return false;
    throw error;
  }
}
