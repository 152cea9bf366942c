import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { href, normaliseBase } from '../../../src/site/base-path.ts';
import { compactHtml } from '../../../src/site/compact-html.ts';
import { hashOf } from '../../../src/site/csp.ts';
import { withOwnHashes } from '../../../src/site/finish-pages.ts';
import { plainHeading } from '../../../src/site/inventory.ts';
import { findBrokenLinks } from '../../../src/site/link-check.ts';
import { styleFor, wordsOf } from '../../../src/site/page-style.ts';
import { readPages } from '../../../src/site/pages.ts';
import { say, searchTexts } from '../../../src/site/texts.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A folder with these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const page = (fields: string) => `---\nnav: x\ngroup: containers\norder: 1\n${fields}\n---\n\nText\n`;

describe('addresses', () => {
  test('stand below the base path', () => {
    expect(normaliseBase(undefined)).toBe('/');
    expect(normaliseBase('muelle')).toBe('/muelle/');
    expect(normaliseBase('/a/b')).toBe('/a/b/');
    expect(href('/es/', '/muelle/')).toBe('/muelle/es/');
    expect(() => href('es/')).toThrow('must start with "/"');
  });
});

describe('pages', () => {
  const es = 'content/docs/es/a.mdx';
  const en = 'content/docs/en/a.mdx';

  test('are paired by path and addressed by slug', () => {
    const root = folder({
      [es]: page('title: Uno\ndescription: Primera\nslug: uno'),
      [en]: page('title: One\ndescription: First'),
    });
    const { pages, problems } = readPages(root);
    expect(problems).toEqual([]);
    expect(pages.filter(({ key }) => key === 'a').map(({ path }) => path)).toEqual(['/es/uno/', '/en/a/']);
  });

  test('say what is wrong, where, and what to do', () => {
    const { problems } = readPages(
      folder({
        [es]: page('title: Uno\ndescription: Igual'),
        'content/docs/es/b.mdx': page('title: Dos\ndescription: Igual\nslug: a'),
        'content/docs/en/b.mdx': page('title: Two\ndescription: Second\ncovers: [000-99]'),
        'content/docs/es/c.mdx': page('title: Tres\ndescription: Tercera'),
        'content/docs/en/c.mdx': page('title: Three\ndescription: Third\ncolour: red'),
      }),
    );
    expect(problems.join('\n')).toContain(`${es}: no "en" page for "a". Write ${en}`);
    expect(problems.join('\n')).toContain('content/docs/es/b.mdx: description "Igual" is already that of');
    expect(problems.join('\n')).toContain('content/docs/es/b.mdx: slug "/es/a/" is already that of');
    expect(problems.join('\n')).toContain('content/docs/en/b.mdx: "covers" names "000-99"');
    expect(problems.join('\n')).toContain('content/docs/en/c.mdx');
    // A broken page is told as broken, not as missing.
    expect(problems.join('\n')).not.toContain('no "en" page for "c"');
  });
});

describe('links of the built site', () => {
  test('are followed to pages and fragments', () => {
    const dist = folder({
      'index.html': '<a href="/x/es/">a</a><a href="/x/es/#here">b</a><a href="https://example.org/">c</a>',
      'es/index.html':
        '<h2 id="here">h</h2><a href="/x/nope/">a</a><a href="#gone">b</a><a href="/es/">c</a>',
    });
    expect(findBrokenLinks(dist, '/x/')).toEqual([
      '/es/: "/x/nope/" leads to no page',
      '/es/: "#gone": the page has no id "gone". Give its heading one: ## Title {#id}',
      '/es/: "/es/" is outside of the base path /x/. Make internal links with href().',
    ]);
  });
});

