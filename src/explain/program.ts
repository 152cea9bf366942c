import type { OptionData, ProgramData } from './data.ts';
import { explainDocker } from './docker.ts';
import type { Explainer } from './explainer.ts';
import { sentences } from './fill.ts';
import { partOf, type Word } from './shell/word.ts';

/** Where a command runs: what is said of a program that the data does not know. */
export type Place = 'here' | 'container';

/** Explains a command: the program, its options and arguments. `first` is said of the program before its own sentence. */
export function explainCommand(
  explainer: Explainer,
  words: readonly Word[],
  place: Place = 'here',
  first?: string,
): void {
  const [program, ...rest] = words;
  if (program === undefined) return;
  const name = program.text.replace(/^.*\//, '');
  if (name === 'docker' || name === 'docker-compose') {
    explainDocker(explainer, words, first);
    return;
  }
  const data = ownProgram(explainer, name);
  if (data !== undefined) {
    const { text, danger } = data;
    explainer.addWord(program, { kind: 'program', text: sentences(first, text), danger });
    new Arguments(explainer, name, data, place).explain(rest);
    return;
  }
  const dynamic = program.variables.length + program.nested.length > 0;
  const isFile = program.text.includes('/');
  const known = dynamic
    ? 'program.variable'
    : explainer.isFunction(name)
      ? 'program.function'
      : isFile
        ? 'program.file'
        : undefined;
  const text =
    known === undefined ? explainer.say('program.other', { name }) : explainer.say(known, { name });
  const unknown = known === undefined && place === 'here';
  explainer.addWord(program, {
    kind: 'program',
    text:
      place === 'container' && known === undefined && first !== undefined ? first : sentences(first, text),
    unknown,
  });
  for (const word of rest) {
    const isOption = /^-./.test(word.text);
    const said = explainer.say(isOption ? 'option.other' : 'word.other', { name, word: word.text });
    explainer.addWord(word, { kind: isOption ? 'flag' : 'argument', text: said, unknown });
  }
}

function ownProgram({ data }: Explainer, name: string): ProgramData | undefined {
  return Object.hasOwn(data.programs, name) ? data.programs[name] : undefined;
}

/** Does the next word hold the value? `FILE?` is only taken from the same word. */
const takesNext = ({ value }: OptionData): boolean => value !== undefined && !value.endsWith('?');

/** The arguments of one program. */
class Arguments {
  readonly #explainer: Explainer;
  readonly #name: string;
  readonly #data: ProgramData;
  readonly #place: Place;
  #position = 0;
  #rest: Word[] = [];
  #sub: string | undefined;

  constructor(explainer: Explainer, name: string, data: ProgramData, place: Place) {
    this.#explainer = explainer;
    this.#name = name;
    this.#data = data;
    this.#place = place;
  }

  explain(words: readonly Word[]): void {
    this.#rest = [...words];
    let options = true;
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      if (this.#data.command === this.#position && !this.#isOption(word)) {
        // `env NAME=value command`
        if (this.#name === 'env' && /^\w+=/.test(word.text)) {
          this.#add(
            word,
            'assignment',
            this.#explainer.say('assign.before', {
              name: word.text.split('=')[0] ?? '',
              value: word.text.split('=').slice(1).join('='),
            }),
          );
          continue;
        }
        this.#explainer.command([word, ...this.#rest], this.#place);
        return;
      }
      if (options && word.text === '--' && this.#data.options['--'] === undefined) {
        options = false;
        this.#add(word, 'flag', this.#explainer.say('flag.end'));
      } else if (options && this.#isOption(word)) this.#option(word);
      else if (this.#position === 0 && this.#data.bundle === true && /^[a-zA-Z]+$/.test(word.text))
        this.#letters(word, 0);
      else this.#argument(word);
    }
  }

  /** Is it spelled as an option, or listed as one (`+x`, `=`)? */
  #isOption(word: Word): boolean {
    return /^-./.test(word.text) || Object.hasOwn(this.#data.options, word.text);
  }

  #find(spelling: string): OptionData | undefined {
    return Object.hasOwn(this.#data.options, spelling) ? this.#data.options[spelling] : undefined;
  }

  #option(word: Word): void {
    const exact = this.#find(word.text);
    if (exact !== undefined) {
      this.#add(word, 'flag', exact.text, exact.danger);
      if (takesNext(exact)) this.#value(this.#rest.shift(), exact, word.text);
      return;
    }
    const equals = word.text.indexOf('=');
    const long = equals > 0 ? this.#find(word.text.slice(0, equals)) : undefined;
    if (long !== undefined) {
      this.#addPart(word, 0, equals + 1, long);
      this.#valuePart(word, equals + 1, long, word.text.slice(0, equals));
      return;
    }
    const number = /^[-+]\d+$/.test(word.text) ? this.#find('-NUMBER') : undefined;
    if (number !== undefined) {
      this.#add(word, 'flag', number.text);
      return;
    }
    if (!word.text.startsWith('--')) {
      this.#letters(word, 1);
      return;
    }
    this.#unknown(word, 0, word.text.length);
  }

  /** `-xzf`: each letter an option, the last one perhaps with its value. */
  #letters(word: Word, start: number): void {
    for (let at = start; at < word.text.length; at++) {
      const letter = word.text[at] ?? '';
      const option = this.#find(`-${letter}`);
      const from = at === 1 && start === 1 ? 0 : at;
      if (option === undefined) {
        this.#unknown(word, from, word.text.length);
        return;
      }
      this.#addPart(word, from, at + 1, option);
      if (option.value === undefined) continue;
      if (at + 1 < word.text.length && start === 1) {
        this.#valuePart(word, at + 1, option, `-${letter}`);
        return;
      }
      if (takesNext(option)) this.#value(this.#rest.shift(), option, `-${letter}`);
    }
    if (start === 0) this.#position++;
  }

  #value(word: Word | undefined, option: OptionData, name: string): void {
    if (word === undefined) return;
    if (option.value === 'SCRIPT') {
      this.#script(word);
      return;
    }
    this.#add(word, 'value', this.#kindText(option, name, word.text));
  }

  #valuePart(word: Word, start: number, option: OptionData, name: string): void {
    if (start >= word.text.length) return;
    const text = this.#kindText(option, name, word.text.slice(start));
    this.#explainer.addWord(word, { kind: 'value', text }, partOf(word, start));
  }

  #kindText({ value = '' }: OptionData, name: string, text: string): string {
    const kind = this.#explainer.data.kinds[value.replace('?', '')];
    return kind === undefined
      ? this.#explainer.say('value.other', { name, value: text })
      : sentences(kind.replaceAll('{name}', name).replaceAll('{value}', text));
  }

  #argument(word: Word): void {
    const position = this.#position++;
    if (this.#data.script === position) {
      this.#script(word);
      return;
    }
    const { subcommands, words } = this.#data;
    if (this.#sub === undefined && Object.hasOwn(subcommands, word.text)) {
      this.#sub = word.text;
      this.#add(word, 'subcommand', subcommands[word.text] ?? '');
      return;
    }
    const at = this.#sub === undefined ? position : position - 1;
    const text = words[Math.min(at, words.length - 1)];
    this.#add(
      word,
      'argument',
      text?.replaceAll('{word}', word.text) ??
        this.#explainer.say('word.other', { name: this.#name, word: word.text }),
    );
  }

  /** A word that is source code: it holds tokens of its own where it can be read in place. */
  #script(word: Word): void {
    this.#add(word, 'string', this.#explainer.say('script'));
    if (word.inner !== undefined) this.#explainer.explain(word.inner);
    // What follows are the script's `$0`, `$1` …
  }

  #unknown(word: Word, start: number, end: number): void {
    const text = this.#explainer.say('option.other', { name: this.#name, word: word.text });
    this.#explainer.addWord(
      word,
      { kind: 'flag', text, unknown: this.#place === 'here' },
      partOf(word, start, end),
    );
  }

  #add(
    word: Word,
    kind: 'flag' | 'value' | 'argument' | 'subcommand' | 'string' | 'assignment',
    text: string,
    danger?: string,
  ): void {
    this.#explainer.addWord(word, { kind, text, danger });
  }

  #addPart(word: Word, start: number, end: number, { text, danger }: OptionData): void {
    this.#explainer.addWord(word, { kind: 'flag', text, danger }, partOf(word, start, end));
  }
}
