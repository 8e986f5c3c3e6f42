import type { Credentials } from '../digest-auth.js';

/** An address a person or a camera gave is no RTSP URL; the message says what is wrong and never repeats the text. */
export class RtspUrlError extends Error {
  override name = 'RtspUrlError';
}

export const defaultRtspPort = 554;

export interface ParsedRtspUrl {
  /** Host and path as given, without credentials and fragment. */
  url: string;
  credentials: Credentials | null;
}

export interface RtspTarget {
  /** As `net.connect` wants it: IPv6 without brackets. */
  host: string;
  port: number;
  /** The whole address for the request line, without credentials. */
  uri: string;
}

interface UrlPieces {
  userinfo: string | null;
  host: string;
  port: number | null;
  path: string;
}

const shape =
  /^rtsp:\/\/(?:([^/?#]*)@)?(\[[0-9a-f:.%]+\]|[^/?#:@[\]]+)(?::(\d{1,5})?)?([/?][^#]*)?(?:#.*)?$/is;

/** Not `URL`: it rewrites paths, and cameras compare paths byte by byte. */
function takeApart(text: string): UrlPieces {
  const url = text.trim().replaceAll(/[\r\n\t]+/g, '');
  if (/^rtsps:/i.test(url))
    throw new RtspUrlError('rtsps:// (RTSP over TLS) is not supported; use the rtsp:// address');
  if (!/^rtsp:\/\//i.test(url)) throw new RtspUrlError('an RTSP address begins with rtsp://');
  const match = shape.exec(url);
  const port = match?.[3] === undefined ? null : Number(match[3]);
  if (match === null || (port !== null && (port < 1 || port > 65_535)) || /[\0-\x20]/.test(match[2] ?? '')) {
    throw new RtspUrlError('host or port cannot be read; percent-encode / ? # @ : in user name and password');
  }
  return { userinfo: match[1] ?? null, host: match[2] ?? '', port, path: encodeBlanks(match[4] ?? '') };
}

const encodeBlanks = (path: string) =>
  path.replaceAll(/[\0-\x20\x7f"<>]/g, (character) => encodeURIComponent(character));

const putTogether = (host: string, port: number | null, path: string) =>
  `rtsp://${host}${port === null ? '' : `:${port}`}${path}`;

/** Takes the credentials (percent-decoded) out of an `rtsp://user:password@host/path` address. Throws `RtspUrlError`. */
export function parseRtspUrl(text: string): ParsedRtspUrl {
  const { userinfo, host, port, path } = takeApart(text);
  return { url: putTogether(host, port, path), credentials: parseUserinfo(userinfo) };
}

function parseUserinfo(userinfo: string | null): Credentials | null {
  if (userinfo === null || userinfo === '') return null;
  const colon = userinfo.indexOf(':');
  const username = colon < 0 ? userinfo : userinfo.slice(0, colon);
  const password = colon < 0 ? '' : userinfo.slice(colon + 1);
  return { username: percentDecoded(username), password: percentDecoded(password) };
}

/** A lone `%` in a password someone typed stands for itself. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where to connect and what to ask for. Throws `RtspUrlError`. */
export function targetOf(url: string): RtspTarget {
  const { host, port, path } = takeApart(url);
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port ?? defaultRtspPort,
    uri: putTogether(host, port, path),
  };
}

/** `targetOf` for callers that report the fault instead of throwing it. */
export function readTarget(url: string): RtspTarget | RtspUrlError {
  try {
    return targetOf(url);
  } catch (error) {
    if (error instanceof RtspUrlError) return error;
    throw error;
  }
}

/**
 * One spelling per stream, for identity: scheme and host in lower case, default port and user info dropped, the
 * path untouched (Q63). Throws `RtspUrlError`.
 */
export function normaliseRtspUrl(url: string): string {
  const { host, port, path } = takeApart(url);
  return putTogether(host.toLowerCase(), port === defaultRtspPort ? null : port, path === '' ? '/' : path);
}

/** `url` with another path, still at the same address: what a camera says about hosts is not followed. */
export function atSameAddress(url: string, path: string): string {
  const { host, port } = takeApart(url);
  return putTogether(host, port, path);
}

/** For logs and messages: no user info, and no password inside the path either (Q63). Never throws. */
export function redactRtspUrl(url: string): string {
  return url
    .replaceAll(/[\r\n]+/g, '')
    .replace(/^([a-z]+:\/\/).*@/i, '$1')
    .replaceAll(
      /(?<![a-z])(pass(?:word|wd)?|pwd|psw|pw|token|auth|key|secret)=.*?(?=_channel|_stream|[&/?#;]|$)/gi,
      '$1=…',
    );
}
