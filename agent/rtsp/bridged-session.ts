import type { Socket } from 'node:net';
import type { Clock } from '../clock.js';
import type { Credentials } from '../digest-auth.js';
import { connectCamera, type Answer } from './connection.js';
import { defaultSessionTimeoutMs, keepAlive, parseSession } from './keep-alive.js';
import { judgeAnswer, type RtspOutcome } from './outcome.js';
import { cameraUri, localiseDescription, localiseRtpInfo, undescribed } from './rewrite.js';
import { createPictureWatch, describeChange, type PictureChange } from './picture-watch.js';
import { parseSdp } from './sdp.js';
import type { RtspTarget } from './url.js';
import {
  encodeResponse,
  headerOf,
  headersOf,
  type Headers,
  type RtspRequest,
  type RtspResponse,
  type WireItem,
} from './wire.js';

export interface BridgeFailure {
  kind:
    | 'auth_failed'
    | 'not_found'
    | 'busy'
    | 'unreachable'
    | 'timeout'
    | 'protocol_error'
    | 'closed'
    | 'picture_changed';
  /** One sentence for a person; no URL, no credentials. */
  detail: string;
}

export interface BridgedSessionOptions {
  /** The player; already connected. */
  player: Socket;
  localUrl: string;
  target: RtspTarget;
  credentials: Credentials | null;
  clock: Clock;
  connectTimeoutMs: number;
  onMedia(sizeBytes: number): void;
  /** The reason that ended the session or will; called at most once, and never for a player that just leaves. */
  onFailure(failure: BridgeFailure): void;
}

/** One player and one camera connection that live and die together. */
export interface BridgedSession {
  fromPlayer(item: WireItem): void;
  /** Lets the camera go (TEARDOWN, waited for at most a second) and resolves when both connections are gone. */
  close(): Promise<void>;
}

const partingTimeoutMs = 1_000;
/** Headers that mean the same to both sides; the others carry addresses, credentials or hop-by-hop facts. */
const towardsCamera = ['Accept', 'Transport', 'Range', 'Session', 'Scale', 'Speed'];
const towardsPlayer = [
  'Public',
  'Content-Type',
  'Transport',
  'Session',
  'Range',
  'Scale',
  'Speed',
  'Server',
  'Date',
];
const methods = new Set([
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'GET_PARAMETER',
  'SET_PARAMETER',
  'TEARDOWN',
]);

