import { isGuard, type ActingPrincipal } from './principal.js';

export const capabilities = ['watch', 'manage', 'createTenants', 'switchTenants', 'enrolAgents'] as const;
export type Capability = (typeof capabilities)[number];

/** What the page offers a principal; each route decides for itself again. */
export function capabilitiesOf(principal: ActingPrincipal): Capability[] {
  if (isGuard(principal)) return ['watch'];
  const kinds =
    principal.kind === 'user'
      ? principal.memberships.map((membership) => membership.kind)
      : [principal.tenantKind];
  return kinds.every((kind) => kind === 'customer') ? ['watch', 'manage'] : [...capabilities];
}
