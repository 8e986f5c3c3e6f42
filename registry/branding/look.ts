import type { TenantId } from '@gantry/protocol/ids.js';
import type { Queryable } from '../db/database.js';
import { eq, inArray, sql } from '../db/drizzle.js';
import { branding, brandingImages, type SupportContact } from '../db/schema/branding.js';
import { loadPath, type PathTenant } from '../tenancy/path.js';
import { onColor, shadesOf, textColors } from './colors.js';

/** What one tenant chose itself; null: as the tenant above. */
export type OwnLook = Omit<typeof branding.$inferSelect, 'tenantId' | 'version'>;

export const nothingChosen: OwnLook = {
  name: null,
  primaryColor: null,
  support: null,
  mailSender: null,
  host: null,
  logo: null,
  favicon: null,
};

/** Where nobody chose anything. */
const product = { name: 'Gantry', primaryColor: '#176842' } as const;

/** How things look for somebody: of each thing the choice nearest above (R55). */
export interface Look {
  name: string;
  primaryColor: string;
  /** Ten, light to dark; the seventh is the primary colour. */
  shades: string[];
  /** Of what is written on the primary colour. */
  onColor: string;
  /** The primary colour as that of text: readable on every surface of the scheme. */
  text: { light: string; dark: string };
  support: SupportContact;
  mailSender: string | null;
  /** Hashes of images; null: the product's own. */
  logo: string | null;
  favicon: string | null;
}

/** `chosen`: root first. Pure. */
export function lookFrom(chosen: readonly OwnLook[]): Look {
  const nearest = <Key extends keyof OwnLook>(key: Key): OwnLook[Key] | null =>
    chosen.findLast((own) => own[key] !== null)?.[key] ?? null;
  const primaryColor = nearest('primaryColor') ?? product.primaryColor;
  return {
    name: nearest('name') ?? product.name,
    primaryColor,
    shades: shadesOf(primaryColor),
    onColor: onColor(primaryColor),
    text: textColors(primaryColor),
    support: nearest('support') ?? { email: null, phone: null, url: null },
    mailSender: nearest('mailSender') ?? nearest('name'),
    logo: nearest('logo'),
    favicon: nearest('favicon'),
  };
}

/** How a tenant looks, what of it is its own choice, and how it would look without. */
export interface TenantLook {
  own: OwnLook;
  version: number;
  effective: Look;
  inherited: Look;
}

export const readLook = async (db: Queryable, tenantId: TenantId): Promise<TenantLook> =>
  lookAlong(db, await loadPath(db, tenantId));

/** `path`: root first, ends with the tenant. */
export async function lookAlong(db: Queryable, path: readonly PathTenant[]): Promise<TenantLook> {
  const rows =
    path.length === 0
      ? []
      : await db
          .select()
          .from(branding)
          .where(
            inArray(
              branding.tenantId,
              path.map(({ id }) => id),
            ),
          );
  const byTenant = new Map(rows.map(({ tenantId, version, ...own }) => [tenantId, { own, version }]));
  const chosen = (along: readonly PathTenant[]) => along.flatMap(({ id }) => byTenant.get(id)?.own ?? []);
  const here = byTenant.get(path.at(-1)?.id as TenantId);
  return {
    own: here?.own ?? nothingChosen,
    version: here?.version ?? 0,
    effective: lookFrom(chosen(path)),
    inherited: lookFrom(chosen(path.slice(0, -1))),
  };
}

/** How the sign-in pages look under a host name; the platform's look under any other. */
export async function lookOfHost(db: Queryable, host: string): Promise<Look> {
  const { rows } = await db.execute<{ id: TenantId }>(sql`
    select coalesce((select tenant_id from branding where host = ${host.toLowerCase()}),
      (select id from tenants where kind = 'platform')) as id`);
  const id = rows[0]?.id;
  return id === undefined ? lookFrom([]) : (await readLook(db, id)).effective;
}

/** Logos are for everybody's eyes: they stand on pages before sign-in. Null for an unknown one. */
export async function findImage(
  db: Queryable,
  hash: string,
): Promise<{ type: string; bytes: Uint8Array } | null> {
  const [found] = await db
    .select({ type: brandingImages.type, bytes: brandingImages.bytes })
    .from(brandingImages)
    .where(eq(brandingImages.hash, hash))
    .limit(1);
  return found ?? null;
}
