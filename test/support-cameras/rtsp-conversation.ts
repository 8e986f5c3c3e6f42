import { createHash } from 'node:crypto';
import net from 'node:net';

/** What a server said to one request; header names in lower case, of several equal ones all. */
export interface RtspReply {
  status: number;
  headers: ReadonlyMap<string, string[]>;
  body: string;
}

/** A bare RTSP client over one connection, so that tests see the very bytes of the camera. */
export interface RtspConversation {
  ask(method: string, uri: string, headers?: Record<string, string>): Promise<RtspReply>;
  /** Media bytes received so far. */
  mediaBytes(): number;
  isClosed(): boolean;
  close(): void;
}

export async function converse(host: string, port: number): Promise<RtspConversation> {
  const socket = net.connect(port, host);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => socket.destroy());
  let unread: Buffer = Buffer.alloc(0);
  let mediaBytes = 0;
  let asked = 0;
  const replies: RtspReply[] = [];
  let wake = () => {};
  socket.on('close', () => wake());
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      if (unread[0] === 0x24) {
        if (unread.length < 4 || unread.length < 4 + unread.readUInt16BE(2)) return;
        mediaBytes += unread.readUInt16BE(2);
        unread = unread.subarray(4 + unread.readUInt16BE(2));
        continue;
      }
      const headBytes = unread.indexOf('\r\n\r\n');
      if (headBytes < 0) return;
      const [first = '', ...lines] = unread.toString('latin1', 0, headBytes).split('\r\n');
      const headers = new Map<string, string[]>();
      for (const line of lines) {
        const name = line.slice(0, line.indexOf(':')).toLowerCase();
        headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()]);
      }
      const end = headBytes + 4 + Number(headers.get('content-length')?.[0] ?? 0);
      if (unread.length < end) return;
      const body = unread.toString('utf8', headBytes + 4, end);
      unread = unread.subarray(end);
      replies.push({ status: Number(first.split(' ')[1]), headers, body });
      wake();
    }
  });
  return {
    async ask(method, uri, headers = {}) {
      asked += 1;
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`${method} ${uri} RTSP/1.0\r\nCSeq: ${asked}\r\n${lines.join('')}\r\n`);
      while (replies.length < asked) {
        if (socket.destroyed) throw new Error(`the camera cut the connection instead of answering ${method}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const reply = replies[asked - 1];
      if (!reply) throw new Error(`no answer to ${method}`);
      return reply;
    },
    mediaBytes: () => mediaBytes,
    isClosed: () => socket.destroyed,
    close: () => socket.destroy(),
  };
}

/** The Authorization header that answers `challenge`. */
export function digestAnswer(
  challenge: string,
  login: { username: string; password: string },
  request: { method: string; uri: string },
  count = '00000001',
): string {
  const field = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(challenge)?.[1];
  const isSha = field('algorithm') === 'SHA-256';
  const hash = (text: string) =>
    createHash(isSha ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const secret = hash(`${login.username}:${field('realm')}:${login.password}`);
  const action = hash(`${request.method}:${request.uri}`);
  const qop = field('qop');
  const counted = qop === undefined ? [] : [count, '0a4f113b', qop];
  const response = hash([secret, field('nonce'), ...counted, action].join(':'));
  const fields = [
    `username="${login.username}"`,
    `realm="${field('realm')}"`,
    `nonce="${field('nonce')}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
    ...(isSha ? ['algorithm=SHA-256'] : []),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${count}`, 'cnonce="0a4f113b"']),
  ];
  return `Digest ${fields.join(', ')}`;
}

/** Sets up and plays the main stream of a camera without a login. */
export async function playOpenly(camera: {
  address: string;
  rtspPort: number;
  rtspUrl(): string;
}): Promise<RtspConversation> {
  const conversation = await converse(camera.address, camera.rtspPort);
  const uri = camera.rtspUrl();
  const setup = await conversation.ask('SETUP', `${uri}/trackID=1`, {
    Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1',
  });
  const session = setup.headers.get('session')?.[0]?.split(';')[0];
  if (setup.status !== 200 || session === undefined) throw new Error(`SETUP was answered ${setup.status}`);
  await conversation.ask('PLAY', uri, { Session: session });
  return conversation;
}
