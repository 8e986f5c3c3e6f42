import { z } from '@hono/zod-openapi';
import type { ShownUser } from '../access/users.js';
import { roleFamilies } from '../db/schema/people.js';
import { time } from './api.js';

export const password = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(1_000, 'must have at most 1000 characters');

export const roleId = z.string().regex(/^rol_[0-9A-Z]{26}$/, 'must be an id like rol_01…');
export const roleIds = z.array(roleId).max(50);

export const user = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    tenantId: z.string(),
    family: z.enum(roleFamilies),
    owner: z.boolean(),
    /** Without a role: administrators may all, guards may watch. */
    roleIds: z.array(z.string()),
    /** Has a password. */
    activated: z.boolean(),
    emailConfirmed: z.boolean(),
    disabledAt: time.nullable(),
    lastSignInAt: time.nullable(),
    version: z.int(),
    createdAt: time,
  })
  .openapi('User');

export const showUser = (shown: ShownUser): z.infer<typeof user> => ({
  ...shown,
  disabledAt: shown.disabledAt?.toISOString() ?? null,
  lastSignInAt: shown.lastSignInAt?.toISOString() ?? null,
  createdAt: shown.createdAt.toISOString(),
});