describe('the style of a page', () => {
  const html = '<html><body><p class="a">x</p></body></html>';

  test('holds only what can match', () => {
    const css =
      ':root{--used:1;--unused:2}.a,.b{top:var(--used)}.b{top:1px}.a:hover{left:var(--used)}table{top:3px}[data-x]{top:4px}';
    const style = styleFor(css, wordsOf(html, []), '');
    expect(style).toBe(':root{--used:1}.a{top:var(--used)}.a:hover{left:var(--used)}[data-x]{top:4px}');
  });

  test('has the value of a token where only one asks for it', () => {
    const css =
      ':root{--once:1px;--moved:2px;--later:3px}.a{left:var(--once);top:var(--moved);right:var(--later)}';
    const other = 'p{--moved:4px}';
    expect(styleFor(css + other, wordsOf(html, []), 'x{top:var(--later)}')).toBe(
      ':root{--moved:2px;--later:3px}.a{left:1px;top:var(--moved);right:var(--later)}p{--moved:4px}',
    );
  });

  test('keeps what scripts bring, unless they bring its style as well', () => {
    const script =
      'e.className="late";const sheet=`.own-part{top:0}`;f.className="own-part";g.style="var(--later)"';
    const css = ':root{--later:1}.late{top:1px}.own-part{top:2px}';
    expect(styleFor(css, wordsOf(html, [script]), script)).toBe(':root{--later:1}.late{top:1px}');
  });
});

describe('compact HTML', () => {
  test('has no space that does not show', () => {
    expect(compactHtml('<ul>\n<li>a <b>b</b> <i>c</i>\n d</li> <li>e</li>\n</ul>')).toBe(
      '<ul><li>a <b>b</b> <i>c</i> d</li><li>e</li></ul>',
    );
  });

  test('keeps code, scripts and styles', () => {
    for (const kept of [
      '<pre>a\n  <b>b</b>\n\n</pre>',
      '<script>if (a < b)  c = "<p> </p>"</script>',
      '<style>p  {}</style>',
    ])
      expect(compactHtml(kept)).toBe(kept);
  });

  test('writes characters plainly in text, not in attributes', () => {
    expect(
      compactHtml('<p title="a &#39;&quot;&gt; b">1 &lt; 2 &gt; &#39;x&#39; &amp; &quot;y&quot;</p>'),
    ).toBe('<p title="a &#39;&quot;&gt; b">1 &lt; 2 > \'x\' &amp; "y"</p>');
    expect(compactHtml('<p data-x="true" data-y="a > b" aria-current="true">x</p>')).toBe(
      '<p data-x data-y="a > b" aria-current="true">x</p>',
    );
  });

  test('draws with short tags', () => {
    expect(
      compactHtml(
        '<svg> <title>a  b</title> <g> <path d="M0 0"></path> <text x="1">c d</text> </g> </svg> x',
      ),
    ).toBe('<svg><title>a b</title><g><path d="M0 0"/><text x="1">c d</text></g></svg> x');
  });
});

describe('the policy of a page', () => {
  const policy = (hashes: string) =>
    `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self'${hashes}; style-src 'self'">`;

  test('has the hashes of what stands in the page and no others', () => {
    const html = `${policy(` '${hashOf('go()')}' '${hashOf('other')}'`)}<style>a{}</style><script>go()</script>`;
    const done = withOwnHashes(html, 'x');
    expect(done).toContain(`script-src 'self' '${hashOf('go()')}';`);
    expect(done).toContain(`style-src 'self' '${hashOf('a{}')}'"`);
  });

  test('does not let a strange script in', () => {
    expect(() => withOwnHashes(`${policy('')}<script>evil()</script>`, 'x.html')).toThrow(
      'x.html: an inline script',
    );
  });
});

test('headings of the notes lose their marks', () => {
  expect(plainHeading('**`ps`**:')).toBe('ps');
  expect(plainHeading('[Parar](#stop)')).toBe('Parar');
  expect(plainHeading('[Borrar]')).toBe('Borrar');
});

test('texts take a value, whatever it holds', () => {
  expect(say(searchTexts.many, 'en', 3)).toBe('3 pages');
  expect(say(searchTexts.none, 'es', '$&')).toBe('Nada encontrado para «$&».');
});
