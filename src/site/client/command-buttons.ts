import { bootTexts } from '../../runner/boot-texts.ts';
import type { Locale } from '../locales.ts';

/** How long a button says that it has copied. */
const SAID_MS = 1600;

function button(text: string, name: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'result-button';
  element.textContent = text;
  element.ariaLabel = `${text}: ${name}`;
  return element;
}

/** The buttons beside a command that was found: copy. */
export function commandButtons(name: string, locale: Locale): HTMLButtonElement[] {
  const copy = button(bootTexts.copy[locale], name);
  copy.addEventListener('click', async () => {
    const { copyText } = await import('../../runner/clipboard.ts');
    const done = await copyText(name).then(
      () => true,
      () => false,
    );
    copy.textContent = (done ? bootTexts.copied : bootTexts.copyFailed)[locale];
    setTimeout(() => {
      copy.textContent = bootTexts.copy[locale];
    }, SAID_MS);
  });
  return [copy];
}
