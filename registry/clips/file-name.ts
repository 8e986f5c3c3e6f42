/** Longest file name without its ending; some file systems take 255 bytes in all. */
const maxLetters = 80;

/** A clip's name as a file name that every system takes: no separators, no controls, no leading dots. */
export function clipFileName(name: string): string {
  const safe = name
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}"*/:<>?\\|]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. -]+/, '')
    .slice(0, maxLetters)
    .replace(/[. ]+$/, '');
  return `${safe === '' ? 'clip' : safe}.mp4`;
}

/** `Content-Disposition` of a download: plain letters for old programs, all of them for the others (RFC 6266). */
export function disposition(kind: 'attachment' | 'inline', fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]/g, '_').replaceAll(/["\\%]/g, '_');
  const whole = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