export function startBridgedSession(options: BridgedSessionOptions): BridgedSession {
  const { player, localUrl, clock } = options;
  const stopped = new AbortController();
  let addresses = undescribed(options.target.uri);
  let session: ReturnType<typeof parseSession> = null;
  let holdsSlot = false;
  let knowsGetParameter = false;
  let isKeptAlive = false;
  let failed = false;
  let lastRequestAtMs = clock.monotonicMs();
  /** Settles with the camera's answer to the player's latest request. */
  let lastAnswer: Promise<void> = Promise.resolve();
  let leaving = false;
  let pictureChange: (frames: Buffer) => PictureChange | null = () => null;
  let closing: Promise<void> | null = null;

  const camera = connectCamera({
    host: options.target.host,
    port: options.target.port,
    credentials: options.credentials,
    connectTimeoutMs: options.connectTimeoutMs,
    answerTimeoutMs: options.connectTimeoutMs,
    onFrames: passMedia,
    onClosed(failure) {
      if (failure !== null) fail(failure);
      void close();
    },
  });
  player.once('close', () => void close());
  player.on('drain', () => camera.resume());

  /**
   * Back-pressure: a player that does not read stops the reading from the camera, so memory stays bounded. Pictures of
   * another size belong in another file: the player gets all that come before them, and its end.
   */
  function passMedia(bytes: Buffer): void {
    if (closing !== null) return;
    options.onMedia(bytes.length);
    const change = pictureChange(bytes);
    if (!player.write(change === null ? bytes : bytes.subarray(0, change.atByte))) camera.pause();
    if (change === null) return;
    fail({ kind: 'picture_changed', detail: describeChange(change) });
    void close();
  }

  function fail(failure: BridgeFailure): void {
    if (failed || leaving || closing !== null) return;
    failed = true;
    options.onFailure(failure);
  }

  function reply(
    request: RtspRequest,
    status: number,
    reason: string,
    headers: Headers = [],
    body?: Uint8Array,
  ): void {
    if (!player.writable) return;
    const cseq = headerOf(request.headers, 'CSeq');
    player.write(
      encodeResponse(
        { status, reason, headers: [...(cseq === null ? [] : [['CSeq', cseq] as const]), ...headers] },
        body,
      ),
    );
  }

  function forward(request: RtspRequest): void {
    if (!methods.has(request.method)) return reply(request, 501, 'Not Implemented');
    const uri = cameraUri(request, localUrl, addresses);
    if (uri === null) return reply(request, 404, 'Not Found');
    if (request.method === 'SETUP' && !/RTP\/AVP\/TCP/i.test(headerOf(request.headers, 'Transport') ?? '')) {
      return reply(request, 461, 'Unsupported Transport');
    }
    lastRequestAtMs = clock.monotonicMs();
    if (request.method === 'TEARDOWN') {
      leaving = true;
      holdsSlot = false;
    }
    const outgoing = { method: request.method, uri, headers: pick(request.headers, towardsCamera) };
    lastAnswer = new Promise((resolve) =>
      camera.send(outgoing, (answer) => {
        passAnswer(request, answer);
        resolve();
      }),
    );
  }

  /** ffmpeg gives up where OPTIONS fails, so a camera that does not know it is not asked to. */
  function passAnswer(request: RtspRequest, answer: Answer): void {
    const { outcome, detail } = judgeAnswer(answer, options.credentials !== null);
    if (!answer.ok) {
      fail(answer.failure);
      return reply(request, 503, 'Service Unavailable');
    }
    const { response } = answer;
    if (outcome === 'ok') return passSuccess(request, response);
    if (request.method === 'OPTIONS' && (outcome === 'refused' || outcome === 'not_found')) {
      return reply(request, 200, 'OK', [['Public', [...methods].join(', ')]]);
    }
    const essential = !['GET_PARAMETER', 'SET_PARAMETER', 'TEARDOWN'].includes(request.method);
    if (essential) fail({ kind: failureKind(outcome, response.status), detail });
    reply(request, response.status < 400 ? 403 : response.status, response.reason);
    if (essential) void close();
  }

  function passSuccess(request: RtspRequest, response: RtspResponse): void {
    const headers = pick(response.headers, towardsPlayer);
    switch (request.method) {
      case 'OPTIONS':
        knowsGetParameter ||= headersOf(response.headers, 'Public').join().includes('GET_PARAMETER');
        break;
      case 'DESCRIBE': {
        const described = localiseDescription(response.body, response.headers, addresses.stream);
        addresses = described.addresses;
        const { tracks } = parseSdp(response.body.toString('latin1'), addresses.stream);
        const video = tracks.find(({ media }) => media === 'video');
        if (video) pictureChange = createPictureWatch(video);
        return reply(request, 200, 'OK', [...headers, ['Content-Base', `${localUrl}/`]], described.body);
      }
      case 'SETUP':
        session = parseSession(response.headers) ?? session;
        holdsSlot = true;
        break;
      case 'PLAY': {
        const info = headerOf(response.headers, 'RTP-Info');
        if (info !== null) headers.push(['RTP-Info', localiseRtpInfo(info, localUrl, addresses)]);
        startKeepAlive();
        break;
      }
      default:
        break;
    }
    reply(request, 200, 'OK', headers, response.body);
  }

  function startKeepAlive(): void {
    if (isKeptAlive) return;
    isKeptAlive = true;
    void keepAlive({
      connection: camera,
      clock,
      uri: addresses.session,
      sessionId: session?.id ?? null,
      timeoutMs: session?.timeoutMs ?? defaultSessionTimeoutMs,
      knowsGetParameter,
      lastRequestAtMs: () => lastRequestAtMs,
      signal: stopped.signal,
    });
  }

  function close(): Promise<void> {
    closing ??= part();
    return closing;
  }

  /** Both sides part at the same time; whichever does not answer is dropped when the time is up. */
  async function part(): Promise<void> {
    stopped.abort();
    const parted = new AbortController();
    const timeUp = clock.sleep(partingTimeoutMs, parted.signal).catch(() => undefined);
    camera.resume();
    const gone = new Promise<void>((resolve) =>
      player.closed ? resolve() : player.once('close', () => resolve()),
    );
    player.destroySoon();
    await Promise.race([Promise.all([gone, leaveCamera()]), timeUp]);
    parted.abort();
    player.destroy();
    camera.close();
  }

  /** Cameras keep a slot occupied until it times out unless they are told (Q60), even one still being set up. */
  async function leaveCamera(): Promise<void> {
    await lastAnswer;
    if (!holdsSlot) return;
    const headers: Headers = session === null ? [] : [['Session', session.id]];
    await new Promise<void>((resolve) =>
      camera.send({ method: 'TEARDOWN', uri: addresses.session, headers }, () => resolve()),
    );
  }

  return {
    fromPlayer(item) {
      if (closing !== null) return;
      switch (item.kind) {
        case 'frames':
          return camera.sendFrames(item.bytes);
        case 'request':
          return forward(item);
        case 'response':
          return;
        default:
          return item satisfies never;
      }
    },
    close,
  };
}

const pick = (headers: Headers, names: readonly string[]): [string, string][] =>
  names.flatMap((name) => headersOf(headers, name).map((value): [string, string] => [name, value]));

/** A camera that forbids (403) may let the same login in later; what it says to a wrong one is final (Q43). */
function failureKind(outcome: Exclude<RtspOutcome, 'ok'>, status: number): BridgeFailure['kind'] {
  switch (outcome) {
    case 'unauthorized':
      return status === 403 ? 'busy' : 'auth_failed';
    case 'refused':
      return 'protocol_error';
    case 'not_found':
    case 'busy':
    case 'unreachable':
    case 'timeout':
    case 'protocol_error':
      return outcome;
    default:
      return outcome satisfies never;
  }
}
