const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text as UTF-8 bytes. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** UTF-8 bytes as text; invalid bytes become U+FFFD. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes);

export const EMPTY = new Uint8Array(0);

/** The chunks as one array. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const out = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
