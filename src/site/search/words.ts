/** Text as it is compared: lower case, without accents; hyphens and dots stay, `--rm` is not `rm`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Words that say nothing of what is looked for, in either language. */
const STOP = new Set(
  (
    'a al algo an and are as be by can como con cual cuando de del desde do docker does el en es esta este for from get have how i ' +
    'in into is it its la las lo los me mi my no not o of on one or para por puedo que se ser si sin su sus that the their them ' +
    'there this to un una uno unos usar using what when where which why with without y you your'
  ).split(' '),
);

/** The words of a text that count: `'Cómo borrar un contenedor' ⇒ ['borrar', 'contenedor']`; all of them where none would be left. */
export function wordsOf(text: string): string[] {
  const all = plain(text).match(/[a-z0-9_.$/:=@-]+/g) ?? [];
  const words = all.map((word) => word.replace(/^[.:=/]+|[.:=/]+$/g, '')).filter((word) => word !== '');
  const telling = words.filter((word) => !STOP.has(word));
  return telling.length > 0 ? telling : words;
}
