import type { Socket } from 'node:net';
import type { Doorkeeper } from './authentication.js';
import { countOne, type Counters } from './counters.js';
import type { Faults } from './faults.js';
import { outletOf, type Outlet } from './outlet.js';
import type { Pacer } from './pacer.js';
import type { Track } from './packets.js';
import { messages, type RtspRequest } from './rtsp-request.js';
import { startViewer, type Stream, type Viewer } from './rtsp-viewer.js';
import { trackControl } from './sdp.js';
import { spoil } from './spoil.js';

/** What one connection has set up; it plays once there is a viewer. */
interface Session {
  id: string;
  stream: Stream;
  channels: Map<Track, number>;
  viewer: Viewer | null;
}

export interface RtspServerOptions {
  streams: readonly Stream[];
  doorkeeper: Doorkeeper;
  faults: Readonly<Faults>;
  counters: Counters;
  pacer: Pacer;
  frameRate: number;
  sessionsMax: number;
  wallMs: () => number;
  monotonicMs: () => number;
  random: (size: number) => Buffer;
}

/** The RTSP side of one camera (RFC 2326), media interleaved in TCP. It listens nowhere by itself. */
export interface RtspServer {
  accept(socket: Socket): void;
  /** Cuts every connection now. */
  cut(): void;
}

export function createRtspServer(options: RtspServerOptions): RtspServer {
  const { faults, counters } = options;
  const connections = new Set<{ socket: Socket; end: () => void }>();
  let setUp = 0;

  return {
    accept(socket) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      const outlet = outletOf(socket, faults);
      let session: Session | null = null;
      let stopSending: (() => void) | null = null;
      const sinceMs = options.monotonicMs();

      const endSession = () => {
        stopSending?.();
        stopSending = null;
        if (!session) return;
        if (session.viewer) counters.openRtspSessions -= 1;
        setUp -= 1;
        session = null;
      };
      const connection = { socket, end: endSession };
      connections.add(connection);
      const stopWatching = options.pacer.each(() => {
        const { teardownEveryMs } = faults;
        if (teardownEveryMs !== null && options.monotonicMs() - sinceMs >= teardownEveryMs) socket.destroy();
      });
      socket.once('close', () => {
        connections.delete(connection);
        stopWatching();
        endSession();
      });

      const play = (playing: Session, picture: number): Viewer => {
        counters.openRtspSessions += 1;
        counters.rtspSessionsStarted += 1;
        return startViewer({
          ...options,
          channels: playing.channels,
          picture,
          outlet,
          onFrame: () => (counters.framesSent += 1),
        });
      };

      const answer = (request: RtspRequest) => {
        const reply = replyTo(request, outlet, options);
        const [path, control] = splitUri(request.uri, options.streams);
        const verdict = options.doorkeeper.check({
          method: request.method,
          uri: request.uri,
          authorization: request.headers.get('authorization'),
        });
        if (request.method !== 'OPTIONS' && !verdict.granted) {
          return reply(
            401,
            verdict.challenges.map((challenge) => `WWW-Authenticate: ${challenge}`),
          );
        }
        const named = request.headers.get('session')?.split(';')[0];
        if (named !== undefined && named !== session?.id) return reply(454);
        switch (request.method) {
          case 'OPTIONS':
            return reply(200, [
              'Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN',
            ]);
          case 'DESCRIBE': {
            const stream = options.streams.find((one) => one.path === path);
            if (!stream) return reply(404);
            return reply(
              200,
              [`Content-Base: ${request.uri.replace(/\/?$/, '/')}`, 'Content-Type: application/sdp'],
              stream.sdp,
            );
          }
          case 'SETUP': {
            const stream = options.streams.find((one) => one.path === path);
            const track = stream?.tracks.find(({ kind }) => trackControl(kind) === control);
            if (!stream || !track) return reply(404);
            if (session && session.stream !== stream) return reply(459);
            const channel = /RTP\/AVP\/TCP.*interleaved=(\d{1,3})/i.exec(
              request.headers.get('transport') ?? '',
            )?.[1];
            if (channel === undefined || Number(channel) > 254) return reply(461);
            if (!session) {
              if (faults.refusesSessions || setUp >= options.sessionsMax) return reply(453);
              setUp += 1;
              session = { id: options.random(4).toString('hex'), stream, channels: new Map(), viewer: null };
            }
            session.channels.set(track, Number(channel));
            const transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${Number(channel) + 1}`;
            return reply(200, [`Transport: ${transport}`, `Session: ${session.id};timeout=60`]);
          }
          case 'PLAY': {
            if (!session) return reply(454);
            const playing = session;
            if (!playing.viewer) {
              const viewer = play(playing, Math.floor((options.monotonicMs() * options.frameRate) / 1_000));
              playing.viewer = viewer;
              stopSending = options.pacer.each(() => {
                const isReading = viewer.send({
                  silent: faults.stalled !== 'nothing',
                  corrupt: faults.mediaIsCorrupt,
                });
                if (!isReading) socket.destroy();
              });
            }
            const information = [...playing.viewer.start].map(
              ([{ kind }, { sequence, timestamp }]) =>
                `url=${request.uri.replace(/\/$/, '')}/${trackControl(kind)};seq=${sequence};rtptime=${timestamp}`,
            );
            return reply(200, [
              `Session: ${playing.id};timeout=60`,
              'Range: npt=0.000-',
              `RTP-Info: ${information.join(',')}`,
            ]);
          }
          case 'GET_PARAMETER':
          case 'SET_PARAMETER':
            return reply(200, session ? [`Session: ${session.id};timeout=60`] : []);
          case 'TEARDOWN':
            reply(200);
            return endSession();
          default:
            return reply(405);
        }
      };

      const read = messages({
        onRequest: (request) => {
          countOne(counters.rtspRequests, request.method);
          if (faults.stalled !== 'everything') answer(request);
        },
        onMalformed: () => {
          outlet.write(Buffer.from('RTSP/1.0 400 Bad Request\r\n\r\n'));
          socket.end();
        },
      });
      socket.on('data', read);
    },
    cut() {
      for (const { socket, end } of connections) {
        end();
        socket.destroy();
      }
    },
  };
}

const reasons: Record<number, string> = {
  200: 'OK',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
};

function replyTo(request: RtspRequest, outlet: Outlet, { faults, random }: RtspServerOptions) {
  return (status: number, headers: readonly string[] = [], body = ''): void => {
    const lines = [
      `RTSP/1.0 ${status} ${reasons[status]}`,
      `CSeq: ${request.headers.get('cseq') ?? '0'}`,
      ...headers,
    ];
    if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    const whole = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
    outlet.write(spoil(whole, { fault: faults.answers, request: request.bytes, random }));
  };
}

/** Path (with query) of the stream and the track control after it; both case-sensitive (Q63). */
function splitUri(uri: string, streams: readonly Stream[]): [string, string] {
  const path = uri.replace(/^rtsps?:\/\/[^/]*/i, '');
  const stream = streams.find((one) => path === one.path || path.startsWith(`${one.path}/`));
  return stream ? [stream.path, path.slice(stream.path.length + 1)] : [path, ''];
}
