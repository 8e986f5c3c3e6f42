import { normaliseEndpoint, normaliseMac } from '../device-ids.js';
import { childAt, descendantsNamed, parseXml, textAt, type XmlElement } from '../xml.js';

/** What one device says of itself in a ProbeMatch, ResolveMatch or Hello. */
export interface Announcement {
  endpoint: string | null;
  /** The endpoint reference as written: what a Resolve must repeat. */
  writtenEndpoint: string | null;
  /** As written, split at blanks; possibly none (Q08), possibly lies (Q11). */
  xaddrs: string[];
  name: string | null;
  model: string | null;
  mac: string | null;
  /** False for printers, Windows computers and whatever else speaks WS-Discovery (Q08, Q16). */
  isCamera: boolean;
}

export type Datagram =
  | { kind: 'announcements'; announcements: Announcement[] }
  /** Devices that leave, by endpoint reference in normal form. */
  | { kind: 'byes'; endpoints: string[] }
  /** Somebody's Probe or Resolve: well-formed, nothing to learn. */
  | { kind: 'other' }
  | { kind: 'malformed' };

/** Largest datagram looked at and most devices taken from one; a /22 behind one discovery proxy still fits. */
const maxDatagramBytes = 65_507;
const maxMatches = 256;
const maxXaddrs = 16;

/**
 * Reads one datagram of the discovery group: any number of matches (Q04), WS-Discovery 2005/04 and 2009/01 (Q09),
 * invalid UTF-8, missing parts. Never throws.
 */
export function readDatagram(bytes: Uint8Array): Datagram {
  if (bytes.byteLength > maxDatagramBytes) return { kind: 'malformed' };
  const source = new TextDecoder('utf-8').decode(bytes).replaceAll('\0', '');
  const envelope = parseXml(source);
  const body = envelope?.name === 'Envelope' ? childAt(envelope, 'Body') : null;
  if (body === null) return { kind: 'malformed' };
  const matches = ['ProbeMatch', 'ResolveMatch', 'Hello'].flatMap((name) => descendantsNamed(body, name));
  if (matches.length === 0) {
    const leaving = descendantsNamed(body, 'Bye').slice(0, maxMatches);
    const endpoints = leaving.flatMap(
      (bye) => normaliseEndpoint(textAt(bye, 'EndpointReference', 'Address')?.slice(0, 400) ?? null) ?? [],
    );
    return endpoints.length > 0 ? { kind: 'byes', endpoints } : { kind: 'other' };
  }
  const speaksOnvif = source.includes('http://www.onvif.org/ver10/device/wsdl');
  return {
    kind: 'announcements',
    announcements: matches.slice(0, maxMatches).map((match) => announcementOf(match, speaksOnvif)),
  };
}

function announcementOf(match: XmlElement, speaksOnvif: boolean): Announcement {
  const words = (name: string) => (textAt(match, name) ?? '').split(/\s+/).filter((word) => word !== '');
  const writtenEndpoint = textAt(match, 'EndpointReference', 'Address')?.slice(0, 400) ?? null;
  const types = words('Types');
  const scopes = words('Scopes');
  const xaddrs = words('XAddrs').slice(0, maxXaddrs);
  return {
    endpoint: normaliseEndpoint(writtenEndpoint),
    writtenEndpoint,
    xaddrs,
    name: scopeValue(scopes, 'name'),
    model: scopeValue(scopes, 'hardware'),
    mac: normaliseMac(scopeValue(scopes, 'MAC')),
    isCamera:
      types.some((type) => /(?:^|:)NetworkVideo/i.test(type)) ||
      scopes.some((scope) => /^onvif:\/\//i.test(scope)) ||
      xaddrs.some((xaddr) => /\/onvif\//i.test(xaddr)) ||
      (types.length === 0
        ? xaddrs.length > 0
        : speaksOnvif && types.some((type) => /(?:^|:)Device$/.test(type))),
  };
}

/** First value of `onvif://www.onvif.org/<category>/<value>`, percent-decoded where that works (Q14). */
export function scopeValue(scopes: readonly string[], category: string): string | null {
  const prefix = `onvif://www.onvif.org/${category}/`.toLowerCase();
  const scope = scopes.find((text) => text.toLowerCase().startsWith(prefix) && text.length > prefix.length);
  if (scope === undefined) return null;
  const value = scope.slice(prefix.length);
  try {
    return decodeURIComponent(value).trim().slice(0, 200) || null;
  } catch {
    return value.slice(0, 200);
  }
}
