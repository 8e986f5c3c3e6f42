export interface RtspRequest {
  method: string;
  uri: string;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  bytes: Buffer;
}

const headMaxBytes = 16_384;
const bodyMaxBytes = 65_536;

/** Cuts an RTSP connection into requests; the client's interleaved packets (RTCP) are skipped. */
export function requestReader(hear: {
  onRequest: (request: RtspRequest) => void;
  onMalformed: () => void;
}): (chunk: Buffer) => void {
  let unread: Buffer = Buffer.alloc(0);
  return (chunk) => {
    unread = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk;
    for (;;) {
      if (unread[0] === 0x24) {
        if (unread.length < 4 || unread.length < 4 + unread.readUInt16BE(2)) return;
        unread = unread.subarray(4 + unread.readUInt16BE(2));
        continue;
      }
      const headBytes = unread.indexOf('\r\n\r\n');
      if (headBytes < 0) {
        if (unread.length > headMaxBytes) hear.onMalformed();
        return;
      }
      const [first = '', ...lines] = unread.toString('latin1', 0, headBytes).split('\r\n');
      const [, method, uri] = /^([A-Z_]+) (\S+) RTSP\/1\.0$/.exec(first) ?? [];
      const headers = new Map(
        lines.map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
        }),
      );
      const bodyBytes = Number(headers.get('content-length') ?? 0);
      if (method === undefined || uri === undefined || !(bodyBytes >= 0 && bodyBytes <= bodyMaxBytes)) {
        hear.onMalformed();
        return;
      }
      const end = headBytes + 4 + bodyBytes;
      if (unread.length < end) return;
      const bytes = unread.subarray(0, end);
      unread = unread.subarray(end);
      hear.onRequest({ method, uri, headers, bytes });
    }
  };
}
