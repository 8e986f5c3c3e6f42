import type { Socket } from 'node:net';
import type { Doorkeeper } from './authentication.js';
import { countOne, type Counters } from './counters.js';
import type { Faults } from './faults.js';
import { outletOf, type Outlet } from './outlet.js';
import type { Pacer } from './pacer.js';
import type { Track } from './packets.js';
import { requestReader, type RtspRequest } from './rtsp-request.js';
import { startViewer, type Stream, type Viewer } from './rtsp-viewer.js';
import { trackControl } from './sdp.js';
import { spoil } from './spoil.js';

/** What the RTSP side of a camera needs of the camera. */
export interface RtspOptions {
  streams: readonly Stream[];
  doorkeeper: Doorkeeper;
  faults: Readonly<Faults>;
  counters: Counters;
  pacer: Pacer;
  frameRate: number;
  wallMs: () => number;
  monotonicMs: () => number;
  random: (size: number) => Buffer;
}

/** What one connection has set up; it plays once there is a viewer. */
interface Session {
  id: string;
  stream: Stream;
  channels: Map<Track, number>;
  viewer: Viewer | null;
}

interface Reply {
  status: keyof typeof reasons;
  headers?: readonly string[];
  body?: string;
}

const reasons = {
  200: 'OK',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
} as const;
const offered = 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN';

/** One client of a camera's RTSP server, with at most one session. It ends with its socket. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #options: RtspOptions;
  readonly #isFull: () => boolean;
  readonly #outlet: Outlet;
  readonly #stopPacing: () => void;
  #session: Session | null = null;

  constructor(socket: Socket, options: RtspOptions, isFull: () => boolean) {
    this.#socket = socket;
    this.#options = options;
    this.#isFull = isFull;
    this.#outlet = outletOf(socket, options.faults);
    socket.setNoDelay(true);
    const sinceMs = options.monotonicMs();
    this.#stopPacing = options.pacer.each(() => this.#onPicture(options.monotonicMs() - sinceMs));
    socket.once('close', () => {
      this.#stopPacing();
      this.#endSession();
    });
    socket.on(
      'data',
      requestReader({
        onRequest: (request) => this.#onRequest(request),
        onMalformed: () => socket.end('RTSP/1.0 400 Bad Request\r\n\r\n'),
      }),
    );
  }

  hasSession(): boolean {
    return this.#session !== null;
  }

  cut(): void {
    this.#endSession();
    this.#socket.destroy();
  }

  #onPicture(ageMs: number): void {
    const { faults } = this.#options;
    const isReading = this.#session?.viewer?.send({
      silent: faults.stalled !== 'nothing',
      corrupt: faults.mediaIsCorrupt,
      small: faults.isSmall,
    });
    const isOver = faults.teardownEveryMs !== null && ageMs >= faults.teardownEveryMs;
    if (isReading === false || isOver) this.cut();
  }

  #onRequest(request: RtspRequest): void {
    const { counters, faults, random } = this.#options;
    countOne(counters.rtspRequests, request.method);
    if (faults.stalled === 'everything') return;
    const { status, headers = [], body = '' } = this.#answer(request);
    const lines = [
      `RTSP/1.0 ${status} ${reasons[status]}`,
      `CSeq: ${request.headers.get('cseq') ?? '0'}`,
      ...headers,
      ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ];
    const whole = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
    this.#outlet.write(spoil(whole, { fault: faults.answers, request: request.bytes, random }));
  }

  #answer(request: RtspRequest): Reply {
    if (request.method === 'OPTIONS') return { status: 200, headers: [`Public: ${offered}`] };
    const verdict = this.#options.doorkeeper.check({
      method: request.method,
      uri: request.uri,
      authorization: request.headers.get('authorization'),
    });
    if (!verdict.granted) {
      return {
        status: 401,
        headers: verdict.challenges.map((challenge) => `WWW-Authenticate: ${challenge}`),
      };
    }
    const named = request.headers.get('session')?.split(';')[0];
    if (named !== undefined && named !== this.#session?.id) return { status: 454 };
    switch (request.method) {
      case 'DESCRIBE':
        return this.#describe(request);
      case 'SETUP':
        return this.#setUp(request);
      case 'PLAY':
        return this.#play(request);
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
        return { status: 200, headers: this.#session ? [sessionHeader(this.#session)] : [] };
      case 'TEARDOWN':
        this.#endSession();
        return { status: 200 };
      default:
        return { status: 405, headers: [`Allow: ${offered}`] };
    }
  }

  #describe(request: RtspRequest): Reply {
    const { stream, control } = this.#find(request.uri);
    if (!stream || control !== '') return { status: 404 };
    const base = `Content-Base: ${request.uri.replace(/\/?$/, '/')}`;
    return { status: 200, headers: [base, 'Content-Type: application/sdp'], body: stream.sdp() };
  }

  #setUp(request: RtspRequest): Reply {
    const { stream, control } = this.#find(request.uri);
    const track = stream?.tracks.find(({ kind }) => trackControl(kind) === control);
    if (!stream || !track) return { status: 404 };
    if (this.#session && this.#session.stream !== stream) return { status: 459 };
    const asked = /RTP\/AVP\/TCP.*interleaved=(\d{1,3})/i.exec(request.headers.get('transport') ?? '');
    const channel = Number(asked?.[1] ?? NaN);
    if (!(channel <= 254)) return { status: 461 };
    if (!this.#session && this.#isFull()) return { status: 453 };
    this.#session ??= {
      id: this.#options.random(4).toString('hex'),
      stream,
      channels: new Map(),
      viewer: null,
    };
    this.#session.channels.set(track, channel);
    const transport = `Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
    return { status: 200, headers: [transport, sessionHeader(this.#session)] };
  }

  #play(request: RtspRequest): Reply {
    const session = this.#session;
    if (!session) return { status: 454 };
    session.viewer ??= this.#startViewer(session);
    const starts = [...session.viewer.start].map(
      ([{ kind }, { sequence, timestamp }]) =>
        `url=${request.uri.replace(/\/$/, '')}/${trackControl(kind)};seq=${sequence};rtptime=${timestamp}`,
    );
    return {
      status: 200,
      headers: [sessionHeader(session), 'Range: npt=0.000-', `RTP-Info: ${starts.join(',')}`],
    };
  }

  #startViewer(session: Session): Viewer {
    const { counters, frameRate, monotonicMs } = this.#options;
    counters.openRtspSessions += 1;
    counters.rtspSessionsStarted += 1;
    return startViewer({
      ...this.#options,
      channels: session.channels,
      small: session.stream.small,
      picture: Math.floor((monotonicMs() * frameRate) / 1_000),
      outlet: this.#outlet,
      onFrame: () => (counters.framesSent += 1),
    });
  }

  #endSession(): void {
    if (this.#session?.viewer) this.#options.counters.openRtspSessions -= 1;
    this.#session = null;
  }

  /** The stream a URI means and the track control after it; both case-sensitive (Q63). */
  #find(uri: string): { stream: Stream | undefined; control: string } {
    const path = uri.replace(/^rtsp:\/\/[^/]*/i, '');
    const stream = this.#options.streams.find((one) => path === one.path || path.startsWith(`${one.path}/`));
    return { stream, control: stream ? path.slice(stream.path.length + 1) : '' };
  }
}

function sessionHeader({ id }: Session): string {
  return `Session: ${id};timeout=60`;
}
