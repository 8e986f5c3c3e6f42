import type { Registration } from '@gantry/protocol/camera.js';
import { maxPayloadBytes } from '@gantry/protocol/messages.js';
import type { Absences } from '../cameras/absence.js';
import { InventoryAssemblies } from '../cameras/inventory.js';
import { hearBirth, hearHeartbeat } from '../cameras/presence.js';
import { completeInventory, registerCameras } from '../cameras/register.js';
import { takeReport } from '../cameras/report.js';
import type { Context } from '../context.js';
import type { DesiredPublisher } from '../desired/publisher.js';
import type { SetupRelay } from '../enrolment/setup-relay.js';
import type { LiveRelay } from '../live/relay.js';
import { takeGaps } from '../recordings/gaps.js';
import type { UplinkActs } from './inbox.js';

/** What each message of an agent means to the registry. */
export function uplinkActs(
  ctx: Pick<Context, 'db' | 'changes' | 'newId' | 'log'>,
  parts: {
    absences: Absences;
    desired: Pick<DesiredPublisher, 'heard' | 'release'>;
    live: Pick<LiveRelay, 'told'>;
    setup: Pick<SetupRelay, 'told'>;
  },
): UplinkActs {
  const { absences, desired, live, setup } = parts;
  const assemblies = new InventoryAssemblies();

  return {
    birth: async (agentId, birth) => {
      const heard = await hearBirth(ctx, agentId, birth);
      if (heard === null) return null;
      await desired.heard(agentId, heard.accepted, heard.generation);
      const { atMs, inventoryHash } = heard;
      return { of: 'birth', session: birth.session, sentAtMs: birth.sentAtMs, atMs, inventoryHash };
    },
    death: async (agentId, death) => {
      absences.noteDeath(agentId, death);
      return null;
    },
    heartbeat: async (agentId, heartbeat) => {
      const heard = await hearHeartbeat(ctx, agentId, heartbeat);
      if (heard === null) return null;
      const { atMs, inventoryHash } = heard;
      const { session, sentAtMs } = heartbeat;
      return { of: 'heartbeat', session, sentAtMs, atMs, inventoryHash };
    },
    inventory: async (agentId, inventory) => {
      const { inventoryId, part, parts: count } = inventory;
      const assembly = assemblies.add(agentId, inventory);
      const results = await registerCameras(ctx, agentId, inventory.cameras, assembly.listed);
      if (assembly.complete) {
        await completeInventory(ctx, agentId, inventory.hash, assembly.listed);
        assemblies.forget(agentId);
      }
      return { of: 'inventory', inventoryId, part, parts: count, results: fitting(results) };
    },
    reported: async (agentId, report) => {
      const foreign = await takeReport(ctx, agentId, report);
      if (foreign.length > 0) await desired.release(agentId, foreign);
      return { of: 'reported', reportId: report.reportId, part: report.part, parts: report.parts };
    },
    event: async (agentId, event) => {
      ctx.log.info(
        { agentId, cameraId: event.cameraId, event: event.kind, detail: event.detail },
        'an agent tells',
      );
      ctx.changes.hint('agent', { agentId });
      return { of: 'event', eventId: event.eventId };
    },
    gaps: async (agentId, message) => {
      await takeGaps(ctx, agentId, message);
      return { of: 'gaps', batchId: message.batchId };
    },
    // Not acknowledged: a person asks again.
    setup: async (agentId, answer) => {
      setup.told(agentId, answer);
      return null;
    },
    // Not acknowledged: what still stands is said again.
    live: async (agentId, told) => {
      live.told(agentId, told);
      return null;
    },
  };
}

/** Keeps an answer within one payload: many conflicts at once lose their explanations, which the portal has too. */
function fitting(results: Registration[]): Registration[] {
  const sizeBytes = Buffer.byteLength(JSON.stringify(results));
  return sizeBytes <= maxPayloadBytes - 1_024
    ? results
    : results.map((result) => ({ ...result, detail: null }));
}
