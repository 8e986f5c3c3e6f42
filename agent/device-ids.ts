/**
 * The spelling in which two sights of one device compare equal (R37). Discovery and ONVIF both meet these ids.
 */

/**
 * An endpoint reference in normal form: lower case, without `urn:` and `uuid:` (Q06 leaves either out) and
 * without blanks. Null for an empty one and for the nil UUID.
 */
export function normaliseEndpoint(text: string | null): string | null {
  const bare = (text ?? '')
    .replaceAll(/\s+/g, '')
    .toLowerCase()
    .replace(/^(?:urn:)?(?:uuid:)?/, '');
  return bare === '' || bare.length > 200 || /^[0:-]+$/.test(bare) ? null : bare;
}

/**
 * A MAC address as 12 lower-case hex digits, whatever separators the device uses (Q24). Null for anything else,
 * for all zeros and for group addresses (broadcast and multicast), which no interface has.
 */
export function normaliseMac(text: string | null): string | null {
  const digits = (text ?? '')
    .trim()
    .replaceAll(/[:.\s-]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]{12}$/.test(digits) || digits === '000000000000') return null;
  return Number.parseInt(digits.slice(0, 2), 16) & 1 ? null : digits;
}
