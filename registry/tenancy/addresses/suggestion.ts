import type { Address } from '../../db/schema/tenants.js';

/** One address that may be meant. Parts that the provider does not tell are empty; a person completes them. */
export interface Suggestion {
  /** For the list of suggestions. */
  label: string;
  address: Partial<Address>;
}

/** What providers tell of one address; any part may be missing. */
export interface FoundParts {
  street: string | undefined;
  number: string | undefined;
  postalCode: string | undefined;
  city: string | undefined;
  region: string | undefined;
  /** ISO 3166-1 alpha-2, any case. */
  country: string | undefined;
}

/** Lengths as the address's own fields allow them: a provider's odd answer must not make a form that is refused. */
export function suggestionOf(found: FoundParts): Suggestion {
  const bounded = (value: string | undefined, max: number): string => (value ?? '').trim().slice(0, max);
  const line1 = bounded([found.street, found.number].filter(Boolean).join(' '), 200);
  const postalCode = bounded(found.postalCode, 20);
  const city = bounded(found.city, 100);
  const region = bounded(found.region, 100);
  const country = bounded(found.country, 2).toUpperCase();
  return {
    label: [line1, `${postalCode} ${city}`.trim(), region === city ? '' : region, country]
      .filter((one) => one !== '')
      .join(', '),
    address: {
      ...(line1 === '' ? {} : { line1 }),
      ...(postalCode === '' ? {} : { postalCode }),
      ...(city === '' ? {} : { city }),
      ...(region === '' ? {} : { region }),
      ...(country === '' ? {} : { country }),
    },
  };
}
