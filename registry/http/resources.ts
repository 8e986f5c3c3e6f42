import type { Context } from '../context.js';
import type { Storage } from '../recordings/storage/storage.js';
import { noLookup, openAddressLookup, type AddressLookup } from '../tenancy/addresses/lookup.js';
import { addressesResource } from './addresses.js';
import { agentEndingsResource } from './agent-endings.js';
import { agentUploadsResource } from './agent-uploads.js';
import { agentsResource } from './agents.js';
import type { App } from './api.js';
import { camerasResource } from './cameras.js';
import { claimPages } from './claim-page.js';
import { claimPartsOf, claimsResource } from './claims.js';
import { installPages } from './install.js';
import { playbackResource } from './playback.js';
import { portalPages } from './portal-files.js';
import { recordingsResource } from './recordings.js';
import { snapshotsResource } from './snapshots.js';

/** What cameras, recordings and the portal bring to the API and beside it. */
export function resourcesOf(
  context: Context,
  storage: Storage,
  addresses: AddressLookup = openAddressLookup(noLookup),
): { resources: App[]; pages: App } {
  const parts = { ...context, storage };
  const claims = claimPartsOf(context);
  return {
    resources: [
      agentsResource(context),
      agentEndingsResource(context),
      claimsResource(claims),
      camerasResource(context),
      agentUploadsResource(parts),
      recordingsResource(parts),
      playbackResource(parts),
      snapshotsResource(parts),
      addressesResource({ addresses }),
    ],
    pages: portalPages().route('/', claimPages(claims)).route('/', installPages(context)),
  };
}
