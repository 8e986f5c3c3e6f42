import { contentBase, resolveControl } from './sdp.js';
import type { Headers } from './wire.js';

/** Which address of the camera stands behind each address the local player sees. Pure. */
export interface StreamAddresses {
  /** What DESCRIBE asks for. */
  stream: string;
  /** What PLAY and TEARDOWN name: the session as a whole. */
  session: string;
  /** What SETUP names, by the order of the media sections. */
  tracks: readonly string[];
}

export const undescribed = (stream: string): StreamAddresses => ({ stream, session: stream, tracks: [] });

/** The camera's address for a request of the player; null when the player made it up. */
export function cameraUri(
  request: { method: string; uri: string },
  localUrl: string,
  addresses: StreamAddresses,
): string | null {
  if (!request.uri.startsWith(localUrl)) return null;
  const rest = request.uri.slice(localUrl.length);
  if (rest === '' || rest === '/') {
    return request.method === 'DESCRIBE' || request.method === 'OPTIONS'
      ? addresses.stream
      : addresses.session;
  }
  const track = /^\/track(\d{1,3})$/.exec(rest);
  return track === null ? null : (addresses.tracks[Number(track[1])] ?? null);
}

/**
 * The camera's session description with every control address replaced by a local one, so that the player needs to
 * know nothing of the camera, and the addresses that stand behind them. All other bytes stay as they are.
 */
export function localiseDescription(
  body: Buffer,
  headers: Headers,
  stream: string,
): { body: Buffer; addresses: StreamAddresses } {
  const base = contentBase(stream, headers);
  const [session = [], ...sections] = splitAtMedia(body.toString('latin1'));
  const sessionUri = resolveControl(base, controlOf(session) ?? '*');
  const tracks = sections.map((section) => {
    const control = controlOf(section);
    return control === null ? sessionUri : resolveControl(base, control);
  });
  const lines = [
    ...withoutControl(session),
    'a=control:*',
    ...sections.flatMap((section, index) => [...withoutControl(section), `a=control:track${index}`]),
  ];
  return {
    body: Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'),
    addresses: { stream, session: sessionUri, tracks },
  };
}

/** RTP-Info (RFC 2326 §12.33) with local addresses: by address where the camera repeats it, else by position. */
export function localiseRtpInfo(value: string, localUrl: string, addresses: StreamAddresses): string {
  let position = -1;
  return value.replaceAll(/url="?([^;,"\s]*)"?/gi, (_, stated: string) => {
    position += 1;
    const uri = resolveControl(addresses.session, stated);
    const named = addresses.tracks.indexOf(uri);
    return `url=${localUrl}/track${named < 0 ? position : named}`;
  });
}

function splitAtMedia(text: string): string[][] {
  const parts: string[][] = [[]];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

const controlLine = /^a=control:\s*(.*?)\s*$/i;

function controlOf(section: readonly string[]): string | null {
  return section.map((line) => controlLine.exec(line)?.[1]).find((control) => control !== undefined) ?? null;
}

const withoutControl = (section: readonly string[]) => section.filter((line) => !controlLine.test(line));
