import type { DesiredReason, RecordingMode } from '@gantry/protocol/state.js';
import { effectiveStatus, type TenantStanding } from '../tenancy/tree.js';

/** What decides whether a camera shall record (R14), beside the tenants above it. */
export interface CameraSettings {
  customerId: string | null;
  planId: string | null;
  enabled: boolean;
  mode: RecordingMode;
}

/** Whether the registry wants a camera to record and the one reason a person is told. */
export interface Wish {
  record: boolean;
  reason: DesiredReason;
  /** The tenant that stands in the way; null when none does. */
  because: TenantStanding | null;
}

/**
 * R14 as one decision. When several things stand in the way, the reason is the one that must go first: what
 * is not bound has no customer to ask, below a disabled tenant no switch further down helps, and the highest
 * disabled tenant is named. `standings`: from the root to the customer; empty while unbound.
 */
export function wishFor(camera: CameraSettings, standings: readonly TenantStanding[]): Wish {
  if (camera.customerId === null) return { record: false, reason: 'unbound', because: null };
  if (camera.planId === null) return { record: false, reason: 'no_plan', because: null };
  const status = effectiveStatus(standings);
  if (!status.active) {
    return { record: false, reason: `${status.because.kind}_disabled`, because: status.because };
  }
  if (!camera.enabled) return { record: false, reason: 'camera_off', because: null };
  if (camera.mode === 'off') return { record: false, reason: 'mode_off', because: null };
  return { record: true, reason: 'recording', because: null };
}
