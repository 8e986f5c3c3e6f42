import { createHash } from 'node:crypto';
import type { ImageType } from '../db/schema/branding.js';

export const mostImageBytes = 200 * 1024;
const mostPixels = 2_000;

export interface Image {
  type: ImageType;
  bytes: Uint8Array;
  /** sha-256, hex. */
  hash: string;
}

/** `data:image/png;base64,…` or `data:image/svg+xml;base64,…` → the image, or why it is refused. */
export function readImage(dataUrl: string): Image | { refused: string } {
  const match = /^data:(image\/(?:png|svg\+xml));base64,([A-Za-z0-9+/]+={0,2})$/.exec(dataUrl);
  if (match === null) return { refused: 'must be a data URL of a PNG or SVG image in base64' };
  const type = match[1] as ImageType;
  const bytes = Buffer.from(match[2] ?? '', 'base64');
  if (bytes.length > mostImageBytes)
    return { refused: `is over ${mostImageBytes / 1024} KiB; make it smaller` };
  const refused = type === 'image/png' ? faultOfPng(bytes) : faultOfSvg(bytes.toString('utf8'));
  if (refused !== null) return { refused };
  return { type, bytes, hash: createHash('sha256').update(bytes).digest('hex') };
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** [PNG 5.2, 11.2.2]: the signature, then the header chunk. */
function faultOfPng(bytes: Buffer): string | null {
  if (!bytes.subarray(0, 8).equals(pngSignature) || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    return 'is no PNG image';
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return width > mostPixels || height > mostPixels
    ? `is ${width} × ${height} pixels; at most ${mostPixels} each`
    : null;
}

const elements = new Set(
  (
    'svg g defs title desc path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient ' +
    'stop clipPath mask use symbol'
  ).split(' '),
);
const attributes = new Set(
  (
    'id class xmlns version viewBox preserveAspectRatio width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points ' +
    'transform fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit ' +
    'stroke-dasharray stroke-dashoffset stroke-opacity opacity clip-path clip-rule mask gradientUnits ' +
    'gradientTransform spreadMethod offset stop-color stop-opacity clipPathUnits maskUnits maskContentUnits href ' +
    'xlink:href xmlns:xlink font-family font-size font-weight font-style text-anchor letter-spacing dx dy role ' +
    'aria-label aria-hidden display visibility vector-effect shape-rendering color xml:space'
  ).split(' '),
);
const namespaces = new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']);

/** A tag: whether it closes, its name, what stands inside. */
const tags = /<(\/?)([^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'<>])*)>/g;

/**
 * An SVG image may hold programs and fetch what it likes. Only shapes, gradients and text get in; whatever is not
 * known to be harmless is refused with its name, rather than removed: what is left would be another logo.
 */
export function faultOfSvg(text: string): string | null {
  const body = text
    .replace(/^\uFEFF?\s*(?:<\?xml\s[^?>]*\?>)?/, '')
    .replaceAll(/<!--(?:(?!--)[^])*-->/g, '')
    .trim();
  if (!/^<svg[\s>]/.test(body) || !/<\/svg>\s*$|^<svg[^<>]*\/>\s*$/.test(body)) return 'is no SVG image';
  if (/<[!?]/.test(body)) return 'holds a document type, an instruction or raw text; save it as plain SVG';
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/i.test(body))
    return 'holds an entity of its own';
  if (body.replaceAll(tags, '').includes('<')) return 'has a sign of a tag that is none';
  for (const [tag, closing, name = '', inside = ''] of body.matchAll(tags)) {
    if (!elements.has(name)) return `holds <${name.slice(0, 40)}>, which a logo may not`;
    if (closing === '/') continue;
    const rest = inside.replaceAll(
      /\s+([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
      (whole, attribute, one, other) =>
        faultOfAttribute(attribute as string, ((one ?? other) as string) ?? '') === null ? '' : whole,
    );
    const odd = /\s*([\w:-]+)\s*=/.exec(rest)?.[1];
    if (odd !== undefined) return `holds the attribute ${odd.slice(0, 40)} as it may not stand in a logo`;
    if (rest.replace(/\/$/, '').trim() !== '') return `cannot be read at ${tag.slice(0, 40)}`;
  }
  return null;
}

function faultOfAttribute(name: string, value: string): string | null {
  if (!attributes.has(name)) return name;
  if (name === 'xmlns' || name === 'xmlns:xlink') return namespaces.has(value) ? null : name;
  // Only what stands in the image itself.
  if (name.endsWith('href')) return /^#[\w-]+$/.test(value) ? null : name;
  const plain = value.replaceAll(/url\(\s*['"]?#[\w-]+['"]?\s*\)/gi, '');
  return /url|script|import|expression|[\\&<]|:\/\//i.test(plain) ? name : null;
}
