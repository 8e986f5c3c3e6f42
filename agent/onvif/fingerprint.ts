import { exchange } from './http.js';
import { getSystemDateAndTime } from './requests.js';
import { readSoapAnswer } from './soap.js';

/**
 * Whether an ONVIF device service answers at a URL: asks for the time, without credentials. A refusal in SOAP is
 * an answer too (Q35). Never rejects.
 */
export async function fingerprintOnvif(
  url: string,
  o: { mayConnect: (host: string) => boolean; timeoutMs: number; signal?: AbortSignal },
): Promise<boolean> {
  const request = getSystemDateAndTime();
  const answer = await exchange({
    method: 'POST',
    url,
    headers: { 'content-type': `application/soap+xml; charset=utf-8; action="${request.action}"` },
    body: request.envelope,
    timeoutMs: o.timeoutMs,
    maxBytes: 64 * 1024,
    mayConnect: o.mayConnect,
    signal: o.signal,
  });
  if (answer.kind !== 'answer') return false;
  const soap = readSoapAnswer(request.operation, answer.status, answer.body);
  // Any web server may answer 401; only one in SOAP counts.
  return (
    soap.kind === 'response' ||
    ((soap.kind === 'fault' || soap.kind === 'unauthorized') && answer.body.includes('Envelope'))
  );
}
