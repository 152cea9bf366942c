import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { markdownToHtml } from 'satteri';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fencePlugin } from '../../../src/site/markdown/fences.ts';
import { ResultStore } from '../../../src/site/snippets/results.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { FakeSimulator, fence, project } from './fake-simulator.ts';

/** The HTML of a page, as the site's Markdown processor makes it. */
async function html(source: string, locale: 'es' | 'en' = 'en'): Promise<string> {
  const root = project({ [`${locale}/a/b.mdx`]: source });
  const simulator = new FakeSimulator();
  const results = new ResultStore(simulator, 'v1', temporaryFolder());
  const result = await markdownToHtml(source, {
    hastPlugins: [fencePlugin(async () => ({ simulator, results }), root)],
    fileURL: pathToFileURL(join(root, `content/docs/${locale}/a/b.mdx`)),
    features: { headingAttributes: true },
  });
  return result.html.trimEnd();
}

afterEach(() => vi.unstubAllEnvs());

describe('HTML', () => {
  test('of commands with their output', async () => {
    const page = `---\nstart: [nginx, "redis:7"]\n---\n\n${fence('sh run', '# lists\ndocker ps -a\n\necho "a  b" \\\n  c')}`;
    expect(await html(page)).toBe(
      '<run-snippet class="snippet" data-step="0" data-seed="a/b" data-clock="1797325200000" data-idle="2000" data-images="nginx redis:7" status="idle"' +
        ' data-source="# lists\ndocker ps -a\n\necho &quot;a  b&quot; \\\n  c">' +
        '<div class="snippet-bar"><span class="snippet-title">Terminal</span><div class="snippet-actions" data-pagefind-ignore>' +
        '<button type="button" data-action="run">Run</button><button type="button" data-action="copy">Copy</button>' +
        '<button type="button" data-action="edit">Edit</button><a href="#main" data-action="explain">Explain</a></div></div>' +
        '<div class="snippet-body">' +
        '<pre class="snippet-comment"><code class="t-comment"># lists</code></pre>' +
        '<pre class="snippet-command">' +
        '<code><span class="t-function">docker </span>ps <span class="t-flag">-a</span></code></pre>' +
        '<div class="snippet-output" data-expected><pre><span class="ansi-bold">ran</span>: docker ps -a</pre></div>' +
        '<pre class="snippet-command">' +
        '<code><span class="t-function">echo </span><span class="t-string-expression">"a  b"</span> \\\n  c</code></pre>' +
        '<div class="snippet-output" data-expected><pre><span class="ansi-bold">ran</span>: echo "a  b" \\\n  c</pre></div>' +
        '</div><div class="snippet-foot" data-status role="status"></div></run-snippet>',
    );
  });

  test('of exit codes, in the language of the page', async () => {
    const page = fence('sh run expect=125', 'exit 125');
    expect(await html(page)).toContain('data-expect="125"');
    expect(await html(page)).toContain('</pre></div><p class="snippet-exit">exit 125</p>');
    expect(await html(page, 'es')).toContain('<p class="snippet-exit">salida 125</p>');
  });

  test('only the first step tells how the session starts', async () => {
    const page = await html(fence('yaml file=compose.yaml', 'a: 1') + fence('sh run stop=2s', 'hang'));
    expect(page.match(/data-seed=/g)).toHaveLength(1);
    expect(page).toMatch(/data-step="0" data-seed="a\/b"[^>]* data-file="compose.yaml"/);
    expect(page).toMatch(/data-step="1" status="idle" data-expect="130" data-stop="2000"/);
    // The command printed nothing.
    expect(page).not.toContain('snippet-output');
  });

  test('of an interactive snippet', async () => {
    const page = await html(fence('sh term input="a <b>\\n"', 'sh'));
    expect(page).toContain('class="snippet snippet-term"');
    expect(page).toContain('data-input="a <b>\n"');
    expect(page).toContain(': sh\na &lt;b&gt;</pre>');
  });

  test('of a command that is only shown', async () => {
    const page = await html(fence('sh norun reason="needs a GPU"', 'docker run --gpus all x'));
    expect(page).toContain('<run-snippet class="snippet snippet-norun" data-norun>');
    expect(page).toContain('<span class="snippet-mark" title="needs a GPU">Not run here</span>');
    expect(page).toContain('<p class="snippet-foot snippet-reason">needs a GPU</p>');
    expect(page).not.toContain('data-step');
    expect(page.match(/data-action="\w+"/g)).toEqual(['data-action="copy"', 'data-action="explain"']);
  });

  test('of code that is only coloured', async () => {
    expect(await html(fence('yaml', 'a: 1'))).toBe(
      '<pre class="plain-code"><code><span class="t-keyword">a: </span><span class="t-constant">1</span></code></pre>',
    );
  });

  test('long lines can be reached with the keyboard', async () => {
    expect(await html(fence('text', 'x'.repeat(50)))).toContain('<pre class="plain-code" tabindex="0">');
    expect(await html(fence('sh run', `echo ${'x'.repeat(50)}`))).toContain(
      'data-expected><pre tabindex="0">',
    );
  });

  test('a first empty line survives the HTML parser', async () => {
    expect(await html(fence('text', '\nx'))).toContain('<pre class="plain-code"><code>\nx</code></pre>');
    expect(await html(fence('sh run', 'blank'))).toContain('<pre>\n\n<span class="ansi-bold">ran');
  });

  test('nothing carries a style attribute, and markup in commands stays text', async () => {
    const page = await html(
      fence('sh run', "echo '<script>alert(1)</script>'") + fence('php', '<?php echo 1; ?>'),
    );
    expect(page).not.toContain('style=');
    // In an attribute value `<` is an ordinary character.
    expect(page.replace(/ data-source="[^"]*"/, '')).not.toContain('<script');
  });
});

describe('failures', () => {
  test('a snippet that ends otherwise than expected stops the page', async () => {
    await expect(html(fence('sh run', 'exit 2'))).rejects.toThrow(
      /content\/docs\/en\/a\/b\.mdx:1: the snippet ended with exit code 2/,
    );
  });

  test('or is shown as it is when the build only warns', async () => {
    vi.stubEnv('SNIPPETS', 'warn');
    expect(await html(fence('sh run', 'exit 2'))).toContain('<p class="snippet-exit">exit 2</p>');
  });
});
