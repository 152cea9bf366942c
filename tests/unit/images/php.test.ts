import { describe, expect, it } from 'vitest';
import { debian } from '../../../src/docker/images/catalogue/debian.ts';
import { runPhp } from '../../../src/docker/images/programs/php-page.ts';
import { Box } from './harness.ts';

/** Runs a page; what it prints. */
async function php(source: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const box = new Box(debian);
  box.extra.set('page', function* (p) {
    for (const [path, content] of Object.entries(files)) p.fs.write(path, content);
    const page = yield* runPhp(p, '/www/x.php', source);
    yield* p.print(`${page.status === 200 ? '' : `[${page.status}]`}`);
    yield* p.print(page.body);
    return 0;
  });
  box.fs.mkdir('/www', '/');
  box.fs.place('/page', { kind: 'file', data: 0, program: 'page', mode: 0o755, uid: 0, gid: 0, mtime: 0 });
  const ran = await box.run('/page');
  expect(box.bugs).toEqual([]);
  return ran.out;
}

describe('PHP', () => {
  it.each([
    ['a<?= 1 + 2 * 3 ?>b', 'a7b'],
    ['<?php // note ?>x', 'x'],
    ["<?php $a = ['x' => 1]; $a['y'][] = 2; echo json_encode($a);", '{"x":1,"y":[2]}'],
    ['<?php $b = $a = [1, 2]; $b[] = 3; echo count($a), count($b);', '23'],
    ['<?php function f(int $n): int { return $n < 2 ? 1 : $n * f($n - 1); } echo f(5);', '120'],
    ['<?php $r = ["n" => 4]; $i = 1; echo "{$r[\'n\']} $r[n] \\$i $i";', '4 4 $i 1'],
    ['<?php foreach ([5, 6] as $k => $v): ?><?= $k ?>=<?= $v ?>;<?php endforeach;', '0=5;1=6;'],
    ['<?php for ($i = 0; $i < 9; $i++) { if ($i == 1) continue; if ($i > 3) break; echo $i; }', '023'],
    ['<?php $i = 3; do { echo $i--; } while ($i > 0);', '321'],
    ['<?php if (!defined("X")) { define("X", "once"); } else { define("X", "twice"); } echo X;', 'once'],
    ['<?php echo $nope ?? "none", isset($x) ? 1 : 0, empty("") ? 1 : 0;', 'none01'],
    [
      '<?php try { echo 1 / 0; } catch (DivisionByZeroError $e) { echo $e->getMessage(); } finally { echo "!"; }',
      'Division by zero!',
    ],
    ['<?php echo "1" == "01" ? "y" : "n", "abc" == 0 ? "y" : "n", null === false ? "y" : "n";', 'ynn'],
    ['<?php echo "a"; exit; echo "b";', 'a'],
    ['<?php printf("%05.2f", 3.14159); echo sprintf("%s", true), str_pad("x", 3, ".");', '03.141x..'],
  ])('%s', async (source, wanted) => {
    expect(await php(source)).toBe(wanted);
  });

  it('includes files, once where it is told so', async () => {
    const files = { '/www/a.php': '<?php $n = ($n ?? 0) + 1; return "done";' };
    expect(await php('<?php echo include "a.php"; require_once __DIR__ . "/a.php"; echo $n;', files)).toBe(
      'done1',
    );
  });

  it('says what ends a page', async () => {
    expect(await php('<?php\necho "x";\nnew mysqli("db");')).toContain(
      'x<br />\n<b>Fatal error</b>:  Uncaught Error: Class "mysqli" not found in /www/x.php:3',
    );
    expect(await php('<?php echo (;')).toContain('Parse error</b>:  syntax error, unexpected token ";"');
    expect(await php('<?php nosuch();')).toBe(
      '[500]\nmuelle: nosuch() is not simulated here (PHP, /www/x.php)\n',
    );
    expect(await php('<?php class A {}')).toContain('muelle: "class" is not simulated here');
  });
});
