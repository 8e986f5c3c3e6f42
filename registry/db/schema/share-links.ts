import type { CameraId, ClipId, ShareLinkId, TenantId } from '@gantry/protocol/ids.js';
import { check, index, integer, pgTable, sql, text, uniqueIndex } from '../drizzle.js';
import { clips } from './clips.js';
import { createdNow, instant } from './columns.js';
import { tenants } from './tenants.js';

export const shareKinds = ['clip', 'live'] as const;
export type ShareKind = (typeof shareKinds)[number];

/** Who made a link: asked anew at each use whether they still may (R53). */
export interface LinkCreator {
  kind: 'user' | 'apiKey';
  id: string;
}

/** Lets whoever has its address watch one clip, or one camera live, without an account (R53). */
export const shareLinks = pgTable(
  'share_links',
  {
    id: text('id').$type<ShareLinkId>().primaryKey(),
    kind: text('kind').$type<ShareKind>().notNull(),
    cameraId: text('camera_id').$type<CameraId>().notNull(),
    clipId: text('clip_id')
      .$type<ClipId>()
      .references(() => clips.id, { onDelete: 'cascade' }),
    /** Whose video it shows: of the clip, or who held the camera when the link was made. */
    customerId: text('customer_id')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    /** For whom it is, in the words of its maker. */
    name: text('name').notNull(),
    /** sha-256 of the token, hex; the token itself is shown once. */
    secretHash: text('secret_hash').notNull(),
    /** argon2id in PHC form; null: whoever has the address gets in. */
    passwordHash: text('password_hash'),
    creatorKind: text('creator_kind').$type<LinkCreator['kind']>().notNull(),
    creatorId: text('creator_id').notNull(),
    creatorName: text('creator_name').notNull(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** How often its video was begun. */
    opened: integer('opened').notNull().default(0),
    lastOpenedAt: instant('last_opened_at'),
    createdAt: createdNow(),
  },
  (table) => [
    uniqueIndex('share_links_secret').on(table.secretHash),
    index('share_links_customer').on(table.customerId, table.id),
    index('share_links_camera').on(table.cameraId, table.id),
    check('share_links_kind', sql`(${table.kind} = 'clip') = (${table.clipId} is not null)`),
  ],
);
