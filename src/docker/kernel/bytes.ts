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

/** How far each buffer with room to grow is used. */
const used = new WeakMap<ArrayBufferLike, number>();
/** Smaller files are copied: their spare room would cost more than it saves. */
const GROWS_FROM = 16_384;

/**
 * `old` with more bytes behind it. A file that grows piece by piece is not copied for each: where nobody has taken the room
 * behind `old`, the bytes are put there; `old` itself stays as it is, so older views of the file do, too.
 */
export function extended(old: Uint8Array, more: Uint8Array): Uint8Array {
  const end = old.length + more.length;
  if (old.byteOffset === 0 && used.get(old.buffer) === old.length && end <= old.buffer.byteLength) {
    const all = new Uint8Array(old.buffer, 0, end);
    all.set(more, old.length);
    used.set(old.buffer, end);
    return all;
  }
  const grows = end >= GROWS_FROM;
  const all = new Uint8Array(grows ? end * 2 : end);
  all.set(old);
  all.set(more, old.length);
  if (!grows) return all;
  used.set(all.buffer, end);
  return all.subarray(0, end);
}
