import { normaliser } from './normalise.mjs';

/** One step of a transcript or of a simulated run. */
export interface Step {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** How one simulated step compares with the recorded one. */
export interface Verdict {
  readonly command: string;
  readonly exit: boolean;
  readonly output: boolean;
  readonly expected: Step;
  readonly actual: Step | undefined;
}

/** Facts of the recording machine, not of Docker: masked on both sides (real-docker/README.md). */
const SIZES = /(?<![\w.])\d+(?:\.\d+)?\s?(?:B|[kKMGT]i?B)(?![\w])/g;

const isHelp = (command: string): boolean =>
  /(?:^|[\s|;])--help\b|\bdocker help\b|^docker(?: [a-z]+)?$/.test(command);

/** The lines of `docker info`, `version` and `stats` keep their labels; the values are the machine's. */
export function maskMachineFacts(command: string, text: string): string {
  let out = text
    .replace(SIZES, '<SIZE>')
    .replace(/"(Size|SizeRw|SizeRootFs|VirtualSize)":\s?\d+/g, '"$1":<SIZE>');
  if (/\bdocker (?:system )?info\b/.test(command))
    out = out.replace(/^WARNING: Support for cgroup v1.*$\n?/gm, '').replace(/^(\s*[^:\n]+):.*$/gm, '$1:');
  if (/\bdocker version\b/.test(command)) out = out.replace(/^(\s*[^:\n]+):.*$/gm, '$1:');
  if (/\bstats\b/.test(command))
    out = out.replace(/\d+(?:\.\d+)?%/g, '<PERCENT>').replace(/\b\d+\s*$/gm, '<N>');
  if (/\b(?:top|ps)\b/.test(command) && /\bdocker (?:container )?(?:top|exec)\b/.test(command))
    out = out.replace(/^(\s*\S*\s*)\d+(\s+\d+)?/gm, '$1<PID>');
  if (isHelp(command)) out = maskHelp(out);
  return out;
}

/** Of a help text, the usage lines, commands, flags and types count; its sentences are Docker's own. */
function maskHelp(text: string): string {
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const flag = /^\s+(?:(-\w), )?(--[\w-]+)(?: ([a-zA-Z0-9]+))?(?:\s{2,}.*)?$/.exec(line);
    // A command has a description beside it; a word alone is the end of a wrapped sentence.
    const command = /^\s+([a-z][\w-]*)\*?\s{2,}\S/.exec(line);
    if (flag !== null) kept.push(`${flag[1] ?? ''} ${flag[2]} ${flag[3] ?? ''}`);
    else if (command !== null) kept.push(command[1] ?? '');
    else if (/^(?:Usage:|Aliases:|Options:|Commands:|[A-Z][\w ]+:$)/.test(line) || /^\s+docker /.test(line))
      kept.push(line);
  }
  return kept.join('\n');
}

/** Commands whose lines come in no fixed order on the real engine (BEHAVIOURS.md, «Making transcripts comparable»). */
export const UNORDERED =
  /\bdocker (?:images|image ls|image prune|diff|container diff|pull|load|volume prune|system prune|build|buildx|compose|service|stack|builder|events|system events)\b|\bprintenv\b|\benv\b/;

const asSet = (text: string): string =>
  [...new Set(text.split('\n').map((line) => line.replace(/^#\d+ /, '#N ').trim()))].sort().join('\n');

const NUMBERED = /<(?:ID|UUID|SWARM|IP|PORT|NAME)\d+>/g;

/**
 * Which placeholder of the recording stands for which one here. Where an earlier step differs (an image whose ID is also
 * its digest), the numbers after it do: the rest is the same if each of them keeps its partner.
 */
export class Partners {
  readonly #known = new Map<string, string>();

  /** Do two texts differ in numbers only, and in none that has another partner? Remembers those of equal texts. */
  agree(expected: string, actual: string): boolean {
    if (expected.replace(NUMBERED, '<>') !== actual.replace(NUMBERED, '<>')) return false;
    const [left, right] = [expected.match(NUMBERED) ?? [], actual.match(NUMBERED) ?? []];
    const pairs = left.map((name, i): [string, string] => [name, right[i] ?? '']);
    const fresh = new Map<string, string>();
    for (const [name, partner] of pairs) {
      if (name.slice(0, 3) !== partner.slice(0, 3)) return false;
      if ((this.#known.get(name) ?? fresh.get(name) ?? partner) !== partner) return false;
      fresh.set(name, partner);
    }
    for (const [name, partner] of fresh) this.#known.set(name, partner);
    return true;
  }
}

function same(
  command: string,
  expected: string,
  actual: string,
  unordered: RegExp,
  partners?: Partners,
): boolean {
  const [a, b] = [maskMachineFacts(command, expected), maskMachineFacts(command, actual)].map((text) =>
    text.replace(/[ \t]{2,}/g, '  ').replace(/[ \t]+$/gm, ''),
  );
  if (partners?.agree(a ?? '', b ?? '') === true || a === b) return true;
  return unordered.test(command) && asSet(a ?? '') === asSet(b ?? '');
}

/**
 * Compares a simulated run with the recording, step by step. Placeholders are numbered per transcript, so both sides are
 * normalised from their first step on. `before` is applied to each output first; the lines of the commands that
 * `unordered` matches are compared as a set. With `partners`, placeholders need not have the same numbers.
 */
export function compareTranscripts(
  expected: readonly Step[],
  actual: readonly Step[],
  before: (text: string) => string = (text) => text,
  unordered: RegExp = UNORDERED,
  partners?: Partners,
): Verdict[] {
  const [numberLeft, numberRight] = [normaliser(), normaliser()];
  const left = (text: string): string => numberLeft(before(text));
  const right = (text: string): string => numberRight(before(text));
  return expected.map((step, i) => {
    const mine = actual[i];
    const [eOut, eErr] = [left(step.stdout), left(step.stderr)];
    const [aOut, aErr] = mine === undefined ? ['', ''] : [right(mine.stdout), right(mine.stderr)];
    const agree = (a: string, b: string): boolean => same(step.command, a, b, unordered, partners);
    return {
      command: step.command,
      exit: mine !== undefined && mine.exit === step.exit,
      output: mine !== undefined && agree(eOut, aOut) && agree(eErr, aErr),
      expected: { ...step, stdout: eOut, stderr: eErr },
      actual: mine === undefined ? undefined : { ...mine, stdout: aOut, stderr: aErr },
    };
  });
}

/** Docker subcommands of the first simulator (issue 2); a step counts for it when it uses no others. */
const FIRST = new Set(
  'run create start stop restart kill rm rename pause unpause wait ps logs exec attach cp diff top stats inspect port events images pull rmi tag history version info search container image system --version -v'.split(
    ' ',
  ),
);

/** Does a step use only commands of the containers chapter? */
export function isFirstChapter(command: string): boolean {
  const used = [...command.matchAll(/\bdocker\s+([a-z-]+)/g)].map((match) => match[1] ?? '');
  return used.length > 0 && used.every((name) => FIRST.has(name));
}
