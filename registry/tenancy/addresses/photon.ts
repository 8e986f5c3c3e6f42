import { z } from 'zod';
import type { FetchJson } from './outbound.js';
import { suggestionOf, type Suggestion } from './suggestion.js';

const part = z.string().optional().catch(undefined);
/** https://github.com/komoot/photon#search-api */
const answer = z.object({
  features: z.array(
    z.object({
      properties: z.object({
        name: part,
        street: part,
        housenumber: part,
        postcode: part,
        city: part,
        state: part,
        countrycode: part,
      }),
    }),
  ),
});

export async function photonAddresses(fetchJson: FetchJson, base: URL, text: string): Promise<Suggestion[]> {
  const url = new URL('api/', base);
  url.search = new URLSearchParams({ q: text, limit: '8' }).toString();
  const parsed = answer.safeParse(await fetchJson(url));
  if (!parsed.success) return [];
  return parsed.data.features.map(({ properties: at }) =>
    suggestionOf({
      street: at.street ?? at.name,
      number: at.housenumber,
      postalCode: at.postcode,
      city: at.city,
      region: at.state,
      country: at.countrycode,
    }),
  );
}
