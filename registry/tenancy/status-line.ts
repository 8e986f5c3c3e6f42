import type { EffectiveStatus } from './tree.js';

/** A tenant's status for a person, one line with its reason (R19). */
export function statusLine(tenantId: string, effective: EffectiveStatus, reason: string | null): string {
  if (effective.active) return 'On';
  const { id, kind, name, status } = effective.because;
  if (id !== tenantId) return `Off — ${kind} ${name} ${wordOf(status)}`;
  return reason === null ? `Off — ${wordOf(status)}` : `Off — ${wordOf(status)}: ${reason}`;
}

function wordOf(status: 'pending_confirmation' | 'active' | 'disabled' | 'deleting'): string {
  switch (status) {
    case 'pending_confirmation':
      return 'not confirmed yet';
    case 'active':
      return 'active';
    case 'disabled':
      return 'disabled';
    case 'deleting':
      return 'being deleted';
    default: {
      const never: never = status;
      return never;
    }
  }
}
