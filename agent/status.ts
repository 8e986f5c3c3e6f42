import { replacedDetail, type Registration } from '@gantry/protocol/camera.js';
import type { CredentialStore } from './cameras/credentials.js';
import { isDefaultLogin } from './cameras/default-login.js';
import type { Inventory } from './cameras/inventory.js';
import type { Enrolment } from './identity/enrolment.js';
import type { Reconciler } from './reconcile/reconciler.js';
import type { AgentStatus } from './setup/shapes.js';

/** Gathers what the running agent says of itself. */
export function statusOf(o: {
  startedAtMs: number;
  version: string;
  enrolment: Enrolment;
  uplink: AgentStatus['uplink'];
  inventory: Inventory;
  credentials: CredentialStore;
  reconciler: Reconciler;
  clockOffsetMs: number;
  ffmpegProblem: string | null;
  spool: AgentStatus['spool'];
  uploads: AgentStatus['uploads'];
  pageUrl: string | null;
  malformedMessages: number;
  scanNotes: readonly string[];
}): AgentStatus {
  const { agentId, agentName, integratorName, registryUrl } = o.enrolment;
  const reported = new Map(o.reconciler.reported().map((camera) => [camera.cameraId, camera]));
  const byLocalId = new Map(o.inventory.cameras().map((camera) => [camera.channel.localId, camera]));
  const cameras = (o.inventory.announced()?.cameras ?? []).map((camera): AgentStatus['cameras'][number] => {
    const known = byLocalId.get(camera.localId);
    const registration = known?.channel.registration ?? null;
    const login = known ? o.credentials.provenFor(known.device.deviceId) : null;
    const offsetMs = known?.device.clockOffsetMs ?? null;
    const recorder = registration?.cameraId ? reported.get(registration.cameraId) : undefined;
    const { localId, name, kind, address, model, access, accessReason, streams } = camera;
    return {
      localId,
      name,
      kind,
      address,
      model,
      access,
      accessReason,
      streams,
      clockAheadMs: offsetMs === null ? null : Math.round(offsetMs - o.clockOffsetMs),
      hasDefaultLogin: login !== null && isDefaultLogin(login),
      cameraId: registration?.cameraId ?? null,
      registration: registration === null ? null : outcomeOf(registration),
      registrationDetail: registration?.detail ?? null,
      recorder: recorder
        ? {
            state: recorder.state,
            reason: recorder.reason,
            detail: recorder.detail,
            sinceMs: recorder.sinceMs,
          }
        : null,
    };
  });
  return {
    v: 1,
    pid: process.pid,
    startedAtMs: o.startedAtMs,
    agentVersion: o.version,
    agentId,
    agentName,
    integratorName,
    registryUrl,
    uplink: o.uplink,
    accepted: o.reconciler.accepted(),
    applied: o.reconciler.applied(),
    clockOffsetMs: o.clockOffsetMs,
    ffmpegProblem: o.ffmpegProblem,
    spool: o.spool,
    uploads: { ...o.uploads },
    pageUrl: o.pageUrl,
    malformedMessages: o.malformedMessages,
    scanNotes: [...o.scanNotes],
    cameras,
  };
}

/** A device that another took the place of is no foreign one. */
const outcomeOf = ({ outcome, detail }: Pick<Registration, 'outcome' | 'detail'>): string =>
  outcome === 'bound_elsewhere' && detail?.startsWith(replacedDetail) === true ? 'replaced' : outcome;
