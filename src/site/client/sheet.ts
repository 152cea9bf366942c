/** A cheat sheet in the browser: filter, copy, run, print. Comes with the reader's first act on a page that has one. */
import { announce, connect, connectExplain } from '../../runner/boot.ts';
import { bootTexts, localeOf } from '../../runner/boot-texts.ts';
import { copyText } from '../../runner/clipboard.ts';
import { adoptStyles } from '../../runner/sheet.ts';
import styles from '../../styles/sheet-acts.css?inline';
import { searchable, wordsOf } from './sheet-filter.ts';
import { filterTexts } from './sheet-texts.ts';

/** Real milliseconds that a button shows that it has copied. */
const SHOWN_FOR = 1600;

const pageLocale = localeOf(document);

/** The command of a row, byte for byte. */
function commandOf(row: Element): string {
  return row.querySelector('.sheet-command code')?.textContent ?? '';
}

async function copy(button: HTMLElement, rows: readonly Element[]): Promise<void> {
  const done = await copyText(rows.map(commandOf).join('\n')).then(
    () => true,
    () => false,
  );
  announce((done ? bootTexts.copied : bootTexts.copyFailed)[pageLocale]);
  const icon = button.querySelector('use');
  const before = icon?.getAttribute('href') ?? button.textContent;
  if (icon) icon.setAttribute('href', done ? '#sheet-done' : before);
  else button.textContent = (done ? bootTexts.copied : bootTexts.copyFailed)[pageLocale];
  setTimeout(() => {
    if (icon) icon.setAttribute('href', before);
    else button.textContent = before;
    announce('');
  }, SHOWN_FOR);
}

/** Lets the reader narrow the sheet down to the rows that hold every word. */
function connectFilter(sheet: HTMLElement): void {
  const input = sheet.querySelector<HTMLInputElement>('[data-filter]');
  const count = sheet.querySelector('.sheet-count');
  if (!input || !count) return;
  const cards = [...sheet.querySelectorAll<HTMLElement>('.sheet-card')].map((card) => ({
    card,
    rows: [...card.querySelectorAll<HTMLElement>('.sheet-row')].map((row) => ({
      row,
      text: searchable(
        `${card.querySelector('h2')?.textContent} ${commandOf(row)} ${row.querySelector('.sheet-said')?.textContent}`,
      ),
    })),
  }));
  const total = cards.reduce((sum, { rows }) => sum + rows.length, 0);
  const update = () => {
    const words = wordsOf(input.value);
    let shown = 0;
    for (const { card, rows } of cards) {
      let inCard = 0;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) inCard++;
      }
      card.hidden = inCard === 0;
      shown += inCard;
    }
    count.textContent =
      words.length === 0
        ? ''
        : shown === 0
          ? filterTexts.none[pageLocale].replace('%s', () => input.value.trim())
          : filterTexts.some[pageLocale].replace('%s', String(shown)).replace('%s', String(total));
  };
  input.addEventListener('input', update);
  input.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    input.value = '';
    update();
  });
  // What was typed before this script came.
  update();
}

function connectRow(row: HTMLElement): void {
  const button = (name: string) => row.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
  const copyButton = button('copy');
  copyButton?.addEventListener('click', () => void copy(copyButton, [row]));
  connectExplain(row);
  // With an explanation the columns balance anew, and the row may come to stand elsewhere.
  new MutationObserver(() => row.scrollIntoView({ block: 'nearest' })).observe(row, { childList: true });
  connect(button('run'), (page) => page.runRow(commandOf(row), row.dataset['setup'] ?? ''));
}

/** Gives the sheets of the page their work. */
export function connectSheets(): void {
  const sheets = document.querySelectorAll<HTMLElement>('.sheet');
  if (sheets.length > 0) adoptStyles(styles);
  for (const sheet of sheets) {
    connectFilter(sheet);
    sheet.querySelector('[data-action="print"]')?.addEventListener('click', () => print());
    for (const row of sheet.querySelectorAll<HTMLElement>('.sheet-row')) connectRow(row);
    for (const card of sheet.querySelectorAll('.sheet-card')) {
      const button = card.querySelector<HTMLElement>('[data-action="copy-group"]');
      button?.addEventListener(
        'click',
        () => void copy(button, [...card.querySelectorAll('.sheet-row:not([hidden])')]),
      );
    }
  }
}
