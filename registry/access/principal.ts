import type { AgentId, ApiKeyId, TenantId, UserId } from '@gantry/protocol/ids.js';
import type { RoleFamily } from '../db/schema/people.js';
import type { TenantKind } from '../db/schema/tenants.js';
import type { Module } from '../db/schema/modules.js';
import type { Scope } from '../tenancy/scope.js';
import type { Restriction } from './restriction.js';

/** A user's place in one tenant that is effectively active now. */
export interface Membership {
  tenantId: TenantId;
  tenantName: string;
  kind: TenantKind;
  /** The tenant's path, see db/schema/tenants.ts. */
  path: string;
  family: RoleFamily;
  owner: boolean;
}

export interface UserPrincipal {
  kind: 'user';
  userId: UserId;
  name: string;
  email: string;
  /** At least one. */
  memberships: readonly Membership[];
  /** sha-256 of the session's token, hex. */
  tokenHash: string;
  /** When the password was last typed in this session, epoch milliseconds. */
  passwordAtMs: number;
  /** What has to be done before anything else; null: nothing (R28). */
  restriction: Restriction | null;
}

export interface ApiKeyPrincipal {
  kind: 'apiKey';
  keyId: ApiKeyId;
  name: string;
  tenantId: TenantId;
  tenantName: string;
  tenantKind: TenantKind;
  path: string;
  /** Modules the key may use; null: all its tenant may (R33). */
  modules: readonly Module[] | null;
}

export interface AgentPrincipal {
  kind: 'agent';
  agentId: AgentId;
  integratorId: TenantId;
}

/** Who a request is from, read anew for every request (R20). */
export type Principal = UserPrincipal | ApiKeyPrincipal | AgentPrincipal;

/** A principal that acts on tenants: everything but an agent. */
export type ActingPrincipal = UserPrincipal | ApiKeyPrincipal;

/** Video only (R29): may see cameras and play, may change nothing. */
export const isGuard = (principal: ActingPrincipal): boolean =>
  principal.kind === 'user' && principal.memberships.every((membership) => membership.family === 'guard');

/** The subtrees a principal sees (R3); an agent sees none: it acts on its own cameras only. */
export function scopeOf(principal: Principal): Scope {
  switch (principal.kind) {
    case 'user':
      return { paths: principal.memberships.map((membership) => membership.path) };
    case 'apiKey':
      return { paths: [principal.path] };
    case 'agent':
      return { paths: [] };
    default: {
      const never: never = principal;
      return never;
    }
  }
}
