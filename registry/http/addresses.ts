import { createRoute, z } from '@hono/zod-openapi';
import { addressProviders, type AddressLookup } from '../tenancy/addresses/lookup.js';
import { jsonAnswer, listing, newResource, problems, requireAdmin } from './api.js';

const route = createRoute({
  method: 'get',
  path: '/geocode',
  operationId: 'suggestAddresses',
  summary: 'Addresses that somebody who typed this may mean; looked up by the server',
  request: { query: z.object({ q: z.string().trim().min(3).max(200) }) },
  responses: {
    200: jsonAnswer(
      z
        .object({
          /** `none`: addresses are typed by hand. */
          provider: z.enum(addressProviders),
          items: z.array(
            z.object({
              label: z.string(),
              /** Parts that are not known are absent. */
              address: z.object({
                line1: z.string().optional(),
                line2: z.string().nullable().optional(),
                postalCode: z.string().nullable().optional(),
                city: z.string().optional(),
                region: z.string().nullable().optional(),
                country: z.string().optional(),
              }),
            }),
          ),
        })
        .openapi('AddressSuggestions'),
      'Best first',
    ),
    ...problems(...listing, 'unavailable'),
  },
});

/** Address lookup (R6): the key and the place stay on the server. */
export function addressesResource(parts: { addresses: AddressLookup }) {
  return newResource().openapi(route, async (c) => {
    requireAdmin(c);
    const items = await parts.addresses.suggest(c.req.valid('query').q);
    return c.json({ provider: parts.addresses.provider, items }, 200);
  });
}
