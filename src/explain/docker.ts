import { type CommandSpec, commandAt, type FlagSpec, root, takesValue } from '../docker/spec/spec.ts';
import type { CommandData, FlagData } from './data.ts';
import type { Explainer } from './explainer.ts';
import { sentences } from './fill.ts';
import { partOf, type Span, type Word } from './shell/word.ts';
import { argumentForm, valueForm } from './values.ts';

/** Older spellings: they are explained as the flag they stand for. */
const SYNONYMS: Readonly<Record<string, string>> = {
  net: 'network',
  'net-alias': 'network-alias',
  'dns-opt': 'dns-option',
  time: 'timeout',
};

/** Commands whose first argument ends their flags: what follows belongs to somebody else. */
const STOPS_AT_ARGUMENT = new Set([
  'container run',
  'container create',
  'container exec',
  'container top',
  'service create',
  'plugin set',
  'compose run',
  'compose exec',
]);

/** Commands that run a command of the reader's in a container, and after how many arguments it begins. */
const RUNS_COMMAND: Readonly<Record<string, string>> = {
  'container run': 'container.run',
  'container create': 'container.run',
  'service create': 'container.run',
  'compose run': 'container.run',
  'container exec': 'container.exec',
  'compose exec': 'container.exec',
};

/** Explains a docker command line as the CLI reads it: flags by pflag's rules, arguments by the usage line. */
export function explainDocker(explainer: Explainer, words: readonly Word[], first?: string): void {
  const [program, ...rest] = words;
  if (program === undefined) return;
  const { data } = explainer;
  const compose = program.text.endsWith('docker-compose') ? commandAt('compose') : undefined;
  const summary = compose === undefined ? data.commands['']?.summary : data.texts['docker-compose'];
  const text = sentences(first, summary);
  explainer.addWord(program, { kind: 'program', text, unknown: summary === undefined });
  new DockerLine(explainer, compose ?? root(), rest).explain();
}

class DockerLine {
  readonly #explainer: Explainer;
  readonly #rest: Word[];
  #command: CommandSpec;
  #position = 0;
  /** How many arguments there are; known when the last has been read. */
  readonly #arguments: Word[] = [];

  constructor(explainer: Explainer, command: CommandSpec, rest: readonly Word[]) {
    this.#explainer = explainer;
    this.#command = command;
    this.#rest = [...rest];
  }

