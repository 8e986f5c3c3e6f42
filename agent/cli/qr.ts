import { qrBlocks } from '../qr.js';
import { UsageError } from './usage-error.js';

export const qrSizes = ['auto', 'small', 'none'] as const;
export type QrSize = (typeof qrSizes)[number];

/** Throws UsageError. */
export function qrSizeOf(text: string): QrSize {
  const size = qrSizes.find((one) => one === text);
  if (size === undefined) throw new UsageError(`--qr is one of ${qrSizes.join(', ')}, not ${text}.`);
  return size;
}

/**
 * A QR code of an address in half-height blocks, as lines; none when it is not wanted or does not fit. `auto` draws on
 * a terminal only, `small` also into files and serial consoles, with the narrowest border readers accept. Pure.
 */
export function qrLines(url: string, size: QrSize, terminal: { isTty: boolean; columns: number }): string[] {
  if (size === 'none' || (size === 'auto' && !terminal.isTty)) return [];
  const lines = qrBlocks(url, size === 'small' ? 1 : 2);
  return (lines[0]?.length ?? 0) <= terminal.columns ? lines : [];
}
