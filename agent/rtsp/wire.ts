/** RTSP/1.0 on a TCP connection (RFC 2326): text messages and `$`-framed media between them (§10.12). */
export type Headers = readonly (readonly [name: string, value: string])[];

export interface RtspRequest {
  kind: 'request';
  method: string;
  uri: string;
  headers: Headers;
  body: Buffer;
}

export interface RtspResponse {
  kind: 'response';
  status: number;
  reason: string;
  headers: Headers;
  body: Buffer;
}

/** One or more whole interleaved frames, each with its four bytes of `$`, channel and length. */
export interface InterleavedFrames {
  kind: 'frames';
  bytes: Buffer;
}

export type WireItem = RtspRequest | RtspResponse | InterleavedFrames;

/** The peer does not speak RTSP, or beyond the limits; the connection is of no more use. */
export class WireError extends Error {
  override name = 'WireError';
}

export interface WireLimits {
  headerBytes: number;
  bodyBytes: number;
}

const defaultLimits: WireLimits = { headerBytes: 64 * 1024, bodyBytes: 256 * 1024 };
const frameMark = 0x24;
const framePrefixBytes = 4;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

export interface WireParser {
  /**
   * Takes the next bytes and hands over everything they complete, in order, however the bytes were cut.
   * Frames inside one chunk are not copied. Throws `WireError`.
   */
  push(chunk: Buffer, onItem: (item: WireItem) => void): void;
}

export function createWireParser(limits: WireLimits = defaultLimits): WireParser {
  let rest: Buffer = Buffer.alloc(0);
  /** Where the search for the end of the headers goes on, so that a slow sender costs linear time. */
  let searchedBytes = 0;

  return {
    push(chunk, onItem) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (;;) {
        at = skipLineEnds(bytes, at);
        const framesEnd = endOfWholeFrames(bytes, at);
        if (framesEnd > at) {
          onItem({ kind: 'frames', bytes: bytes.subarray(at, framesEnd) });
          at = framesEnd;
          continue;
        }
        if (at === bytes.length || bytes[at] === frameMark) break;
        const message = readMessage(bytes.subarray(at), Math.max(0, searchedBytes - at), limits);
        if (message.item === null) {
          rest = bytes.subarray(at);
          searchedBytes = message.searchedBytes;
          return;
        }
        searchedBytes = 0;
        at += message.sizeBytes;
        onItem(message.item);
      }
      rest = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
      searchedBytes = 0;
    },
  };
}

function skipLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === carriageReturn || bytes[at] === lineFeed) at += 1;
  return at;
}

function endOfWholeFrames(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === frameMark && at + framePrefixBytes <= bytes.length) {
    const end = at + framePrefixBytes + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) break;
    at = end;
  }
  return at;
}

function readMessage(
  bytes: Buffer,
  searchedBytes: number,
  limits: WireLimits,
): { item: RtspRequest | RtspResponse; sizeBytes: number } | { item: null; searchedBytes: number } {
  const head = endOfHead(bytes, Math.max(0, searchedBytes - 3));
  if ((head?.endBytes ?? bytes.length) > limits.headerBytes) {
    throw new WireError(`headers of more than ${limits.headerBytes} bytes`);
  }
  if (head === null) {
    if (!couldBeStart(bytes)) throw new WireError('not an RTSP message');
    return { item: null, searchedBytes: bytes.length };
  }
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, head.textBytes).split(/\r?\n/);
  const headers = parseHeaders(lines);
  const bodyBytes = contentLength(headers);
  if (bodyBytes > limits.bodyBytes) throw new WireError(`a body of ${bodyBytes} bytes`);
  const sizeBytes = head.endBytes + bodyBytes;
  const start = parseStartLine(startLine);
  if (bytes.length < sizeBytes) return { item: null, searchedBytes: 0 };
  const body = bytes.subarray(head.endBytes, sizeBytes);
  return { item: { ...start, headers, body }, sizeBytes };
}

/** Tolerates bare line feeds, as RFC 2326 §4 asks of receivers. */
function endOfHead(bytes: Buffer, from: number): { textBytes: number; endBytes: number } | null {
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return { textBytes: at, endBytes: at + 2 };
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed)
      return { textBytes: at, endBytes: at + 3 };
  }
  return null;
}

/** A message begins with a method or `RTSP/`: anything else is known to be wrong before its end arrives. */
function couldBeStart(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, 16));
  return /^[A-Za-z][A-Za-z_/.0-9]*(?: .*)?$/s.test(start);
}

function parseStartLine(
  line: string,
): Pick<RtspRequest, 'kind' | 'method' | 'uri'> | Pick<RtspResponse, 'kind' | 'status' | 'reason'> {
  const response = /^RTSP\/\d+\.\d+\s+(\d{3})(?:\s+(.*))?$/.exec(line.trimEnd());
  if (response !== null) return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '' };
  const request = /^([A-Z_]+)\s+(\S+)\s+RTSP\/\d+\.\d+$/.exec(line.trimEnd());
  if (request !== null) return { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '' };
  throw new WireError('not an RTSP message');
}

function parseHeaders(lines: readonly string[]): Headers {
  const headers: [string, string][] = [];
  for (const line of lines) {
    const previous = headers.at(-1);
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && previous !== undefined) previous[1] += ` ${line.trim()}`;
    else if (colon > 0) headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return headers;
}

function contentLength(headers: Headers): number {
  const value = headerOf(headers, 'Content-Length');
  if (value === null) return 0;
  if (!/^\d{1,9}$/.test(value)) throw new WireError('a Content-Length that is no number');
  return Number(value);
}

/** The first header of this name, whatever its case; null when absent. */
export const headerOf = (headers: Headers, name: string): string | null =>
  headersOf(headers, name)[0] ?? null;

/** The values of all headers of this name, whatever its case. */
export function headersOf(headers: Headers, name: string): string[] {
  return headers.filter(([own]) => own.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

const emptyBody = new Uint8Array(0);

export function encodeRequest(
  { method, uri, headers }: Pick<RtspRequest, 'method' | 'uri' | 'headers'>,
  body: Uint8Array = emptyBody,
): Buffer {
  return encode(`${method} ${uri} RTSP/1.0`, headers, body);
}

export function encodeResponse(
  { status, reason, headers }: Pick<RtspResponse, 'status' | 'reason' | 'headers'>,
  body: Uint8Array = emptyBody,
): Buffer {
  return encode(`RTSP/1.0 ${status} ${reason}`, headers, body);
}

function encode(startLine: string, headers: Headers, body: Uint8Array): Buffer {
  const length: Headers = body.length > 0 ? [['Content-Length', String(body.length)]] : [];
  const lines = [startLine, ...[...headers, ...length].map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.map(singleLine).join('\r\n')}\r\n\r\n`, 'utf8'), body]);
}

/** A value never ends its own line: a camera's or a person's text cannot smuggle in a header. */
const singleLine = (text: string) => text.replaceAll(/[\r\n\0]+/g, ' ');
