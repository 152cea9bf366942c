/** A sentence in parts: those between backticks are code. `'a `b` c' ⇒ [a |, b (code), | c]`. */
export function sentenceParts(sentence: string): { text: string; isCode: boolean }[] {
  return sentence
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
