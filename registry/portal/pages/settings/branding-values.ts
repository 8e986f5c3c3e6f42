import type { Branding } from '../../api/schema.js';

export type Own = Branding['own'];

/** What a tenant chose, as form fields: '' is inherited. */
export interface BrandingValues {
  name: string;
  primaryColor: string;
  mailSender: string;
  host: string;
  support: { email: string; phone: string; url: string };
  /** A path of the registry, a data URL that was just chosen, or null: inherited. */
  logo: string | null;
  favicon: string | null;
}

export const valuesOf = ({
  name,
  primaryColor,
  mailSender,
  host,
  support,
  logo,
  favicon,
}: Own): BrandingValues => ({
  name: name ?? '',
  primaryColor: primaryColor ?? '',
  mailSender: mailSender ?? '',
  host: host ?? '',
  support: { email: support?.email ?? '', phone: support?.phone ?? '', url: support?.url ?? '' },
  logo,
  favicon,
});

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function ownOf(values: BrandingValues): Own {
  const { email, phone, url } = values.support;
  const support = { email: orNull(email), phone: orNull(phone), url: orNull(url) };
  return {
    name: orNull(values.name),
    primaryColor: orNull(values.primaryColor)?.toLowerCase() ?? null,
    mailSender: orNull(values.mailSender),
    host: orNull(values.host)?.toLowerCase() ?? null,
    support: Object.values(support).every((way) => way === null) ? null : support,
    logo: values.logo,
    favicon: values.favicon,
  };
}

/** What a PATCH has to say: only what differs. */
export function changesOf(before: Own, values: BrandingValues): Partial<Own> {
  const now = ownOf(values);
  const keys = (Object.keys(now) as (keyof Own)[]).filter(
    (key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]),
  );
  return Object.fromEntries(keys.map((key) => [key, now[key]]));
}
