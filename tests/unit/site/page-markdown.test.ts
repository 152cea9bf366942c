import { describe, expect, test } from 'vitest';
import { pageMarkdown } from '../../../src/site/twins/page-markdown.ts';

const page = (body: string) =>
  pageMarkdown(`<html><body><nav>menu</nav><main>${body}</main></body></html>`, 'https://x.test/en/a/');

describe('a page as Markdown', () => {
  test('keeps headings, code and full links, and leaves the frame out', () => {
    expect(page('<h1>Run</h1><p>See <a href="../b/#c"><code>--rm</code></a>.</p><footer>foot</footer>')).toBe(
      '# Run\n\nSee [`--rm`](https://x.test/en/b/#c).\n',
    );
  });

  test('turns a snippet into its commands and what they print', () => {
    const html = `<run-snippet data-step="0"><div class="snippet-bar"><button>Run</button></div><div class="snippet-body">
      <pre class="snippet-command"><code>echo <span>a</span></code></pre>
      <div class="snippet-output" data-expected><pre>a</pre></div>
      <pre class="snippet-command"><code>false</code></pre><p class="snippet-exit">exit 1</p></div></run-snippet>`;
    expect(page(html)).toBe('```sh\necho a\n```\n\n```text\na\n```\n\n```sh\nfalse\n```\n\nexit 1\n');
  });

  test('names a file and its language', () => {
    const html =
      '<run-snippet data-file="app/Dockerfile"><div class="snippet-body"><pre><code>FROM alpine\nRUN ls</code></pre></div></run-snippet>';
    expect(page(html)).toBe('`app/Dockerfile`:\n\n```dockerfile\nFROM alpine\nRUN ls\n```\n');
  });

  test('tells a drawing in words, a remark as a quotation, definitions as a list', () => {
    expect(
      page(
        '<figure><svg><title>T</title><desc>D.</desc><text>x</text></svg><figcaption>Cap</figcaption></figure>',
      ),
    ).toBe('> T.\n>\n> D.\n>\n> Cap\n');
    expect(page('<div role="note"><p>Warning</p><p>Gone.</p></div>')).toBe('> Warning\n>\n> Gone.\n');
    expect(page('<dl><div><dt><code>-a</code></dt><dd>All.</dd></div></dl>')).toBe('- `-a`\n\n  All.\n');
  });

  test('keeps tables', () => {
    const html = '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>';
    expect(page(html)).toBe('| a |\n| - |\n| 1 |\n');
  });

  test('is empty without a main part', () => {
    expect(pageMarkdown('<p>x</p>', 'https://x.test/')).toBe('');
  });
});
