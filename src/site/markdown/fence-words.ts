import { LANGUAGES } from './languages.ts';

/** How a fence is treated. `show` is only highlighted. */
export type FenceKind = 'run' | 'term' | 'norun' | 'file' | 'show';

/** What the words after a fence's language say. */
export interface FenceWords {
  readonly language: string;
  readonly kind: FenceKind;
  /** Exit code that the last command must have; 130 with `stop`. */
  readonly expect: number;
  /** Engine milliseconds after which the last command gets Ctrl-C. */
  readonly stop?: number;
  /** What is typed on the terminal. */
  readonly input?: string;
  /** Why it is not run. */
  readonly reason?: string;
  /** Name in the session's working folder. */
  readonly file?: string;
  /** Snippets of the notes that this fence carries in today's form. */
  readonly notes: readonly string[];
}

const WORD = /\s*(?:([a-z]+)=("(?:[^"\\]|\\.)*"|[^\s"]+)|([^\s"=]+))(?=\s|$)/y;
const STOPPED = 130;

interface Collected {
  readonly flags: readonly string[];
  readonly values: ReadonlyMap<string, string>;
}

const EXAMPLE =
  'Fences look like ```sh run, ```sh run expect=1, ```sh term input="ls\\n", ```yaml file=compose.yaml.';

function collect(words: string): Collected {
  const flags: string[] = [];
  const values = new Map<string, string>();
  WORD.lastIndex = 0;
  while (words.slice(WORD.lastIndex).trim() !== '') {
    const from = WORD.lastIndex;
    const match = WORD.exec(words);
    if (!match) throw new Error(`cannot read ${words.slice(from).trim()} in the fence's words. ${EXAMPLE}`);
    const [, name, value, flag] = match;
    const word = name ?? flag ?? '';
    if (flags.includes(word) || values.has(word))
      throw new Error(`the word "${word}" stands twice. Keep one.`);
    if (name !== undefined) values.set(name, value ?? '');
    else flags.push(word);
  }
  return { flags, values };
}

function jsonString(word: string, value: string): string {
  if (!value.startsWith('"'))
    throw new Error(`${word}=${value}: write the value in double quotes, ${word}="…".`);
  try {
    return JSON.parse(value) as string;
  } catch (error) {
    throw new Error(
      `${word}=${value} is not a JSON string (${error instanceof Error ? error.message : error}). Use \\n, \\", \\\\ and \\u0003 for special characters.`,
    );
  }
}

function exitCode(value: string): number {
  const code = Number(value);
  if (/^\d+$/.test(value) && code <= 255) return code;
  throw new Error(`expect=${value}: an exit code is a number from 0 to 255.`);
}

/** `'3s' ⇒ 3000`, `'500ms' ⇒ 500`, `'2m' ⇒ 120000`. */
function milliseconds(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? ''];
  const result = Number(match?.[1]) * (unit ?? Number.NaN);
  if (result > 0) return result;
  throw new Error(`stop=${value}: write a time with its unit, such as stop=3s or stop=500ms.`);
}

function fileName(value: string): string {
  const name = value.startsWith('"') ? jsonString('file', value) : value;
  const bad =
    name === '' ||
    name.startsWith('/') ||
    name.endsWith('/') ||
    name.split('/').some((part) => /^\.{0,2}$/.test(part));
  if (bad)
    throw new Error(`file=${value}: name a file inside the session's folder, such as file=src/app.py.`);
  return name;
}

function noteIds(value: string): string[] {
  const ids = value.split(',');
  const bad = ids.find((id) => !/^\d{3}-s\d{3}$/.test(id));
  if (bad !== undefined)
    throw new Error(`note=${value}: "${bad}" is not the id of a note's snippet, such as 000-s004.`);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`note=${value}: "${twice}" stands twice. Keep one.`);
  return ids;
}

/** Which `name=value` words each kind of fence takes, besides `note`. */
const TAKES: Readonly<Record<FenceKind, readonly string[]>> = {
  run: ['expect', 'stop'],
  term: ['expect', 'input'],
  norun: ['reason'],
  file: ['file'],
  show: [],
};

function kindOf(language: string, { flags, values }: Collected): FenceKind {
  const modes = ['run', 'term', 'norun'] as const;
  const unknown = flags.find((flag) => !modes.some((mode) => mode === flag));
  if (unknown !== undefined) throw new Error(`unknown word "${unknown}". ${EXAMPLE}`);
  const chosen = modes.filter((mode) => flags.includes(mode));
  const [mode] = chosen;
  if (chosen.length > 1 || (mode && values.has('file'))) {
    const words = [...chosen, ...(values.has('file') ? ['file='] : [])];
    throw new Error(`${words.join(' and ')} exclude each other. Keep one.`);
  }
  if (mode && language !== 'sh')
    throw new Error(`"${mode}" is only for shell commands: write \`\`\`sh ${mode}.`);
  if (mode) return mode;
  if (values.has('file')) return 'file';
  if (LANGUAGES[language]?.shell) {
    throw new Error(
      `a \`\`\`${language} fence must say what happens to it: \`\`\`sh run, \`\`\`sh term input="…", \`\`\`sh norun reason="…", or file=NAME. Quoted output is \`\`\`text.`,
    );
  }
  return 'show';
}

/**
 * Reads what stands after the three backticks, strictly: anything that is not understood throws an Error that says what
 * to write. `'sh run stop=3s' ⇒ { language: 'sh', kind: 'run', expect: 130, stop: 3000, notes: [] }`.
 */
export function parseFenceWords(info: string): FenceWords {
  const [, language = '', rest = ''] = /^\s*(\S*)\s*(.*)$/.exec(info) ?? [];
  if (language === '')
    throw new Error('the fence has no language. Write one after the backticks; for plain text it is "text".');
  if (!LANGUAGES[language]) {
    throw new Error(`unknown language "${language}". Known: ${Object.keys(LANGUAGES).join(', ')}.`);
  }
  const collected = collect(rest);
  const { values } = collected;
  const kind = kindOf(language, collected);
  const takes = [...TAKES[kind], 'note'];
  for (const word of values.keys()) {
    if (takes.includes(word)) continue;
    const known = Object.values(TAKES).flat().includes(word);
    throw new Error(
      known
        ? `"${word}=" does not go with ${kind === 'show' ? 'a fence that is only shown' : `"${kind}"`}. Remove it.`
        : `unknown word "${word}=". ${EXAMPLE}`,
    );
  }
  const read = <T>(word: string, parse: (value: string) => T): T | undefined => {
    const value = values.get(word);
    return value === undefined ? undefined : parse(value);
  };
  const stop = read('stop', milliseconds);
  const input = read('input', (value) => jsonString('input', value));
  const reason = read('reason', (value) => jsonString('reason', value));
  const file = read('file', fileName);
  if (kind === 'term' && input === undefined)
    throw new Error('"term" needs what is typed: input="ls\\nexit\\n".');
  if (kind === 'norun' && !reason?.trim())
    throw new Error('"norun" needs reason="…": say why it cannot run here.');
  return {
    language,
    kind,
    expect: read('expect', exitCode) ?? (stop === undefined ? 0 : STOPPED),
    ...(stop !== undefined && { stop }),
    ...(input !== undefined && { input }),
    ...(reason !== undefined && { reason }),
    ...(file !== undefined && { file }),
    notes: read('note', noteIds) ?? [],
  };
}
