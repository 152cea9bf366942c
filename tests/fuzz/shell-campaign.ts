// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell programs, not templates
import type { Random } from '../../src/docker/kernel/random.ts';
import type { Campaign } from './campaign.ts';

const LINES = 12;

const WORDS = [
  'a',
  'b c',
  '$x',
  '"$x"',
  '${x}',
  '${x:-d}',
  '${x#a*}',
  '${x%%b}',
  '${#x}',
  '${x:1:2}',
  '${x/a/b}',
  '${x^^}',
  '${x:?no}',
  '${!x}',
  '${arr[@]}',
  '${arr[1]}',
  '$1',
  '$@',
  '"$@"',
  '$#',
  '$?',
  '$$',
  '$!',
  '$((1+2))',
  '$((x/0))',
  '$((',
  '$(echo sub)',
  '`echo old`',
  '$(',
  "'single'",
  '"double $x"',
  "$'\\n\\x41'",
  '\\',
  '*',
  '*.y*',
  '{1..3}',
  '{a,b}',
  '~',
  '~root',
  '-n',
  '--',
  '""',
  "'",
  '"',
  'ñ',
  '[a-',
  '<(echo p)',
  '$((2**70))',
  '${',
  '${x:=v}',
  '$-',
  '${x@Q}',
  '#',
  '!',
  '08',
  '$((08))',
];
const SIMPLE = [
  'echo',
  'printf %s\\\\n',
  'cat',
  'true',
  'false',
  'test',
  '[',
  '[[',
  'cd',
  'pwd',
  'export',
  'unset',
  'local',
  'read',
  'shift',
  'set',
  'eval',
  'exec',
  'exit',
  'return',
  'break',
  'continue',
  'trap',
  'wait',
  'jobs',
  'kill',
  'sleep 0.1',
  'seq 3',
  'head -n 1',
  'wc',
  'grep',
  'sed',
  'awk',
  'tr a b',
  'cut -c1',
  'sort',
  'ls',
  'rm',
  'mkdir',
  'touch',
  'alias',
  'type',
  'command',
  'getopts',
  'declare',
  'let',
  'source',
  '.',
  ':',
  'printf',
  'umask',
  'f',
  'sh -c',
  'bash -c',
  'env',
  'xargs',
  'find',
  'date',
  'expr',
  'basename',
  'tee',
  'test -f',
  '[ -n',
  'yes | head -n 2;',
  'ulimit',
  'hash',
  'times',
  'readonly',
  'dirs',
  'fg',
  'bg',
  'history',
  'mapfile arr <',
  'select',
  'coproc',
  'time',
  'nohup',
  'timeout 1',
  'jq',
  'nl',
  'cp',
  'mv',
  'ln',
  'stat',
  'chmod',
  'id',
  'uname',
];
const BROKEN = [
  '(',
  ')',
  '{',
  '}',
  'if',
  'then',
  'fi',
  'do',
  'done',
  'esac',
  ';;',
  '&&',
  '||',
  '|',
  ';',
  '&',
  '<',
  '>',
  '<<',
  '<<<',
  'in',
  'case',
  'for',
  'while',
  '((',
  '))',
  '[[',
  ']]',
  '`',
  '$(',
  '"',
  "'",
  '\n',
  '!',
  'function',
];

/** A shell program, mostly well formed. */
export function shellProgram(random: Random, depth = 0): string {
  const word = (): string => random.pick(WORDS);
  const deeper = (): string => shellProgram(random, depth + 1);
  const simple = (): string => {
    const count = random.below(4);
    const words = Array.from({ length: count }, word).join(' ');
    const redirect =
      random.below(5) === 0
        ? ` ${random.pick(['> f', '2>&1', '< f', '>> f', '2>/dev/null', '>&2', '< nope', '> /', '3>&1', '>&9', '&> f', '<<< $x', '<<E\nhere $x\nE\n', '<&-', '>|f', '>&-', '2>&-', '1<f', '3<f 0<&3', '>/dev/full'])}`
        : '';
    const assign =
      random.below(6) === 0
        ? `${random.pick(['x=', 'x=1 ', 'x=$x$x ', 'arr=(1 2 3); ', 'x+=a ', 'PATH= ', 'IFS=, ', 'x=$(echo 1) ', 'arr[5]=z; '])}`
        : '';
    return `${assign}${random.pick(SIMPLE)} ${words}${redirect}`;
  };
  if (depth > 4 || random.below(3) === 0) return simple();
  switch (random.below(18)) {
    case 0:
      return `if ${deeper()}; then ${deeper()}; else ${deeper()}; fi`;
    case 1:
      return `for x in ${word()} ${word()}; do ${deeper()}; done`;
    case 2:
      return `i${depth}=0; while [ $i${depth} -lt 3 ]; do i${depth}=$((i${depth}+1)); ${deeper()}; done`;
    case 3:
      return `case ${word()} in ${word()}) ${deeper()};; *) ${deeper()};; esac`;
    case 4:
      return `( ${deeper()} )`;
    case 5:
      return `{ ${deeper()}; }`;
    case 6:
      return `f() { ${deeper()}; }; f ${word()}`;
    case 7:
      return `${deeper()} | ${deeper()}`;
    case 8:
      return `${deeper()} && ${deeper()} || ${deeper()}`;
    case 9:
      return `x=$(${deeper()}); echo "$x"`;
    case 10:
      return `${deeper()} & wait`;
    case 11:
      return `! ${deeper()}`;
    case 12:
      return `[[ ${word()} ${random.pick(['==', '=~', '-lt', '<', '-nt', '&&'])} ${word()} ]] && ${deeper()}`;
    case 13:
      return `(( ${random.pick(['x++', 'x=1,y=2', '1/0', 'x<3', '1+', 'x[0]', '1?2:3', '2**63', '-5%3', '1<<70'])} )); ${deeper()}`;
    case 14:
      return `for ((i${depth}=0;i${depth}<${random.pick(['3', 'x', '', '1+'])};i${depth}++)); do ${deeper()}; ${random.pick(['', 'break;'])} done`;
    case 15:
      return `set ${random.pick(['-e', '-u', '-x', '-o pipefail', '-f', '-n', '--'])}; ${deeper()}`;
    case 16:
      return `trap '${random.pick(['echo bye', 'exit 2', ''])}' ${random.pick(['EXIT', 'INT', 'ERR', 'TERM', 'NOPE', '0', 'DEBUG'])}; ${deeper()}`;
    default:
      return `${deeper()}\n${deeper()}`;
  }
}

/** Puts something where it does not belong, or takes something away. */
function broken(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  return random.below(2) === 0
    ? `${text.slice(0, at)}${random.pick(BROKEN)}${text.slice(at)}`
    : `${text.slice(0, at)}${text.slice(at + 1 + random.below(3))}`;
}

/** Random shell programs, in the session's shell, in bash and in images' shells. */
export const shell: Campaign = {
  linesPerSession: LINES,
  make: (random) => ({
    lines: Array.from({ length: LINES }, () => {
      const text = shellProgram(random);
      // A loop that lost its counter would only spend time.
      const program = !/while|for/.test(text) && random.below(4) === 0 ? broken(random, text) : text;
      const quoted = `'${program.replaceAll("'", "'\\''")}'`;
      return random.pick([
        program,
        `bash -c ${quoted}`,
        `sh -c ${quoted} sh 1 2`,
        `bash -c ${quoted}`,
        `docker run --rm alpine sh -c ${quoted}`,
      ]);
    }),
    options: { images: ['alpine'], files: { f: 'one\ntwo\n', 'x.yml': 'a: 1\n' } },
  }),
};
