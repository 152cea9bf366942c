import { describe, expect, it } from 'vitest';
import { BuildError, excerpt } from '../../../src/docker/build/dockerfile/error.ts';
import { expand } from '../../../src/docker/build/dockerfile/expand.ts';
import { Linter, warningText } from '../../../src/docker/build/dockerfile/linter.ts';
import { parseDockerfile } from '../../../src/docker/build/dockerfile/parse.ts';
import type { Source } from '../../../src/docker/build/dockerfile/read.ts';

const failure = (text: string): string => {
  try {
    parseDockerfile(text);
  } catch (error) {
    if (error instanceof BuildError) return error.message;
    throw error;
  }
  return 'no failure';
};

const commands = (text: string) => parseDockerfile(`FROM x\n${text}`).dockerfile.stages[0]?.commands ?? [];
const only = (text: string) => commands(text)[0];

describe('reading a Dockerfile', () => {
  it.each([
    ['', 'the Dockerfile cannot be empty'],
    ['# only\n', 'file with no instructions'],
    ['RUN x\n', 'no build stage in current context'],
    ['ARG A\n', 'dockerfile contains no stages to build'],
    ['FROM\n', 'dockerfile parse error on line 1: FROM requires either one or three arguments'],
    ['FROM a AS 1x\n', 'invalid name for build stage: "1x"'],
    [
      'FROM a\nCOPPY a b\n',
      'dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)',
    ],
    ['FROM a\nENV\n', 'ENV requires at least one argument'],
    ['FROM a\nENV A\n', 'ENV must have two arguments'],
    ['FROM a\nENV A=1 B\n', 'Syntax error - can\'t find = in "B". Must be of the form: name=value'],
    ['FROM a\nCMD ["a", 1]\n', 'when using JSON array syntax, arrays must be comprised of strings only'],
    ['FROM a\nCOPY --chwon=1 a b\n', 'unknown flag: --chwon (did you mean chown?)'],
    ['FROM a\nCOPY --from a b\n', 'missing a value on flag: from'],
    ['FROM a\nRUN <<E\nx\n', 'unterminated heredoc'],
    ['# escape=x\nFROM a\n', "invalid escape token 'x' does not match ` or \\"],
    ['FROM a\nSHELL sh\n', 'SHELL requires the arguments to be in JSON form'],
    ['FROM a\nONBUILD ONBUILD RUN x\n', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
    ['FROM a\nHEALTHCHECK --interval=1x CMD a\n', 'time: unknown unit "x" in duration "1x"'],
    ['FROM a\nHEALTHCHECK NONE x\n', 'HEALTHCHECK NONE takes no arguments'],
  ])('%j fails', (text, message) => {
    expect(failure(text)).toContain(message);
  });

  it('joins lines and leaves comments in between out', () => {
    const run = only('RUN echo a \\\n  # no\n\n  && echo "# yes"\n');
    expect(run).toMatchObject({
      kind: 'RUN',
      command: { args: ['echo a   && echo "# yes"'], shell: true },
      start: 2,
      end: 5,
    });
  });

  it('takes the escape directive', () => {
    const { dockerfile } = parseDockerfile('# escape=`\nFROM a\nRUN dir `\n c:\\\n');
    expect(dockerfile.stages[0]?.commands[0]).toMatchObject({ command: { args: ['dir  c:\\'] } });
  });

  it('reads here-documents', () => {
    expect(only('RUN <<-E cat\n\tone\n\tE\n')).toMatchObject({
      heredocs: [{ name: 'E', chomp: true, expand: true, content: 'one\n' }],
    });
    expect(only('COPY <<A <<"B" /dir/\n1\nA\n2\nB\n')).toMatchObject({
      copy: {
        sources: [],
        target: '/dir/',
        inline: [
          { name: 'A', content: '1\n' },
          { name: 'B', expand: false },
        ],
      },
    });
  });

  it('tells JSON from shell form', () => {
    expect(only('CMD ["a","b"]')).toMatchObject({ command: { args: ['a', 'b'], shell: false } });
    expect(only("CMD ['a']")).toMatchObject({ command: { args: ["['a']"], shell: true } });
    expect(only('COPY ["a b","c"]')).toMatchObject({ copy: { sources: ['a b'], target: 'c' } });
  });

  it('reads health checks', () => {
    expect(only('HEALTHCHECK --interval=1m30s --retries=3 CMD curl x')).toMatchObject({
      health: { Test: ['CMD-SHELL', 'curl x'], Interval: 90e9, Retries: 3 },
    });
  });

  it('shows the lines around a failure', () => {
    const text = 'FROM busybox\nRUN echo before\nRUN ls /nosuch\nRUN echo after\n';
    expect(excerpt('Dockerfile', text, { start: 3, end: 3 })).toBe(
      [
        'Dockerfile:3',
        '--------------------',
        '   1 |     FROM busybox',
        '   2 |     RUN echo before',
        '   3 | >>> RUN ls /nosuch',
        '   4 |     RUN echo after',
        '   5 |     ',
        '--------------------',
        '',
      ].join('\n'),
    );
  });

  it('never fails in another way', () => {
    const words = [
      'FROM',
      'a',
      'RUN',
      '\n',
      ' ',
      '\\\n',
      '<<E',
      '"',
      "'",
      '["',
      '"]',
      '--x=',
      '=',
      '$',
      '{',
      '#',
      'ENV',
      'COPY',
      'E\n',
      'HEALTHCHECK',
      'CMD',
    ];
    let state = 7;
    const next = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    for (let i = 0; i < 3000; i++) {
      const text = Array.from({ length: next(14) }, () => words[next(words.length)]).join(
        next(2) === 0 ? '' : ' ',
      );
      expect(typeof failure(text)).toBe('string');
    }
  });
});

describe('variables', () => {
  const variables = new Map([
    ['A', 'one'],
    ['E', ''],
    ['P', 'a/b/c'],
  ]);
  const options = { escape: '\\' };

  it.each([
    ['$A-${A}', 'one-one'],
    ['${X:-y}${E:-e}${E-e}', 'ye'],
    ['${A:+set}${X:+set}', 'set'],
    ['\'$A\'"$A"\\$A', '$Aone$A'],
    ['${X:-${A}}', 'one'],
    ['${P#*/} ${P##*/} ${P%/*} ${P%%/*}', 'b/c c a/b a'],
    ['${P/b/x} ${P//\\//-}', 'a/x/c a-b-c'],
    ['a$', 'a$'],
  ])('%s ⇒ %s', (text, expected) => {
    expect(expand(text, variables, options).text).toBe(expected);
  });

  it('keeps what has no value in titles, with quotes', () => {
    expect(expand('RUN "$A $X ${X:-d}"', variables, { ...options, keepUnset: true, raw: true }).text).toBe(
      'RUN "one $X ${X:-d}"',
    );
  });

  it.each([
    [
      '"abc',
      'failed to process "\\"abc": unexpected end of statement while looking for matching double-quote',
    ],
    ['${X:?gone}', 'X: gone'],
    ['${X', 'unsupported modifier (\uFFFD) in substitution'],
    ['${X!y}', 'unsupported modifier (!) in substitution'],
  ])('%s fails', (text, message) => {
    expect(() => expand(text, variables, options)).toThrow(message);
  });
});

describe('checks', () => {
  const findings = (text: string): string[] => {
    let linter = new Linter();
    const linterOf = ({ directives }: Source): Linter => {
      linter = new Linter(directives.get('check')?.value);
      return linter;
    };
    try {
      parseDockerfile(text, linterOf);
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
    }
    return linter.warnings.map(warningText);
  };
  it('tells what it finds while reading, even of a file that is wrong further on', () => {
    expect(findings('FROM x as Base\nMAINTAINER me\nNOPE\n')).toEqual([
      "StageNameCasing: Stage name 'Base' should be lowercase (line 1)",
      "FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)",
      'MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)',
    ]);
  });
  it('leaves out what # check=skip names', () => {
    expect(findings('# check=skip=FromAsCasing;error=true\nFROM x as Base\n')).toHaveLength(1);
    expect(findings('# check=skip=all\nFROM x as Base\n')).toEqual([]);
    expect(() => new Linter('bogus=1')).toThrow(
      'failed to parse check options: invalid check option "bogus"',
    );
  });
  it('checks descriptions only when asked to', () => {
    const text = 'FROM x\n# about\nARG A=1\n';
    expect(findings(text)).toEqual([]);
    expect(findings(`# check=experimental=all\n${text}`)).toEqual([
      'InvalidDefinitionDescription: Comment for ARG should follow the format: `# A <description>` (line 4)',
    ]);
  });
  it('names the last line of an instruction with an empty line in it', () => {
    expect(findings('FROM x\nRUN a \\\n\n b\n')).toEqual([
      'NoEmptyContinuation: Empty continuation line (line 4)',
    ]);
  });
});