  explain(): void {
    let flags = true;
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      const { text } = word;
      if (flags && text === '--') {
        flags = false;
        this.#explainer.addWord(word, { kind: 'flag', text: this.#explainer.say('flag.end') });
      } else if (flags && text.startsWith('--')) this.#long(word);
      else if (flags && text.startsWith('-') && text !== '-') this.#short(word);
      else if (!this.#descend(word)) {
        this.#arguments.push(word);
        if (this.#takesRest()) {
          this.#inContainer();
          return;
        }
      }
    }
    this.#explainArguments();
  }

  get #data(): CommandData | undefined {
    const { commands } = this.#explainer.data;
    return Object.hasOwn(commands, this.#command.id) ? commands[this.#command.id] : undefined;
  }

  /** A word that names a command below the present one. */
  #descend(word: Word): boolean {
    const { path, children } = this.#command;
    if (this.#arguments.length > 0) return false;
    const next = commandAt(path === '' ? word.text : `${path} ${word.text}`);
    if (next === undefined || (children.length === 0 && path !== '') || word.text === '') {
      if (path === '' && word.text === 'help') {
        this.#explainer.addWord(word, { kind: 'subcommand', text: this.#explainer.say('help') });
        return true;
      }
      if (children.length === 0) return false;
      const text = this.#explainer.say('command.none', { name: word.text });
      this.#explainer.addWord(word, { kind: 'subcommand', text });
      return true;
    }
    this.#command = next;
    const data = this.#data;
    this.#explainer.addWord(word, {
      kind: 'subcommand',
      text: data?.summary ?? '',
      danger: data?.danger,
      unknown: data === undefined,
    });
    return true;
  }

  // ---- flags -------------------------------------------------------------------------------------------------------

  #long(word: Word): void {
    const equals = word.text.indexOf('=');
    const name = word.text.slice(2, equals < 0 ? undefined : equals);
    const flag = this.#command.flags.find((candidate) => candidate.name === name);
    if (flag === undefined && name !== 'help') {
      this.#noFlag(word, equals < 0 ? undefined : equals + 1, `--${name}`);
      if (equals > 0) this.#plainValue(word, equals + 1, `--${name}`);
      return;
    }
    const end = equals < 0 ? undefined : equals + 1;
    this.#addFlag(word, partOf(word, 0, end), flag, name);
    if (flag === undefined) return;
    if (equals >= 0) this.#value(word, equals + 1, flag);
    else if (takesValue(flag)) this.#value(this.#rest.shift(), 0, flag);
  }

  /** `-it`, `-p8080:80`, `-f=name`: letters, the last of them perhaps with its value. */
  #short(word: Word): void {
    const { text } = word;
    for (let at = 1; at < text.length; at++) {
      const letter = text[at] ?? '';
      const from = at === 1 ? 0 : at;
      const flag = this.#command.flags.find((candidate) => candidate.short === letter);
      if (flag === undefined) {
        if (letter === 'h') this.#addFlag(word, partOf(word, from, at + 1), undefined, 'help');
        else {
          this.#noFlag(word, undefined, `-${letter}`, from);
          return;
        }
        continue;
      }
      const equals = text[at + 1] === '=' && at + 2 < text.length;
      this.#addFlag(word, partOf(word, from, equals ? at + 2 : at + 1), flag, flag.name);
      if (equals) {
        this.#value(word, at + 2, flag);
        return;
      }
      if (!takesValue(flag)) continue;
      if (at + 1 < text.length) {
        this.#value(word, at + 1, flag);
        return;
      }
      this.#value(this.#rest.shift(), 0, flag);
      return;
    }
  }

  #noFlag(word: Word, end: number | undefined, name: string, start = 0): void {
    const text = this.#explainer.say('flag.none', { name, command: `docker ${this.#command.path}`.trim() });
    this.#explainer.addWord(word, { kind: 'flag', text }, partOf(word, start, end));
  }

  #plainValue(word: Word, start: number, name: string): void {
    const text = this.#explainer.say('value.other', { name, value: word.text.slice(start) });
    this.#explainer.addWord(word, { kind: 'value', text }, partOf(word, start));
  }

  #flagData(name: string): FlagData | undefined {
    const key = SYNONYMS[name] ?? name;
    const flags = this.#data?.flags;
    const own = flags !== undefined && Object.hasOwn(flags, key) ? flags[key] : undefined;
    return typeof own === 'string' ? { text: own } : own;
  }

  #addFlag(word: Word, span: Span, flag: FlagSpec | undefined, name: string): void {
    if (name === 'help') {
      this.#explainer.addWord(word, { kind: 'flag', text: this.#explainer.say('help') }, span);
      return;
    }
    const data = this.#flagData(name);
    // Flags that the help does not list have no text of their own.
    const hidden =
      flag?.hidden === true ? this.#explainer.say('flag.hidden', { name: `--${name}` }) : undefined;
    const text = data?.text ?? hidden;
    this.#explainer.addWord(
      word,
      { kind: 'flag', text: text ?? '', danger: data?.danger, unknown: text === undefined },
      span,
    );
  }

  #value(word: Word | undefined, start: number, flag: FlagSpec): void {
    if (word === undefined || start > word.text.length) return;
    const value = word.text.slice(start);
    const form = valueForm(this.#explainer, flag, value, this.#command.id);
    const stated = this.#flagData(flag.name)?.value;
    const name = `--${SYNONYMS[flag.name] ?? flag.name}`;
    const text = form ?? stated ?? this.#explainer.say('value.other', { name, value });
    const span = partOf(word, start);
    if (span.to > span.from) this.#explainer.addWord(word, { kind: 'value', text }, span);
  }

  // ---- arguments ---------------------------------------------------------------------------------------------------

  /** Has the argument been read after which the flags belong to another command? */
  #takesRest(): boolean {
    return STOPS_AT_ARGUMENT.has(this.#command.id);
  }

  /** `docker run IMAGE` has been read: the other words are the container's own. */
  #inContainer(): void {
    const { id } = this.#command;
    this.#explainArguments();
    const says = RUNS_COMMAND[id];
    const rest = this.#rest.splice(0);
    if (says === undefined) {
      for (const word of rest) this.#argument(word, this.#position++);
      return;
    }
    const [first, ...others] = rest;
    if (first === undefined) return;
    if (/^-/.test(first.text)) {
      for (const word of [first, ...others])
        this.#explainer.addWord(word, { kind: 'argument', text: this.#explainer.say('container.argument') });
      return;
    }
    this.#explainer.command([first, ...others], 'container', this.#explainer.say(says));
  }

  #explainArguments(): void {
    for (const word of this.#arguments) this.#argument(word, this.#position++);
  }

  #argument(word: Word, position: number): void {
    const { id } = this.#command;
    const name = argumentName(this.#command, position, this.#arguments.length);
    const texts = this.#data?.arguments ?? {};
    const known = name !== undefined && Object.hasOwn(texts, name) ? texts[name] : undefined;
    const form = argumentForm(this.#explainer, id, name, word, position);
    const command = `docker ${this.#command.path}`.trim();
    const tooMany = position >= this.#command.args.max && name === undefined;
    const text = sentences(known, form);
    const other = tooMany
      ? this.#explainer.say('argument.none', { command })
      : this.#explainer.say('word.other', { name: command, word: word.text });
    this.#explainer.addWord(word, { kind: 'argument', text: text === '' ? other : text });
  }
}

/**
 * The placeholder of the usage line for an argument: `rename CONTAINER NEW_NAME`, 1 ⇒ `NEW_NAME`; the last one goes for all
 * that follow where it ends in `...`.
 */
export function argumentName(command: CommandSpec, position: number, count: number): string | undefined {
  const line = command.usage.split('\n')[0] ?? '';
  const words = line
    .replace(/^docker(?: [a-z-]+)*/, '')
    .replace(/\[OPTIONS?\]/g, '')
    .replaceAll(' | ', '|')
    .replaceAll(/\[[:@/][^\]]*\]/g, '')
    .trim()
    .split(/\s+/)
    .filter((word) => /[A-Z]|^\(|^\[?file/.test(word));
  // `manifest inspect [LIST] MANIFEST`: with one argument the optional one is left out.
  const required = words.filter((word) => !word.startsWith('['));
  const list = count === required.length && required.length > 0 ? required : words;
  const word = list[position] ?? (/\.\.\.|SERVICES/.test(line) ? list.at(-1) : undefined);
  return word === undefined ? undefined : (/[A-Z][A-Z0-9_-]*|file/.exec(word)?.[0] ?? word);
}
