import { DockerError } from '../../engine/api.ts';
import { parseReference } from '../../engine/reference.ts';
import type { Lines } from './error.ts';
import { ExpandError, expand, type Variables } from './expand.ts';
import type { Dockerfile, Instruction, OfKind } from './instructions.ts';
import type { Linter } from './linter.ts';
import type { RawInstruction } from './read.ts';
import { didYouMean } from './words.ts';

const isUpper = (word: string): boolean => word === word.toUpperCase();
const isLower = (word: string): boolean => word === word.toLowerCase();

/** Checks of the file as a whole: names of stages, and letter case (frontend/dockerfile/dockerfile2llb/validations.go). */
export function lint({ stages }: Dockerfile, linter: Linter): void {
  const names = new Set<string>();
  for (const { from } of stages) {
    if (from.name === 'scratch' || from.name === 'context')
      linter.run(
        'ReservedStageName',
        `Stage name should not use the same name as reserved stage ${JSON.stringify(from.name)}`,
        from,
      );
    if (from.name !== '' && names.has(from.name))
      linter.run(
        'DuplicateStageName',
        `Duplicate stage name ${JSON.stringify(from.name)}, stage names should be unique`,
        from,
      );
    names.add(from.name);
  }
  casing(
    stages.flatMap(({ from, commands }) => [from, ...commands]),
    linter,
  );
}

function casing(all: readonly Instruction[], linter: Linter): void {
  const lower = all.filter(({ keyword }) => isLower(keyword)).length;
  const upper = all.filter(({ keyword }) => isUpper(keyword)).length;
  const wantLower = lower > upper;
  for (const instruction of all) {
    const { keyword } = instruction;
    if (wantLower ? isLower(keyword) : isUpper(keyword)) continue;
    linter.run(
      'ConsistentInstructionCasing',
      `Command '${keyword}' should match the case of the command majority (${wantLower ? 'lowercase' : 'uppercase'})`,
      instruction,
    );
  }
}

/** What is said of a line as soon as it is read, even if it is wrong. */
export function lintLine(raw: RawInstruction, linter: Linter): void {
  const kind = raw.keyword.toUpperCase();
  if (kind === 'MAINTAINER')
    linter.run('MaintainerDeprecated', 'Maintainer instruction is deprecated in favor of using label', raw);
  if (kind !== 'FROM') return;
  const args = raw.rest.split(/\s+/);
  const [, as = '', name = ''] = args;
  if (args.length !== 3) return;
  if (!isLower(name)) linter.run('StageNameCasing', `Stage name '${name}' should be lowercase`, raw);
  if (!(isLower(raw.keyword) && isLower(as)) && !(isUpper(raw.keyword) && isUpper(as)))
    linter.run('FromAsCasing', `'${as}' and '${raw.keyword}' keywords' casing do not match`, raw);
}

/** A comment right above FROM or ARG should describe it: `# NAME …`. */
export function lintDescription(
  kind: 'ARG' | 'FROM',
  names: readonly string[],
  comments: readonly string[],
  at: Lines,
  linter: Linter,
): void {
  const [first = ''] = (comments.at(-1) ?? '').split(' ');
  if (comments.length === 0 || names.length === 0 || names.includes(first)) return;
  const example = names.length > 1 ? '<arg_key>' : names[0];
  linter.run(
    'InvalidDefinitionDescription',
    `Comment for ${kind} should follow the format: \`# ${example} <description>\``,
    at,
  );
}

/** FROM's `--platform`, after its variables. */
export function lintPlatform(from: OfKind<'FROM'>, platform: string, linter: Linter): void {
  const { written } = from;
  if (/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(written.platform))
    linter.run(
      'RedundantTargetPlatform',
      `Setting platform to predefined ${written.platform} in FROM is redundant as this is the default behavior`,
      from,
    );
  if (written.platform === '' || written.platform.includes('$')) return;
  const [os = '', arch = ''] = platform.split('/');
  if (from.name.includes(os) || (arch !== '' && from.name.includes(arch))) return;
  linter.run(
    'FromPlatformFlagConstDisallowed',
    `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`,
    from,
  );
}

const SECRET = /(?:^|_)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:^|_)(?:public|file|version)(?:_|$)/i;

/** Names of ARG and ENV that look like something to be kept secret. */
export function lintSecret(kind: 'ARG' | 'ENV', key: string, at: Lines, linter: Linter): void {
  if (SECRET.test(key) && !NO_SECRET.test(key))
    linter.run(
      'SecretsUsedInArgOrEnv',
      `Do not use ARG or ENV instructions for sensitive data (${kind} ${JSON.stringify(key)})`,
      at,
    );
}

/** Is each base a valid name with the defaults of the global arguments alone? */
export function lintDefaultBases(
  { stages }: Dockerfile,
  defaults: Variables,
  escapeChar: string,
  linter: Linter,
): void {
  for (const { from } of stages) {
    const { text } = tryExpand(from.base, defaults, escapeChar);
    if (!validReference(text))
      linter.run(
        'InvalidDefaultArgInFrom',
        `Default value for ARG ${from.base} results in empty or invalid base image name`,
        from,
      );
  }
}

/** Arguments of a FROM that nobody declared. */
export function lintUndeclared(
  unset: ReadonlySet<string>,
  known: readonly string[],
  at: Lines,
  linter: Linter,
): void {
  for (const name of unset)
    if (!known.includes(name))
      linter.run(
        'UndefinedArgInFrom',
        `FROM argument '${name}' is not declared${didYouMean(name, known)}`,
        at,
      );
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
