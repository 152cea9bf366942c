import { describe, expect, it } from 'vitest';
import { imports, sources } from './sources.ts';

/** Which rooms each room may know; architecture.md, «Who may know whom». The kernel and the terminal model stand below all. */
const ENGINE = ['docker/images', 'docker/kernel'];
const CLI = ['docker/spec', 'docker/compose', 'docker/build', 'docker/engine', ...ENGINE];
const SHELL = ['docker/cli', 'terminal', ...CLI];
const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  'docker/kernel': [],
  'docker/spec': [],
  terminal: [],
  'docker/images': ['docker/kernel'],
  'docker/engine': ENGINE,
  'docker/build': ['docker/engine', ...ENGINE],
  'docker/compose': ['docker/build', 'docker/engine', ...ENGINE],
  'docker/cli': CLI,
  shell: SHELL,
  explain: ['docker/spec'],
  // The runner shows in the browser what the shell does; the site runs the same shell while it is built.
  runner: ['explain', 'shell', ...SHELL],
  site: ['styles', 'explain', 'runner', 'shell', ...SHELL],
  components: ['styles', 'site', 'explain', 'runner', 'docker/spec'],
  layouts: ['components', 'styles', 'site', 'explain', 'runner', 'docker/spec'],
  pages: ['layouts', 'components', 'styles', 'site', 'explain', 'runner', 'docker/spec'],
  tools: ['site', 'explain', 'runner', 'shell', ...SHELL],
  styles: [],
};

/** `src/docker/engine/api.ts` ⇒ `docker/engine`; files directly in `src` belong to the site. */
function roomOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  if (first === 'docker') return `docker/${second}`;
  return first.includes('.') ? 'site' : first;
}

const files = sources('.ts', '.astro', '.mjs');

describe('layers', () => {
  it('knows every room', () => {
    expect(files.length).toBeGreaterThan(20);
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !(room in MAY_KNOW))).toEqual([]);
  });

  it('imports go only downward', () => {
    const wrong = files.flatMap((file) => {
      const room = roomOf(file);
      return imports(file)
        .filter((target) => target.startsWith('src/'))
        .filter((target) => roomOf(target) !== room && !(MAY_KNOW[room] ?? []).includes(roomOf(target)))
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('local imports name existing files with their endings', () => {
    const known = new Set(sources('.ts', '.astro', '.mjs', '.css', '.json', '.svg'));
    const wrong = files.flatMap((file) =>
      imports(file)
        .filter((target) => target.startsWith('src/') && !known.has(target.replace(/\?.*$/, '')))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('only the browser part of the site touches the page, only tools and build code touch Node', () => {
    const simulator = files.filter((file) => /^src\/(docker|shell|explain|terminal|runner)\//.test(file));
    const wrong = simulator.flatMap((file) =>
      imports(file)
        .filter((target) => target.startsWith('node:'))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});
