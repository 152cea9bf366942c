import { describe, expect, it } from 'vitest';
import { line, run } from './machine.ts';

/** What a terminal shows for keys typed 100 ms apart. */
const talk = async (
  shell: 'bash' | 'dash' | 'ash',
  ...keys: string[]
): Promise<{ screen: string; exit: number }> => {
  const { screen, exit } = await run([shell === 'ash' ? 'sh' : shell], {
    program: shell,
    keys: keys.map((text, i) => [100 * (i + 1), text] as const),
  });
  return { screen: screen.replaceAll('\r\n', '\n'), exit };
};

describe('an interactive shell', () => {
  it('prompts as bash, dash and busybox do', async () => {
    expect(await talk('bash', 'pwd\n', 'exit 3\n')).toEqual({
      screen: 'root@box:/work# pwd\n/work\nroot@box:/work# exit 3\nexit\n',
      exit: 3,
    });
    expect(await talk('dash', 'pwd\n', 'exit 3\n')).toEqual({ screen: '# pwd\n/work\n# exit 3\n', exit: 3 });
    const ash = await talk('ash', 'cd /\n', 'exit 3\n');
    expect(ash.exit).toBe(3);
    expect(ash.screen).toMatch(/^\n\nBusyBox v1\.35\.0 .*\n\n\/work # cd \/\n\/ # exit 3\n$/s);
  });

  it('ends with Ctrl-D and the last status', async () => {
    expect(await talk('bash', 'false\n', '\x04')).toEqual({
      screen: 'root@box:/work# false\nroot@box:/work# exit\n',
      exit: 1,
    });
  });

  it('asks for the rest of an unfinished command', async () => {
    const { screen } = await talk(
      'bash',
      'for i in 1 2; do\n',
      'echo $i\n',
      'done\n',
      'echo "a\n',
      'b"\n',
      'exit\n',
    );
    expect(screen).toBe(
      'root@box:/work# for i in 1 2; do\n> echo $i\n> done\n1\n2\nroot@box:/work# echo "a\n> b"\na\nb\nroot@box:/work# exit\nexit\n',
    );
  });

  it('gives a new prompt after Ctrl-C, and ends what runs', async () => {
    const { screen } = await talk('bash', 'half\x03', 'sleep 50; echo no\n', '\x03', 'echo $?\n', 'exit\n');
    expect(screen).toBe(
      'root@box:/work# half^C\nroot@box:/work# sleep 50; echo no\n^C\nroot@box:/work# echo $?\n130\nroot@box:/work# exit\nexit\n',
    );
  });

  it('interrupts a loop that computes', async () => {
    const { screen, exit } = await talk('bash', 'while :; do :; done\n', '\x03', 'exit 4\n');
    expect(screen).toContain('^C');
    expect(exit).toBe(4);
  });

  it('goes on after a syntax error, without line numbers in messages', async () => {
    const { screen } = await talk('bash', 'echo )\n', 'nosuch\n', 'exit\n');
    expect(screen).toContain("bash: syntax error near unexpected token `)'\n");
    expect(screen).toContain('bash: nosuch: command not found\n');
  });

  it('tells of background jobs', async () => {
    const { screen } = await talk('bash', 'sleep 0.15 &\n', 'jobs\n', 'true\n', 'exit\n');
    expect(screen).toContain('[1] 101\n');
    expect(screen).toContain('[1]+  Running                 sleep 0.15 &\n');
    expect(screen).toContain('[1]+  Done                    sleep 0.15\n');
  });

  it('keeps its history', async () => {
    const { screen } = await talk('bash', 'echo a\n', 'history\n', 'exit\n');
    expect(screen).toContain('    1  echo a\n    2  history\n');
  });

  it('passes Ctrl-C to a nested shell only', async () => {
    const { screen } = await talk('bash', 'sh\n', 'sleep 9\n', '\x03', 'exit 5\n', 'echo $?\n', 'exit\n');
    expect(screen).toContain('echo $?\n5\n');
  });

  it('takes input meant for its commands from the terminal', async () => {
    const { screen } = await talk('bash', 'read x; echo "got $x"\n', 'word\n', 'exit\n');
    expect(screen).toContain('word\ngot word\n');
  });
});

describe('a script', () => {
  it('reads commands and data from the same input', async () => {
    const result = await run(['bash'], { input: 'read x\nhello\necho "got $x"\ncat\nrest\n' });
    expect(result.stdout).toBe('got hello\nrest\n');
  });

  it('dies of Ctrl-C with its child', async () => {
    const result = await line('sleep 10; echo no', { signals: [[100, 'INT']], limit: 20_000 });
    // Only the shell was signalled: it waits for the child, which was not.
    expect(result.elapsed).toBeGreaterThan(9000);
  });

  it('runs a trap after the command in the foreground, at once during wait', async () => {
    const late = await line('trap "echo got; exit 3" TERM; sleep 2; echo no', { signals: [[500, 'TERM']] });
    expect(late).toMatchObject({ stdout: 'got\n', exit: 3 });
    expect(late.elapsed).toBeGreaterThanOrEqual(2000);
    const soon = await line('trap "echo got" USR1; sleep 9 & wait; echo $?', {
      signals: [[500, 'USR1']],
      limit: 8000,
    });
    expect(soon.stdout).toBe('got\n138\n');
    expect(soon.elapsed).toBeLessThan(9000);
  });

  it('lets the last command of -c have its process', async () => {
    expect((await line("true; sh -c 'echo $$ $PPID'")).stdout).toBe('100 0\n');
    expect((await line("sh -c 'echo $PPID'; true")).stdout).toBe('100\n');
    expect((await line("trap 'echo bye' EXIT; sh -c 'echo $PPID'")).stdout).toBe('100\nbye\n');
  });

  it('survives deep recursion', async () => {
    expect((await line('f() { [ $1 -gt 0 ] && f $(($1-1)); }; f 900; echo ok')).stdout).toBe('ok\n');
    expect((await line('f() { f; }; f')).stderr).toContain('maximum function nesting level exceeded');
  });

  it('stops a fork bomb', async () => {
    const bomb = await line('f() { f | f & }; f; sleep 5', { limit: 10_000 });
    expect(bomb.stderr).toContain('muelle: more than 500 processes');
  });
});
