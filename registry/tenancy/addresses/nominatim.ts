import { z } from 'zod';
import type { FetchJson } from './outbound.js';
import { suggestionOf, type Suggestion } from './suggestion.js';

const part = z.string().optional().catch(undefined);
/** https://nominatim.org/release-docs/latest/api/Search/ (`format=jsonv2&addressdetails=1`) */
const answer = z.array(
  z.object({
    address: z.object({
      road: part,
      house_number: part,
      postcode: part,
      city: part,
      town: part,
      village: part,
      state: part,
      country_code: part,
    }),
  }),
);

export async function nominatimAddresses(
  fetchJson: FetchJson,
  base: URL,
  text: string,
): Promise<Suggestion[]> {
  const url = new URL('search', base);
  url.search = new URLSearchParams({
    q: text,
    format: 'jsonv2',
    addressdetails: '1',
    limit: '8',
  }).toString();
  const parsed = answer.safeParse(await fetchJson(url));
  if (!parsed.success) return [];
  return parsed.data.map(({ address: at }) =>
    suggestionOf({
      street: at.road,
      number: at.house_number,
      postalCode: at.postcode,
      city: at.city ?? at.town ?? at.village,
      region: at.state,
      country: at.country_code,
    }),
  );
}
