import type { StreamRole } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';
import { liveCloses, type LiveTold, type LiveWish } from '@gantry/protocol/live.js';
import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import type { LiveFormat } from './codecs.js';
import { createLiveStream, type LiveStream, type LiveTimes, type Watcher } from './live-stream.js';

/** A stream that flows. */
export interface OpenedLive {
  format: LiveFormat;
  /** One viewer more. `mayStill` is asked again and again while they watch; rejecting ends it. */
  view(mayStill: () => Promise<void>): ReadableStream<Uint8Array>;
}

/**
 * All live streams of this process: viewers on one side, agents' connections on the other. Viewers and the agent's
 * connection must meet in one process; several processes need their load balancer to route
 * `/cameras/{id}/live` and `/agent/live/` of one camera to the same one.
 */
export interface LiveRelay {
  /** Joins the pull of this stream, or asks the agent for one. Throws `unavailable`, with the site's reason. */
  open(camera: { cameraId: CameraId; agentId: AgentId }, stream: StreamRole): Promise<OpenedLive>;
  /** What an agent says of a wish. */
  told(agentId: AgentId, told: LiveTold): void;
  /** The stream an agent dials for; null unless it was asked for by this ticket. */
  dialled(agentId: AgentId, streamId: string, ticket: string): LiveStream | null;
  watchers(): Watcher[];
  counts(): { streams: number; viewers: number };
  close(): void;
}

export interface RelayOptions {
  /** Tells an agent by its broker; a wish that is lost is said again. */
  say: (agentId: AgentId, wish: LiveWish) => Promise<void>;
  /** So many bytes of a camera left for viewers. */
  onSent: (cameraId: CameraId, sizeBytes: number) => void;
  random: Context['random'];
  log: Context['log'];
  times?: LiveTimes;
  /** Of one stream: each costs a connection and up to its unread bytes. */
  viewersPerStream?: number;
}

export function createLiveRelay(o: RelayOptions): LiveRelay {
  const { viewersPerStream = 500 } = o;
  const byCamera = new Map<string, LiveStream>();
  const byId = new Map<string, LiveStream>();
  const secret = (sizeBytes: number) => Buffer.from(o.random(sizeBytes)).toString('base64url');
  const watchersOf = () => [...byId.values()].flatMap((stream) => [...stream.watchers()]);

  const start = (key: string, camera: { cameraId: CameraId; agentId: AgentId }, role: StreamRole) => {
    const streamId = secret(16);
    const stream = createLiveStream({
      ...camera,
      stream: role,
      streamId,
      ticket: secret(32),
      say(wish) {
        o.say(camera.agentId, wish).catch((error: unknown) =>
          o.log.warn({ err: error, agentId: camera.agentId }, 'could not tell an agent who watches'),
        );
      },
      onSent: (sizeBytes) => o.onSent(camera.cameraId, sizeBytes),
      onOver() {
        byId.delete(streamId);
        if (byCamera.get(key) === stream) byCamera.delete(key);
      },
      ...(o.times === undefined ? {} : { times: o.times }),
    });
    byCamera.set(key, stream);
    byId.set(streamId, stream);
    return stream;
  };

  return {
    async open(camera, role) {
      const key = `${camera.cameraId}/${role}`;
      const held = byCamera.get(key);
      // A camera that went over to another agent: its old pull shows what nobody here asked for.
      if (held && held.agentId !== camera.agentId) held.end(liveCloses.unwatched, 'The camera has moved.');
      const stream = byCamera.get(key) ?? start(key, camera, role);
      if ([...stream.watchers()].length >= viewersPerStream) {
        throw new Failure('unavailable', `${viewersPerStream} people watch this camera already.`);
      }
      const format = await stream.ready();
      return { format, view: (mayStill) => stream.view(mayStill) };
    },
    told(agentId, told) {
      const stream = byId.get(told.streamId);
      if (stream?.agentId === agentId) stream.told(told);
    },
    dialled(agentId, streamId, ticket) {
      const stream = byId.get(streamId);
      return stream?.agentId === agentId && stream.ticket === ticket ? stream : null;
    },
    watchers: watchersOf,
    counts: () => ({ streams: byId.size, viewers: watchersOf().length }),
    close() {
      for (const stream of byId.values()) stream.end(liveCloses.unwatched, 'The registry stops.');
    },
  };
}
