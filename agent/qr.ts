import { renderSVG, renderUnicodeCompact } from 'uqr';

/** A QR code of an address in half-height blocks, as lines. Pure. */
export const qrBlocks = (url: string, border: number): string[] =>
  renderUnicodeCompact(scannable(url), { border }).split('\n');

/** The same for a page: a data URL. */
export const qrDataUrl = (url: string): string =>
  `data:image/svg+xml;base64,${btoa(renderSVG(scannable(url), { border: 2 }))}`;

/**
 * Upper case fits the alphanumeric mode (ISO/IEC 18004): a smaller code. Scheme and host do not mind, and the registry
 * answers `/E/CODE` too; a registry below another path is left as it is.
 */
export const scannable = (url: string): string =>
  /^https?:\/\/[^/]+\/e\/[^/]+$/.test(url) ? url.toUpperCase() : url;
