import { child, escapeXml, parseXml, textAt, type Element } from './xml.js';

export const namespaces = {
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
} as const;
export type Service = keyof typeof namespaces;

export interface UsernameToken {
  username: string;
  password: string;
  passwordType: string;
  nonce: string;
  created: string;
}

export interface SoapRequest {
  /** Null when the operation is in a namespace the camera does not know. */
  service: Service | null;
  operation: string;
  /** The operation's element. */
  parameters: Element;
  usernameToken: UsernameToken | null;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
  /** Path of the HTTP request; it names the subscription. */
  path: string;
}

/** Carries out one operation; resolves to the content of the SOAP body, throws {@link SoapFault}. */
export type Operation = (request: SoapRequest) => string | Promise<string>;
export type Operations = Partial<Record<Service, Readonly<Record<string, Operation>>>>;

/** A fault in the words of real cameras; `status` is the HTTP status it comes with. */
export class SoapFault extends Error {
  readonly code: 'Sender' | 'Receiver';
  readonly subcodes: readonly string[];
  readonly status: number;

  constructor(code: 'Sender' | 'Receiver', subcodes: readonly string[], reason: string, status: number) {
    super(reason);
    this.code = code;
    this.subcodes = subcodes;
    this.status = status;
  }
}

/** Throws {@link SoapFault} on what is no SOAP request. */
export function parseSoapRequest(text: string, path: string, signal: AbortSignal): SoapRequest {
  let document: Element;
  try {
    document = parseXml(text);
  } catch {
    throw new SoapFault('Sender', ['ter:WellFormed'], 'The request is not well-formed XML', 400);
  }
  const body = child(document, 'Envelope', 'Body');
  const operation = Object.keys(body ?? {}).find((name) => !/^[@#]/.test(name));
  if (!body || operation === undefined) {
    throw new SoapFault('Sender', ['ter:InvalidArgVal'], 'The request has no SOAP body', 400);
  }
  const token = child(document, 'Envelope', 'Header', 'Security', 'UsernameToken');
  return {
    service: serviceOf(text, operation),
    operation,
    parameters: child(body, operation) ?? {},
    usernameToken: token && {
      username: textAt(token, 'Username') ?? '',
      password: textAt(token, 'Password') ?? '',
      passwordType: textAt(token, 'Password', '@Type') ?? '',
      nonce: textAt(token, 'Nonce') ?? '',
      created: textAt(token, 'Created') ?? '',
    },
    signal,
    path,
  };
}

function serviceOf(text: string, operation: string): Service | null {
  const tag = new RegExp(`<(?:([\\w-]+):)?${operation}\\b([^>]*)>`).exec(text);
  const prefix = tag?.[1];
  const declaration = prefix === undefined ? /xmlns="([^"]*)"/ : new RegExp(`xmlns:${prefix}="([^"]*)"`);
  const namespace = declaration.exec(tag?.[2] ?? '')?.[1] ?? declaration.exec(text)?.[1];
  for (const service of Object.keys(namespaces) as Service[]) {
    if (namespaces[service] === namespace) return service;
  }
  return null;
}

const declarations = [
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope"',
  'xmlns:wsa="http://www.w3.org/2005/08/addressing"',
  'xmlns:tt="http://www.onvif.org/ver10/schema"',
  'xmlns:ter="http://www.onvif.org/ver10/error"',
  'xmlns:tns1="http://www.onvif.org/ver10/topics"',
  ...Object.entries(namespaces).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`),
].join(' ');

export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${declarations}><s:Body>${body}</s:Body></s:Envelope>`;
}

export function faultBody(fault: SoapFault): string {
  const subcode = fault.subcodes.reduceRight(
    (inner, value) => `<s:Subcode><s:Value>${value}</s:Value>${inner}</s:Subcode>`,
    '',
  );
  const reason = `<s:Reason><s:Text xml:lang="en">${escapeXml(fault.message)}</s:Text></s:Reason>`;
  return `<s:Fault><s:Code><s:Value>s:${fault.code}</s:Value>${subcode}</s:Code>${reason}</s:Fault>`;
}
