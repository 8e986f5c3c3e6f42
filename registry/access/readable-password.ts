/** Five groups of four letters and digits without look-alikes: ≈ 98 bits. */
export function readablePassword(random: (sizeBytes: number) => Uint8Array): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  // Bytes beyond the last whole multiple of the alphabet are dropped, so that every letter is as likely.
  const fair = [...random(64)].filter((byte) => byte < letters.length * 8).slice(0, 20);
  const text = fair.map((byte) => letters[byte % letters.length]).join('');
  return (text.match(/.{1,4}/g) as string[]).join('-');
}
