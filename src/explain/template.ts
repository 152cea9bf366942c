import type { Explainer } from './explainer.ts';
import { sentences } from './fill.ts';

/** What a `--format` says: `table …`, `json`, or a template with its fields. */
export function templateForm(value: string, say: Explainer['say']): string {
  if (value === 'json' || value === 'table' || value === 'yaml' || value === 'pretty')
    return say(`format.${value}`);
  const table = value.startsWith('table ');
  const actions = [...value.matchAll(/\{\{-?([\s\S]*?)-?\}\}/g)].map((match) => match[1] ?? '');
  const found = actions.flatMap((action) => action.match(/(?<![\w$])\$?\w*(?:\.\w+)+/g) ?? []);
  const fields = [...new Set(found)].map((field) => `\`${field}\``);
  const calls = (name: string): boolean => actions.some((action) => new RegExp(`\\b${name}\\b`).test(action));
  return sentences(
    say(table ? 'format.columns' : 'format.template', { fields: fields.join(', ') }),
    calls('json') ? say('format.function.json') : '',
    calls('range') ? say('format.function.range') : '',
    calls('index') ? say('format.function.index') : '',
    calls('len') ? say('format.function.len') : '',
    calls('println') ? say('format.function.println') : '',
    value.includes('\\t') ? say('format.tab') : '',
  );
}
