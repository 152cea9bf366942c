import type { ImageConfig } from '../../images/types.ts';
import { DockerError } from '../error.ts';
import { parseGoDuration } from '../human.ts';

/**
 * Applies the Dockerfile instructions of `commit -c` and `import -c` to a configuration:
 * `applyChanges({}, ['CMD ["a"]'])` ⇒ `{ Cmd: ['a'] }`. Throws commit-change for other instructions.
 */
export function applyChanges(config: ImageConfig, changes: readonly string[]): ImageConfig {
  let out = config;
  let commanded = false;
  for (const change of changes) {
    const match = /^\s*(\S+)\s*(.*?)\s*$/s.exec(change);
    if (match === null) continue;
    const word = (match[1] ?? '').toUpperCase();
    out = applyOne(out, word, match[2] ?? '');
    commanded ||= word === 'CMD';
    // A new entry point has no use for the arguments of the old one.
    if (word === 'ENTRYPOINT' && !commanded) out = { ...out, Cmd: null };
  }
  return out;
}

function applyOne(config: ImageConfig, word: string, rest: string): ImageConfig {
  switch (word) {
    case 'CMD':
      return { ...config, Cmd: command(rest, config.Shell) };
    case 'ENTRYPOINT':
      return { ...config, Entrypoint: command(rest, config.Shell) };
    case 'ENV': {
      const pairs = keyValues(rest);
      const names = new Set(pairs.map(([name]) => name));
      const kept = (config.Env ?? []).map((entry) => {
        const name = entry.replace(/=.*/s, '');
        const pair = pairs.find(([key]) => key === name);
        return pair === undefined ? entry : `${name}=${pair[1]}`;
      });
      const known = new Set(kept.map((entry) => entry.replace(/=.*/s, '')));
      const added = pairs
        .filter(([name]) => names.has(name) && !known.has(name))
        .map(([n, v]) => `${n}=${v}`);
      return { ...config, Env: [...kept, ...added] };
    }
    case 'EXPOSE': {
      const ports = rest.split(/\s+/).map((port) => (port.includes('/') ? port : `${port}/tcp`));
      return {
        ...config,
        ExposedPorts: { ...config.ExposedPorts, ...Object.fromEntries(ports.map((p) => [p, {}])) },
      };
    }
    case 'LABEL':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(keyValues(rest)) } };
    case 'ONBUILD':
      return { ...config, OnBuild: [...(config.OnBuild ?? []), rest] };
    case 'STOPSIGNAL':
      return { ...config, StopSignal: rest };
    case 'USER':
      return { ...config, User: rest };
    case 'VOLUME': {
      const list = jsonList(rest) ?? rest.split(/\s+/);
      return {
        ...config,
        Volumes: { ...config.Volumes, ...Object.fromEntries(list.map((path) => [path, {}])) },
      };
    }
    case 'WORKDIR': {
      const base = config.WorkingDir || '/';
      const dir = rest.startsWith('/') ? rest : `${base.replace(/\/$/, '')}/${rest}`;
      return { ...config, WorkingDir: dir };
    }
    case 'SHELL':
      return { ...config, Shell: jsonList(rest) ?? [] };
    case 'HEALTHCHECK':
      return { ...config, Healthcheck: health(rest) };
    default:
      throw new DockerError('commit-change', { word });
  }
}

function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function command(text: string, shell: readonly string[] | undefined): readonly string[] {
  return jsonList(text) ?? [...(shell ?? ['/bin/sh', '-c']), text];
}

/** `a=1 b="two words"`, or the old `a rest of the line`. */
function keyValues(text: string): [string, string][] {
  if (!/^[^\s=]+=/.test(text)) {
    const [name = '', ...rest] = text.split(/\s+/);
    return [[name, rest.join(' ')]];
  }
  const out: [string, string][] = [];
  for (const match of text.matchAll(/([^\s=]+)=((?:"(?:\\.|[^"])*"|'[^']*'|\\.|[^\s"'])*)/g)) {
    const value = (match[2] ?? '').replace(
      /"((?:\\.|[^"])*)"|'([^']*)'|\\(.)/g,
      (_, double, single, escaped) =>
        double === undefined ? ((single ?? escaped ?? '') as string) : String(double).replace(/\\(.)/g, '$1'),
    );
    out.push([(match[1] ?? '').replace(/^["']|["']$/g, ''), value]);
  }
  return out;
}

type Health = NonNullable<ImageConfig['Healthcheck']>;

function health(text: string): Health {
  if (/^NONE$/i.test(text)) return { Test: ['NONE'] };
  const options: Record<string, number> = {};
  let rest = text;
  for (
    let match = /^--([a-z-]+)=(\S+)\s+/.exec(rest);
    match !== null;
    match = /^--([a-z-]+)=(\S+)\s+/.exec(rest)
  ) {
    const [whole, name = '', value = ''] = match;
    const field = {
      interval: 'Interval',
      timeout: 'Timeout',
      'start-period': 'StartPeriod',
      'start-interval': 'StartInterval',
      retries: 'Retries',
    }[name];
    if (field === 'Retries') options[field] = Number(value);
    else if (field !== undefined) options[field] = (parseGoDuration(value) ?? 0) * 1e6;
    rest = rest.slice(whole.length);
  }
  const body = rest.replace(/^CMD\s+/i, '');
  const list = jsonList(body);
  // The shell form runs in the image's shell, which the probe adds itself.
  return { Test: list === undefined ? ['CMD-SHELL', body] : ['CMD', ...list], ...options };
}
