import { agentId, planId, tenantId } from '@gantry/protocol/ids.js';
import { z } from '@hono/zod-openapi';
import { createHash } from 'node:crypto';
import type { CameraFilters } from '../cameras/filters.js';
import type { CameraPosition, CameraSort } from '../cameras/list.js';
import { chips } from '../cameras/status.js';
import { Failure } from '../errors.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { text } from './texts.js';

/** A word on a camera. */
export const tag = text(50);
const mostTags = 20;

const shared = {
  customer: tenantId.optional().openapi({ description: 'Of this tenant and everything below it' }),
  agent: agentId.optional(),
  plan: planId.optional(),
  state: z.enum(chips).optional().openapi({ description: 'The chip: one word for wanted and reported' }),
  vendor: z.string().trim().max(200).optional().openapi({ description: 'Manufacturer, whatever its case' }),
  text: z.string().trim().max(200).optional().openapi({
    description:
      'Part of name, maker, model, serial, address; a whole id or UUID, or how a MAC address begins',
  }),
};

const yesOrNo = z.enum(['true', 'false']).optional();

/** Filters in a query string. */
export const filterQuery = z.object({
  ...shared,
  enabled: yesOrNo.openapi({ description: 'Own switch' }),
  unbound: yesOrNo.openapi({ description: 'true: only the inbox' }),
  tag: z
    .union([tag, z.array(tag).max(mostTags)])
    .optional()
    .openapi({ description: 'Given several times: all of them' }),
});

/** The same filters in a body. */
export const filterBody = z.strictObject({
  ...shared,
  enabled: z.boolean().optional(),
  unbound: z.boolean().optional(),
  tags: z.array(tag).max(mostTags).optional(),
});

const isYes = (given: 'true' | 'false' | undefined) => (given === undefined ? undefined : given === 'true');

export function filtersOfQuery(query: z.infer<typeof filterQuery>): CameraFilters {
  const { enabled, unbound, tag: given, ...rest } = query;
  const tags = given === undefined ? undefined : [given].flat();
  return filtersOfBody({ ...rest, enabled: isYes(enabled), unbound: isYes(unbound), tags });
}

export const filtersOfBody = (filter: z.infer<typeof filterBody>): CameraFilters => ({
  customerId: filter.customer,
  agentId: filter.agent,
  planId: filter.plan,
  unbound: filter.unbound,
  enabled: filter.enabled,
  state: filter.state,
  vendor: filter.vendor,
  tags: filter.tags,
  text: filter.text,
});

/** A list as its cursor knows it: a cursor of another list would silently skip rows. */
const listHash = (sort: CameraSort, filters: CameraFilters): string => {
  const given = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([sort, given]))
    .digest('base64url')
    .slice(0, 12);
};

export const cameraCursor = (sort: CameraSort, filters: CameraFilters, { key, id }: CameraPosition): string =>
  encodeCursor([listHash(sort, filters), key ?? '', id]);

/** The inverse of {@link cameraCursor}. Throws `malformed` for a cursor of another order or filter. */
export function readCameraCursor(sort: CameraSort, filters: CameraFilters, cursor: string): CameraPosition {
  const [hash, key, id] = decodeCursor(cursor, 'string', 'string', 'string');
  if (hash !== listHash(sort, filters)) {
    throw new Failure(
      'malformed',
      'This cursor belongs to another order or filter. Start again without a cursor.',
    );
  }
  return { key: sort.endsWith('name') ? key : null, id: id as CameraPosition['id'] };
}
