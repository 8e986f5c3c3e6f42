import { XMLParser } from 'fast-xml-parser';

/** Parsed XML without namespace prefixes; attributes are named `@name`. */
export interface Element {
  readonly [name: string]: unknown;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
});

/** Throws on what is not XML. */
export function parseXml(text: string): Element {
  return asElement(parser.parse(text, true)) ?? {};
}

/** The element (or, of several, the first) that `path` leads to; null when there is none. */
export function child(from: unknown, ...path: readonly string[]): Element | null {
  let at = asElement(from);
  for (const name of path) at = at ? asElement(at[name]) : null;
  return at;
}

/** The text that `path` leads to, trimmed; null when there is none. */
export function textAt(from: unknown, ...path: readonly string[]): string | null {
  const last = path.at(-1);
  if (last === undefined) return null;
  const parent = child(from, ...path.slice(0, -1));
  const found: unknown = Array.isArray(parent?.[last]) ? parent[last][0] : parent?.[last];
  const text = typeof found === 'string' ? found : asElement(found)?.['#text'];
  return typeof text === 'string' ? text.trim() : null;
}

function asElement(value: unknown): Element | null {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (one === '') return {};
  return typeof one === 'object' && one !== null ? { ...one } : null;
}

export function escapeXml(text: string): string {
  return text.replace(
    /[<>&"]/g,
    (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[sign] ?? sign,
  );
}
