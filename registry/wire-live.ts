import { verifyAgentToken } from './access/agent-credentials.js';
import type { StartedBroker } from './broker/start.js';
import type { Closing } from './closing.js';
import type { Context } from './context.js';
import { createLiveDoor, type LiveDoor } from './live/agent-door.js';
import { createLiveView, type LiveView } from './live/live-view.js';
import { startRechecks } from './live/rechecks.js';
import { notePlayedLive } from './statistics/usage.js';
import { startSweep } from './sweep.js';

export interface StartedLive {
  view: LiveView;
  /** Where agents hand their streams in. */
  door: LiveDoor;
  /** Ends every stream, for viewers and agents: before the HTTP server closes, which waits for both. */
  close(): void;
}

/** Puts together the live view: agents are told by the broker and dial in, viewers are asked again who they are. */
export function startLive(context: Context, { broker }: StartedBroker, closing: Closing): StartedLive {
  const view = createLiveView(context, {
    wish: (agentId, wish) => broker.publish(agentId, 'live', wish),
    request: (agentId, request) => broker.publish(agentId, 'request', request),
  });
  const door = createLiveDoor({
    relay: view.relay,
    verify: (token) => verifyAgentToken(context, token),
    log: context.log,
  });
  const rechecks = startRechecks({
    watchers: () => view.relay.watchers(),
    changes: context.changes,
    log: context.log,
  });
  closing.add('rechecks of live viewers', () => rechecks.close());
  const noteTraffic = () =>
    view.traffic.noteAll((cameraId, sizeBytes) => notePlayedLive(context.db, cameraId, sizeBytes));
  const sweep = startSweep({
    what: 'counting live video',
    everyMs: 30_000,
    log: context.log,
    work: noteTraffic,
  });
  closing.add('count of live video', async () => {
    await sweep.close();
    await noteTraffic();
  });
  return {
    view,
    door,
    close() {
      view.relay.close();
      door.close();
    },
  };
}
