import { z } from 'zod';
import type { FetchJson } from './outbound.js';
import { suggestionOf, type Suggestion } from './suggestion.js';

/** https://developers.google.com/maps/documentation/geocoding/requests-geocoding */
const answer = z.object({
  results: z.array(
    z.object({
      address_components: z.array(
        z.object({ long_name: z.string(), short_name: z.string(), types: z.array(z.string()) }),
      ),
    }),
  ),
});

export async function googleAddresses(
  fetchJson: FetchJson,
  base: URL,
  key: string,
  text: string,
): Promise<Suggestion[]> {
  const url = new URL('maps/api/geocode/json', base);
  url.search = new URLSearchParams({ address: text, key }).toString();
  const parsed = answer.safeParse(await fetchJson(url));
  if (!parsed.success) return [];
  return parsed.data.results.map(({ address_components: parts }) => {
    const of = (type: string) => parts.find((part) => part.types.includes(type));
    return suggestionOf({
      street: of('route')?.long_name,
      number: of('street_number')?.long_name,
      postalCode: of('postal_code')?.long_name,
      city: (of('locality') ?? of('postal_town'))?.long_name,
      region: of('administrative_area_level_1')?.long_name,
      country: of('country')?.short_name,
    });
  });
}
