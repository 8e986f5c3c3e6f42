import type { CameraId, UserId } from '@gantry/protocol/ids.js';
import { sightOf } from '../access/camera-access.js';
import type { UserPrincipal } from '../access/principal.js';
import { inSight } from '../cameras/sight.js';
import type { Context } from '../context.js';
import type { Database } from '../db/database.js';
import { and, eq, inArray, sql } from '../db/drizzle.js';
import { preferences } from '../db/schema/branding.js';
import { cameras } from '../db/schema/cameras.js';
import { Failure } from '../errors.js';

export const languages = ['en', 'de'] as const;
export const themes = ['auto', 'light', 'dark'] as const;

/** A list as somebody likes to see it: a page of the portal and its filters. */
export interface SavedView {
  name: string;
  page: string;
  /** The filters as they stand in the address. */
  search: string;
}

/** How somebody likes to see one list. */
export interface ListLook {
  page: string;
  /** Keys of the columns that are shown, where there is room. */
  columns: string[];
  dense: boolean;
}

/** Cameras of the home page, in order (R54). */
export interface HomeLayout {
  columns: number;
  cameras: string[];
}

/** What a person chose for the portal; null: as the browser or the product has it. */
export interface Preferences {
  language: (typeof languages)[number] | null;
  theme: (typeof themes)[number];
  timeZone: string | null;
  views: SavedView[];
  lists: ListLook[];
  home: HomeLayout | null;
}

export const atFirst: Preferences = {
  language: null,
  theme: 'auto',
  timeZone: null,
  views: [],
  lists: [],
  home: null,
};

/** Version 0 for somebody who never chose. Cameras that may not be seen (any more) are left out of the layout (R54). */
export async function readPreferences(
  db: Database,
  principal: UserPrincipal,
): Promise<{ version: number; chosen: Preferences }> {
  const [row] = await db.select().from(preferences).where(eq(preferences.userId, principal.userId));
  const chosen: Preferences = { ...atFirst, ...(row?.chosen as Partial<Preferences> | undefined) };
  return {
    version: row?.version ?? 0,
    chosen: { ...chosen, home: await visible(db, principal, chosen.home) },
  };
}

async function visible(
  db: Database,
  principal: UserPrincipal,
  layout: HomeLayout | null,
): Promise<HomeLayout | null> {
  if (layout === null || layout.cameras.length === 0) return layout;
  const sight = await sightOf(db, principal, 'view');
  const seen = await db
    .select({ id: cameras.id })
    .from(cameras)
    .where(and(inArray(cameras.id, layout.cameras as CameraId[]), inSight(sight)));
  const ids = new Set<string>(seen.map(({ id }) => id));
  return { ...layout, cameras: layout.cameras.filter((id) => ids.has(id)) };
}

/** Changes what is given, leaves the rest. Throws `precondition_failed` when it is not at `version` any more. */
export async function changePreferences(
  ctx: Pick<Context, 'db'>,
  principal: UserPrincipal,
  version: number,
  change: Partial<Preferences>,
): Promise<{ version: number; chosen: Preferences }> {
  const merged = sql`${preferences.chosen} || ${JSON.stringify(change)}::jsonb`;
  const written =
    version === 0
      ? await ctx.db
          .insert(preferences)
          .values({ userId: principal.userId, chosen: { ...change } })
          .onConflictDoNothing()
          .returning({ userId: preferences.userId })
      : await ctx.db
          .update(preferences)
          .set({ chosen: merged, version: version + 1 })
          .where(and(eq(preferences.userId, principal.userId), eq(preferences.version, version)))
          .returning({ userId: preferences.userId });
  if (written.length === 0) throw stale(principal.userId, version);
  return readPreferences(ctx.db, principal);
}

const stale = (userId: UserId, version: number): Failure =>
  new Failure(
    'precondition_failed',
    `The preferences of ${userId} are not at version ${version} any more. Read them again, then repeat your change.`,
  );
