import { bootTexts, localeOf } from '../../runner/boot-texts.ts';

/** How long the button says what happened. */
const SAID_MS = 2000;

/** Makes the button at the foot copy the page's Markdown, which is a file beside the page. */
export function copyPageOnClick(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-action="copy-page"]');
  const twin = button?.parentElement?.querySelector<HTMLAnchorElement>('a[type="text/markdown"]');
  if (!button || !twin) return;
  const name = button.textContent;
  const locale = localeOf(document);
  const say = (text: string) => {
    button.textContent = text;
    setTimeout(() => {
      button.textContent = name;
    }, SAID_MS);
  };
  button.addEventListener('click', async () => {
    try {
      const response = await fetch(twin.href);
      if (!response.ok) throw new Error(`${twin.href}: ${response.status}`);
      const { copyText } = await import('../../runner/clipboard.ts');
      await copyText(await response.text());
      say(bootTexts.copied[locale]);
    } catch {
      say(bootTexts.copyFailed[locale]);
    }
  });
}
