import { announce, connect } from '../../runner/boot.ts';
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

/** The buttons beside a command that was found: copy it, or run it in the page's terminal. */
export function commandButtons(name: string, locale: Locale): HTMLButtonElement[] {
  const copy = button(bootTexts.copy[locale], name);
  copy.addEventListener('click', async () => {
    const { copyText } = await import('../../runner/clipboard.ts');
    const said = await copyText(name).then(
      () => bootTexts.copied[locale],
      () => bootTexts.copyFailed[locale],
    );
    announce(said);
    copy.textContent = said;
    setTimeout(() => {
      copy.textContent = bootTexts.copy[locale];
    }, SAID_MS);
  });
  if (!document.querySelector('muelle-terminal')) return [copy];
  const run = button(bootTexts.run[locale], name);
  // The terminal is behind the dialog.
  run.addEventListener('click', () => run.closest('dialog')?.close());
  connect(run, (page) => page.runRow(name, ''));
  return [copy, run];
}
