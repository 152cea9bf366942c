import type { HastNode } from 'satteri';

type Element = Extract<HastNode, { type: 'element' }>;
type Child = Element['children'][number];

/** An attribute; `undefined` and `false` leave it out, `true` writes it without a value. */
type Attribute = string | number | boolean | undefined;

/** An HTML element: `h('pre', { class: 'x', tabindex: 0 }, 'text')`. Attribute names are those of HTML. */
export function h(
  tagName: string,
  attributes: Readonly<Record<string, Attribute>>,
  ...children: (Child | string | undefined)[]
): Element {
  const properties: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) properties[name] = value;
  }
  const nodes = children.flatMap((child): Child[] => {
    if (child === undefined || child === '') return [];
    return [typeof child === 'string' ? { type: 'text', value: child } : child];
  });
  return { type: 'element', tagName, properties, children: nodes };
}

export type { Element };
