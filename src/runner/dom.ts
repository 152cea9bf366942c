/** An element with its properties and children: `el('button', { type: 'button' }, 'Run')`. Strings become text nodes. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], 'style' | 'dataset'>> & {
    data?: Readonly<Record<string, string>>;
  } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const { data, ...others } = properties;
  const element = document.createElement(tag);
  Object.assign(element, others);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

/** A button that says what it does: `action('copy', 'Copy', copy)`. */
export function action(name: string, text: string, onClick: () => void): HTMLButtonElement {
  const button = el('button', { type: 'button', data: { action: name } }, text);
  button.addEventListener('click', onClick);
  return button;
}
