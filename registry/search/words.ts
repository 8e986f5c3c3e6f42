/** What of a search may be asked of an index. */

/** `Main oven` → `'main':* & 'oven':*` for `to_tsquery('simple', …)`; null when nothing of it is a word. */
export function wordsQuery(text: string): string | null {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0
    ? null
    : words
        .slice(0, 8)
        .map((word) => `'${word}':*`)
        .join(' & ');
}

/** For LIKE, with its own signs taken literally. */
export const literal = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
