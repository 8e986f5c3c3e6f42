import { XMLParser } from 'fast-xml-parser';

/** One element of a device's answer. Names come without their namespace prefix: devices invent prefixes freely. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** Own text, trimmed, the five predefined entities and character references decoded; never a number. */
  text: string;
  children: readonly XmlElement[];
}

type OrderedNode = Record<string, unknown>;

/**
 * The one owner of `fast-xml-parser`. XML from a LAN is hostile input (field notes, ONVIF): nothing is
 * converted to numbers (a serial has 18 digits, Q23), no entity is expanded, nesting and the number of tags are
 * bounded. What is no XML, or declares a document type, is `null`; never throws. The caller bounds the size.
 */
export function parseXml(source: string): XmlElement | null {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(source) || hasTooManyTags(source)) return null;
  try {
    const ordered: unknown = parser().parse(source);
    const roots = Array.isArray(ordered) ? elementsOf(ordered as OrderedNode[]) : [];
    return roots[0] ?? null;
  } catch {
    return null;
  }
}

/** A recorder of 128 channels has some 30,000. Parsing holds up everything else: a megabyte of them takes seconds. */
const maxTags = 50_000;

function hasTooManyTags(source: string): boolean {
  let at = -1;
  for (let tags = 0; tags <= maxTags; tags += 1) {
    at = source.indexOf('<', at + 1);
    if (at === -1) return false;
  }
  return true;
}

const attributesKey = ':@';
const textKey = '#text';

const parser = () =>
  new XMLParser({
    preserveOrder: true,
    removeNSPrefix: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    allowBooleanAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    maxNestedTags: 64,
  });

function elementsOf(nodes: readonly OrderedNode[]): XmlElement[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== attributesKey && key !== textKey);
    if (name === undefined) return [];
    const content = Array.isArray(node[name]) ? (node[name] as OrderedNode[]) : [];
    return [
      {
        name,
        attributes: attributesOf(node[attributesKey]),
        text: decodeReferences(content.map(ownText).join('')).trim(),
        children: elementsOf(content),
      },
    ];
  });
}

const ownText = (node: OrderedNode): string => (typeof node[textKey] === 'string' ? node[textKey] : '');

function attributesOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, decodeReferences(String(text)).trim()]),
  );
}

const predefined = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** XML 1.0 §4.1 and §4.6; an unknown reference stays as it is written. */
function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return predefined.get(name) ?? whole;
    const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Text for an element or attribute of a request. */
export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

export const childrenNamed = (element: XmlElement | null, name: string): XmlElement[] =>
  element === null ? [] : element.children.filter((child) => child.name === name);

/** Follows first children by name; null as soon as one is missing. */
export function childAt(element: XmlElement | null, ...path: string[]): XmlElement | null {
  return path.reduce<XmlElement | null>((at, name) => childrenNamed(at, name)[0] ?? null, element);
}

/** Text at a path below `element`; null when the element is missing or empty (Q25). */
export const textAt = (element: XmlElement | null, ...path: string[]): string | null =>
  childAt(element, ...path)?.text || null;

/** All elements of that name at any depth, in document order. */
export function descendantsNamed(element: XmlElement | null, name: string): XmlElement[] {
  if (element === null) return [];
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...descendantsNamed(child, name),
  ]);
}
