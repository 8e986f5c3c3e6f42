import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { createLogin } from './auth.js';
import type { Credentials } from '../digest-auth.js';
import {
  createWireParser,
  encodeRequest,
  encodeResponse,
  headerOf,
  headersOf,
  WireError,
  type Headers,
  type RtspRequest,
  type RtspResponse,
} from './wire.js';

/** Why a connection to a camera is of no more use. */
export interface ConnectionFailure {
  kind: 'unreachable' | 'timeout' | 'protocol_error' | 'closed';
  detail: string;
}

export interface OutgoingRequest {
  method: string;
  uri: string;
  /** Without CSeq, User-Agent and Authorization: the connection adds those. */
  headers?: Headers;
}

/** The camera's answer, or why there is none. A 401 arrives here only when answering it again would not help. */
export type Answer = { ok: true; response: RtspResponse } | { ok: false; failure: ConnectionFailure };

export interface CameraConnectionOptions {
  host: string;
  port: number;
  credentials: Credentials | null;
  connectTimeoutMs: number;
  /** For one answer to one request. */
  answerTimeoutMs: number;
  localAddress?: string;
  onFrames?: (bytes: Buffer) => void;
  /** Called once, whoever ends the connection; null when this side closed it. */
  onClosed?: (failure: ConnectionFailure | null) => void;
}

/** One TCP connection to a camera: requests with their answers, login, and media frames beside them. */
export interface CameraConnection {
  /**
   * `onAnswer` is called exactly once, in the order of the bytes on the wire: before any frame that follows
   * the answer. A 401 is answered with the credentials at most once (see `Login`).
   */
  send(request: OutgoingRequest, onAnswer: (answer: Answer) => void): void;
  /** Media towards the camera (RTCP): dropped while the camera does not read, as it is only advisory. */
  sendFrames(bytes: Buffer): void;
  /** Stops and resumes reading: TCP then slows the camera down. */
  pause(): void;
  resume(): void;
  /** The realm of the camera's login; null when it asked for none so far. */
  realm(): string | null;
  /** Ends the connection; what is still unanswered fails with this reason. */
  fail(failure: ConnectionFailure): void;
  close(): void;
}

interface PendingAnswer {
  request: OutgoingRequest;
  answered: boolean;
  onAnswer: (answer: Answer) => void;
  deadline: NodeJS.Timeout;
}

const unreadFramesLimitBytes = 256 * 1024;
const userAgent = 'Gantry';

/** Connects to exactly the host given; never follows another one a camera names. */
export function connectCamera(options: CameraConnectionOptions): CameraConnection {
  const socket = connect({
    host: options.host,
    port: options.port,
    noDelay: true,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  });
  const login = createLogin(options.credentials, () => randomBytes(8).toString('hex'));
  const parser = createWireParser();
  const pending = new Map<number, PendingAnswer>();
  const address = `${options.host}:${options.port}`;
  let cseq = 0;
  let ended: ConnectionFailure | null = null;
  let connected = false;

  const connectDeadline = setTimeout(
    () =>
      end({
        kind: 'unreachable',
        detail: `${address} did not accept a connection in ${options.connectTimeoutMs} ms`,
      }),
    options.connectTimeoutMs,
  );

  function end(failure: ConnectionFailure, bySelf = false): void {
    if (ended !== null) return;
    ended = failure;
    clearTimeout(connectDeadline);
    socket.destroy();
    for (const waiting of pending.values()) {
      clearTimeout(waiting.deadline);
      waiting.onAnswer({ ok: false, failure });
    }
    pending.clear();
    options.onClosed?.(bySelf ? null : failure);
  }

  function transmit(request: OutgoingRequest, onAnswer: PendingAnswer['onAnswer']): void {
    if (ended !== null) return onAnswer({ ok: false, failure: ended });
    cseq += 1;
    const authorization = login.authorization(request.method, request.uri);
    const deadline = setTimeout(
      () => end(unansweredFailure(request.method)),
      options.answerTimeoutMs + (connected ? 0 : options.connectTimeoutMs),
    );
    pending.set(cseq, { request, answered: authorization !== null, onAnswer, deadline });
    const headers: Headers = [
      ['CSeq', String(cseq)],
      ['User-Agent', userAgent],
      ...(authorization === null ? [] : ([['Authorization', authorization]] as const)),
      ...(request.headers ?? []),
    ];
    socket.write(encodeRequest({ method: request.method, uri: request.uri, headers }));
  }

  function unansweredFailure(method: string): ConnectionFailure {
    return socket.isPaused()
      ? { kind: 'closed', detail: `nobody read the media of ${address} for ${options.answerTimeoutMs} ms` }
      : { kind: 'timeout', detail: `${address} did not answer ${method} in ${options.answerTimeoutMs} ms` };
  }

  /** A provisional answer (100 Continue) is followed by the real one. */
  function receive(response: RtspResponse): void {
    if (response.status < 200) return;
    const waiting = takePending(response);
    if (waiting === null) return;
    clearTimeout(waiting.deadline);
    if (response.status === 401) {
      const verdict = login.challenged(headersOf(response.headers, 'WWW-Authenticate'), waiting.answered);
      if (verdict.next === 'retry') return transmit(waiting.request, waiting.onAnswer);
    } else if (waiting.answered) {
      login.accepted();
    }
    waiting.onAnswer({ ok: true, response });
  }

  /** Answers come in the order of the requests, so one without a CSeq belongs to the oldest. */
  function takePending(response: RtspResponse): PendingAnswer | null {
    const echoed = headerOf(response.headers, 'CSeq');
    const key = echoed === null ? pending.keys().next().value : Number(echoed);
    const waiting = key === undefined ? undefined : pending.get(key);
    if (key === undefined || waiting === undefined) return null;
    pending.delete(key);
    return waiting;
  }

  /** Cameras ask whether their client is alive; nothing else is supported. Some only echo every request (Q38). */
  function answerCamera(request: RtspRequest): void {
    if (headerOf(request.headers, 'User-Agent') === userAgent) {
      return end({ kind: 'protocol_error', detail: `${address} only repeats what it is asked` });
    }
    const supported = ['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER'].includes(request.method);
    const [status, reason] = supported ? [200, 'OK'] : [501, 'Not Implemented'];
    const echoed = headerOf(request.headers, 'CSeq');
    socket.write(encodeResponse({ status, reason, headers: echoed === null ? [] : [['CSeq', echoed]] }));
  }

  socket.on('connect', () => {
    connected = true;
    clearTimeout(connectDeadline);
  });
  socket.on('data', (chunk) => {
    try {
      parser.push(chunk, (item) => {
        if (ended !== null) return;
        switch (item.kind) {
          case 'frames':
            return options.onFrames?.(item.bytes);
          case 'response':
            return receive(item);
          case 'request':
            return answerCamera(item);
          default:
            return item satisfies never;
        }
      });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      end({ kind: 'protocol_error', detail: `${address} does not speak RTSP as expected: ${error.message}` });
    }
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const kind = connected ? 'closed' : 'unreachable';
    end({ kind, detail: `connection to ${address} failed: ${error.code ?? error.name}` });
  });
  socket.on('close', () => end({ kind: 'closed', detail: `${address} closed the connection` }));

  return {
    send: transmit,
    sendFrames(bytes) {
      if (ended === null && socket.writableLength < unreadFramesLimitBytes) socket.write(bytes);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    realm: () => login.realm(),
    fail: (failure) => end(failure),
    close: () => end({ kind: 'closed', detail: `connection to ${address} closed by this side` }, true),
  };
}
