import { googleAddresses } from './google.js';
import { nominatimAddresses } from './nominatim.js';
import { openOutbound } from './outbound.js';
import { photonAddresses } from './photon.js';
import type { Suggestion } from './suggestion.js';

/** Where suggestions for an address come from. */
export interface AddressLookup {
  provider: AddressProvider;
  /** What somebody who typed this may mean, best first; empty without a match. */
  suggest(text: string): Promise<Suggestion[]>;
  /** The one address that a complete text means; null when there is none. */
  resolve(text: string): Promise<Suggestion | null>;
}

export const addressProviders = ['none', 'photon', 'nominatim', 'google'] as const;
export type AddressProvider = (typeof addressProviders)[number];

export interface AddressLookupSetting {
  provider: AddressProvider;
  /** Of the service; for google the public one. */
  url: URL | null;
  /** Google's key. */
  key: string | null;
  /** A service of one's own may live at a private address. */
  allowPrivate: boolean;
}

const form =
  'must be none, photon:https://…, nominatim:https://… (with ?allowPrivate=true for a private address) or google:KEY';

/** Reads `GANTRY_ADDRESS_LOOKUP`. Throws an `Error` that says what it must look like; the key is never in it. */
export function readAddressLookup(text: string): AddressLookupSetting {
  const [provider, rest = ''] = splitOnce(text);
  switch (provider) {
    case 'none':
      return noLookup;
    case 'google': {
      if (!/^[\w-]{10,200}$/.test(rest)) throw new Error(form);
      return { provider, url: new URL('https://maps.googleapis.com/'), key: rest, allowPrivate: false };
    }
    case 'photon':
    case 'nominatim': {
      const url = URL.canParse(rest) ? new URL(rest) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(form);
      const allowPrivate = url.searchParams.get('allowPrivate') === 'true';
      url.search = '';
      if (!url.pathname.endsWith('/')) url.pathname += '/';
      return { provider, url, key: null, allowPrivate };
    }
    default:
      throw new Error(form);
  }
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf(':');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export const noLookup: AddressLookupSetting = { provider: 'none', url: null, key: null, allowPrivate: false };

/** Makes the lookup of a setting; `none` suggests nothing. */
export function openAddressLookup(
  setting: AddressLookupSetting,
  options: { timeoutMs?: number } = {},
): AddressLookup {
  const { provider, url, key, allowPrivate } = setting;
  const fetchJson = openOutbound({ allowPrivate, timeoutMs: options.timeoutMs ?? 3_000 });
  const suggest = (text: string): Promise<Suggestion[]> => {
    if (url === null) return Promise.resolve([]);
    switch (provider) {
      case 'none':
        return Promise.resolve([]);
      case 'photon':
        return photonAddresses(fetchJson, url, text);
      case 'nominatim':
        return nominatimAddresses(fetchJson, url, text);
      case 'google':
        return googleAddresses(fetchJson, url, key ?? '', text);
      default: {
        const never: never = provider;
        return never;
      }
    }
  };
  return { provider, suggest, resolve: async (text) => (await suggest(text))[0] ?? null };
}
