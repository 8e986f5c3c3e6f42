import type { TenantId, UserId } from '@gantry/protocol/ids.js';
import { customType, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.js';
import { tenants } from './tenants.js';
import { users } from './people.js';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** Whom people turn to; shown where something is switched off, and in letters. */
export interface SupportContact {
  email: string | null;
  phone: string | null;
  /** `https://…` */
  url: string | null;
}

/** How a tenant and all below it look (R55). Null: as the tenant above. */
export const branding = pgTable(
  'branding',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .primaryKey()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** Of the product, as people see it. */
    name: text('name'),
    /** `#1c7ed6` */
    primaryColor: text('primary_color'),
    support: jsonb('support').$type<SupportContact>(),
    /** Name that letters come from. */
    mailSender: text('mail_sender'),
    /** Host name under which the sign-in pages look so, lower case. */
    host: text('host'),
    /** Hashes of images. */
    logo: text('logo'),
    favicon: text('favicon'),
    version: integer('version').notNull().default(1),
  },
  (table) => [uniqueIndex('branding_host').on(table.host)],
);

export const imageTypes = ['image/png', 'image/svg+xml'] as const;
export type ImageType = (typeof imageTypes)[number];

/** Logos and favicons, at most 200 KB each; named by their content, so that browsers keep them for ever. */
export const brandingImages = pgTable(
  'branding_images',
  {
    tenantId: text('tenant_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** sha-256, hex. */
    hash: text('hash').notNull(),
    type: text('type').$type<ImageType>().notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.hash] }),
    index('branding_images_hash').on(table.hash),
  ],
);

/** What a person chose for the portal: language, colours, saved views, layout of the home page (R54). */
export const preferences = pgTable('preferences', {
  userId: text('user_id')
    .$type<UserId>()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  chosen: jsonb('chosen').$type<Record<string, unknown>>().notNull(),
  version: integer('version').notNull().default(1),
});
