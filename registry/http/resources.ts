import { createPasswords } from '../access/passwords.js';
import { createThrottle } from '../access/throttle.js';
import { createPackageSigner } from '../access/package-signature.js';
import type { Context } from '../context.js';
import { createSetupRelay, type SetupLine, type SetupRelay } from '../enrolment/setup-relay.js';
import { createFeed, type Feed } from '../events/feed.js';
import { createLiveView, type LiveDownlink, type LiveView } from '../live/live-view.js';
import { createFrames } from '../recordings/frames.js';
import { createSeeker } from '../recordings/seek.js';
import type { Storage } from '../recordings/storage/storage.js';
import { noLookup, openAddressLookup, type AddressLookup } from '../tenancy/addresses/lookup.js';
import { addressesResource } from './addresses.js';
import { agentEndingsResource } from './agent-endings.js';
import { agentHandsResource } from './agent-hands.js';
import { agentPartsResource } from './agent-parts.js';
import { agentUploadsResource } from './agent-uploads.js';
import { agentsResource } from './agents.js';
import type { App } from './api.js';
import { cameraCountsResource } from './camera-counts.js';
import { camerasBulkResource } from './cameras-bulk.js';
import { camerasExportResource } from './cameras-export.js';
import { camerasImportResource } from './cameras-import.js';
import { cameraRecordingResource } from './camera-recording.js';
import { cameraReplaceResource } from './camera-replace.js';
import { brandingResource } from './branding.js';
import { camerasResource } from './cameras.js';
import { clipsResource } from './clips.js';
import { claimPartsOf, claimsResource } from './claims.js';
import { eventsResource } from './events.js';
import { evidenceResource } from './evidence.js';
import { homeResource } from './home.js';
import { installPages } from './install.js';
import { liveResource } from './live.js';
import { operationRetryResource } from './operation-retry.js';
import { claimPages } from './pages/claim.js';
import { sharePages } from './pages/share.js';
import { platformResource, type Surroundings } from './platform.js';
import { playbackResource } from './playback.js';
import { preferencesResource } from './preferences.js';
import { portalPages } from './portal-files.js';
import { portalStart } from './portal-start.js';
import { recordingsResource } from './recordings.js';
import { setupPages } from './setup-page.js';
import { setupResource } from './setup.js';
import { shareLinksResource } from './share-links.js';
import { searchResource } from './search.js';
import { snapshotsResource } from './snapshots.js';
import { statisticsResource } from './statistics.js';
import { stoppingResource } from './stopping.js';

/** Where no broker runs, no agent is asked. */
const noBroker: SetupLine = { holds: () => false, publish: async () => undefined };
const noAgents: LiveDownlink = { wish: async () => undefined, request: async () => undefined };

/** What else of the running registry the resources lead to. */
export interface Wired {
  addresses: AddressLookup;
  live: LiveView;
  feed: Feed;
  setup: SetupRelay;
  around: Surroundings;
}

/** Where nothing runs: every letter is taken and goes nowhere. */
const nothingAround: Surroundings = {
  startedAt: new Date(0),
  storage: 'filesystem',
  database: 'embedded',
  broker: 'embedded',
  sessions: () => 0,
  addressLookup: noLookup.provider,
  carrier: { keepsWords: true, deliver: async () => undefined, close: () => undefined },
};

/** What cameras, recordings and the portal bring to the API and beside it; `wired`: all of it, or nothing runs. */
export function resourcesOf(
  context: Context,
  storage: Storage,
  wired?: Wired,
): { resources: App[]; pages: App } {
  const { addresses, live, feed, setup, around } = wired ?? {
    addresses: openAddressLookup(noLookup),
    live: createLiveView(context, noAgents),
    feed: createFeed(context),
    setup: createSetupRelay(context, noBroker),
    around: nothingAround,
  };
  const seeker = createSeeker(storage);
  const parts = { ...context, storage, seeker, frames: createFrames(seeker), passwords: createPasswords() };
  const shared = { ...parts, ...live, throttle: createThrottle(context.clock) };
  const claims = claimPartsOf(context);
  return {
    resources: [
      agentsResource(context),
      agentEndingsResource(context),
      agentHandsResource(context),
      setupResource(context, setup),
      claimsResource(claims),
      cameraCountsResource(context),
      camerasBulkResource(context),
      camerasImportResource(context),
      camerasExportResource(context),
      operationRetryResource(context),
      camerasResource(context),
      cameraReplaceResource(context),
      cameraRecordingResource(context),
      agentUploadsResource(parts),
      agentPartsResource(parts),
      clipsResource(parts),
      shareLinksResource(parts),
      evidenceResource(parts),
      recordingsResource(parts),
      playbackResource(parts),
      liveResource({ ...context, relay: live.relay }),
      snapshotsResource({ ...parts, fresh: live.fresh }),
      addressesResource({ addresses }),
      eventsResource({ ...context, feed }),
      stoppingResource(context),
      platformResource(context, around),
      homeResource(context),
      searchResource(context),
      brandingResource(context),
      statisticsResource(context),
      preferencesResource(context),
    ],
    pages: portalPages({ publicUrl: context.publicUrl, startOf: (c) => portalStart(context, c) })
      .route('/', claimPages(claims))
      .route(
        '/',
        installPages({ ...context, signer: () => createPackageSigner(context.secondFactor.sealingKey) }),
      )
      .route('/', setupPages())
      .route('/', sharePages(shared)),
  };
}
