import { connectCamera, type Answer, type OutgoingRequest } from '@gantry/agent/rtsp/connection.js';
import type { Credentials } from '@gantry/agent/rtsp/bridge.js';
import { contentBase, parseSdp } from '@gantry/agent/rtsp/sdp.js';
import { headerOf } from '@gantry/agent/rtsp/wire.js';

/** Plays the video of a stream into nothing. */
export interface Player {
  receivedBytes(): number;
  close(): void;
}

export async function startPlayer(url: string, credentials: Credentials | null): Promise<Player> {
  const { hostname, port } = new URL(url);
  let receivedBytes = 0;
  const connection = connectCamera({
    host: hostname,
    port: Number(port),
    credentials,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 10_000,
    onFrames: (bytes) => (receivedBytes += bytes.length),
  });
  const ask = async (request: OutgoingRequest) => {
    const answer = await new Promise<Answer>((resolve) => connection.send(request, resolve));
    if (!answer.ok) throw new Error(`${request.method}: ${answer.failure.detail}`);
    if (answer.response.status !== 200) throw new Error(`${request.method}: ${answer.response.status}`);
    return answer.response;
  };
  const described = await ask({ method: 'DESCRIBE', uri: url, headers: [['Accept', 'application/sdp']] });
  const sdp = parseSdp(described.body.toString('utf8'), contentBase(url, described.headers));
  const video = sdp.tracks.find((track) => track.media === 'video');
  if (video === undefined) throw new Error(`${url} offers no video`);
  const transport = ['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1'] as const;
  const setUp = await ask({ method: 'SETUP', uri: video.control, headers: [transport] });
  const session = (headerOf(setUp.headers, 'Session') ?? '').split(';', 1)[0] as string;
  await ask({ method: 'PLAY', uri: sdp.control, headers: [['Session', session]] });
  return { receivedBytes: () => receivedBytes, close: () => connection.close() };
}
