import { renderSVG, renderUnicodeCompact } from 'uqr';
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
  const lines = renderUnicodeCompact(scannable(url), { border: size === 'small' ? 1 : 2 }).split('\n');
  return (lines[0]?.length ?? 0) <= terminal.columns ? lines : [];
}

/** The same for a page: a data URL. */
export const qrDataUrl = (url: string): string =>
  `data:image/svg+xml;base64,${btoa(renderSVG(scannable(url), { border: 2 }))}`;

/**
 * Upper case fits the alphanumeric mode (ISO/IEC 18004): a smaller code. Scheme and host do not mind, and the registry
 * answers `/E/CODE` too; a registry below another path is left as it is.
 */
export const scannable = (url: string): string =>
  /^https?:\/\/[^/]+\/e\/[^/]+$/.test(url) ? url.toUpperCase() : url;
