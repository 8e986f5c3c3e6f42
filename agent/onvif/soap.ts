import { childAt, descendantsNamed, parseXml, textAt, type XmlElement } from '../xml.js';

/** What a device's HTTP answer means as the answer to one operation. */
export type SoapAnswer =
  | { kind: 'response'; element: XmlElement }
  /** It wants a login, or another one. `detail` repeats a hint at a lock-out (Q43). */
  | { kind: 'unauthorized'; detail: string }
  | { kind: 'fault'; detail: string }
  | { kind: 'not_soap'; detail: string };

/**
 * Reads the answer to `operation`. Faults come with any HTTP status and content type (Q32) and useless texts (Q33), so
 * the envelope decides, then the status. Never throws.
 */
export function readSoapAnswer(operation: string, status: number, body: Uint8Array): SoapAnswer {
  const source = new TextDecoder('utf-8').decode(body);
  // The parser closes what a cut answer left open; the half of an answer must not pass for the whole (Q39).
  const envelope = /<\/\s*(?:[\w.-]+:)?Envelope\s*>/.test(source)
    ? parseXml(source.slice(source.indexOf('<')))
    : null;
  const content = envelope?.name === 'Envelope' ? childAt(envelope, 'Body')?.children[0] : undefined;
  if (content?.name === 'Fault') return faultOf(content, status);
  if (content?.name === `${operation}Response`) return { kind: 'response', element: content };
  if (status === 401 || status === 403) return { kind: 'unauthorized', detail: lockHint(source) };
  if (content?.name === operation) return { kind: 'not_soap', detail: 'it sends our own request back' };
  return { kind: 'not_soap', detail: `its answer (HTTP ${status}) is not the answer to ${operation}` };
}

const unauthorizedWords =
  /not\s*-?authori[sz]ed|unauthori[sz]ed|failedauthentication|authentication failed|access denied/i;

function faultOf(fault: XmlElement, status: number): SoapAnswer {
  const codes = descendantsNamed(childAt(fault, 'Code'), 'Value').map(({ text }) => text);
  const reason = [
    textAt(fault, 'Reason', 'Text') ?? textAt(fault, 'Reason'),
    textAt(fault, 'faultstring'),
    textAt(fault, 'Detail', 'Text'),
  ].filter((text) => text !== null);
  const words = [...codes, textAt(fault, 'faultcode') ?? '', ...reason].join(' ');
  if (status === 401 || unauthorizedWords.test(words))
    return { kind: 'unauthorized', detail: lockHint(words) };
  return { kind: 'fault', detail: (reason[0] ?? codes.at(-1) ?? 'a fault without a reason').slice(0, 200) };
}

/** Cameras that lock an account say so in words of their own (Q43). */
function lockHint(words: string): string {
  return /\block(?:ed|out)?\b|attempts?\b/i.test(words)
    ? 'the camera says the account is locked for a while'
    : '';
}
