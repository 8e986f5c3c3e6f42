import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CameraId, ShareLinkId, TenantId } from '@gantry/protocol/ids.js';
import { mayOnCamera } from '../access/camera-access.js';
import { hashSecret } from '../access/secrets.js';
import { withinModules } from '../access/within-modules.js';
import type { ClipRow } from '../clips/clips.js';
import type { Context } from '../context.js';
import { databaseNow } from '../db/database.js';
import { eq, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { clips } from '../db/schema/clips.js';
import { shareLinks, type ShareKind } from '../db/schema/share-links.js';
import { tenants } from '../db/schema/tenants.js';
import { Failure } from '../errors.js';
import { isEffectivelyActive } from '../tenancy/active.js';
import { requireModule } from '../tenancy/modules.js';
import { scopeHolds } from '../tenancy/scope.js';
import { principalOf } from './creator.js';

type Parts = Pick<Context, 'db' | 'clock'>;

/** Why a link shows nothing: what its page says. */
export type LinkEnd = 'unknown' | 'expired' | 'off' | 'not_ready';

/** What a link shows now. */
export interface SharedVideo {
  linkId: ShareLinkId;
  kind: ShareKind;
  cameraId: CameraId;
  customerId: TenantId;
  cameraName: string;
  /** Whose name stands on the page. */
  customerName: string;
  expiresAt: Date;
  /** argon2id in PHC form; null: no password is asked for. */
  passwordHash: string | null;
  /** Null for a live view. */
  clip: ClipRow | null;
}

/** A token has 256 bits; anything else is none of ours. */
const tokenShape = /^[\w-]{43}$/;

/**
 * What a link shows at this moment, or why it shows nothing (R53). Everything is read anew each time, so that a
 * link ends at once when it is revoked, when its tenant is switched off (R20), when a module or the customer's
 * link sharing is, when its maker is gone or lost the right, and when the camera went to somebody else (R41).
 */
export async function sharedVideo(parts: Parts, token: string): Promise<SharedVideo | LinkEnd> {
  if (!tokenShape.test(token)) return 'unknown';
  const [found] = await parts.db
    .select({
      link: shareLinks,
      clip: clips,
      path: tenants.path,
      active: isEffectivelyActive,
      customerName: tenants.name,
      cameraName: cameras.name,
      heldBy: cameras.customerId,
    })
    .from(shareLinks)
    .innerJoin(tenants, eq(tenants.id, shareLinks.customerId))
    .innerJoin(cameras, eq(cameras.id, shareLinks.cameraId))
    .leftJoin(clips, eq(clips.id, shareLinks.clipId))
    .where(eq(shareLinks.secretHash, hashSecret(token)));
  if (found === undefined) return 'unknown';
  const { link, clip, active, heldBy } = found;
  const nowMs = parts.clock.nowMs();
  if (link.revokedAt !== null) return 'off';
  if (link.expiresAt.getTime() <= nowMs) return 'expired';
  if (!active || !(await isLetBy(parts, found))) return 'off';
  if (link.kind === 'live' && heldBy !== link.customerId) return 'off';
  if (clip !== null && clip.expiresAt.getTime() <= nowMs) return 'expired';
  if (clip !== null && clip.storageKey === null) return 'not_ready';
  const { id: linkId, kind, cameraId, customerId, passwordHash } = link;
  const endMs = Math.min(link.expiresAt.getTime(), clip?.expiresAt.getTime() ?? Infinity);
  const { cameraName, customerName } = found;
  const names = { cameraName, customerName };
  return { linkId, kind, cameraId, customerId, ...names, expiresAt: new Date(endMs), passwordHash, clip };
}

/** Whether the modules of the video's tenant and the rights of the link's maker still allow it. */
async function isLetBy(
  parts: Parts,
  { link, path }: { link: typeof shareLinks.$inferSelect; path: string },
): Promise<boolean> {
  const modules = ['shareLinks', link.kind === 'clip' ? 'clips' : 'live'] as const;
  try {
    for (const module of modules) await requireModule(parts.db, path, module);
    const creator = await principalOf(parts, { kind: link.creatorKind, id: link.creatorId });
    const principal = await withinModules(parts, creator, 'GET', modules);
    const verdict = await mayOnCamera(parts, principal, link.cameraId, 'share');
    return verdict.may && (link.kind === 'live' || scopeHolds(verdict.footage, path));
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** How long a password that was typed once counts on that device. */
export const proofValidMs = 12 * 3_600_000;

const signatureOf = (payload: string, passwordHash: string, secret: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`gantry share proof\n${payload}\n${passwordHash}`).digest();

/** Shows that the link's password was known, until `untilMs`; worthless for another link or password. */
export function encodeProof(
  { linkId, passwordHash }: Pick<SharedVideo, 'linkId' | 'passwordHash'>,
  untilMs: number,
  secret: Uint8Array,
): string {
  const signature = signatureOf(`${linkId} ${untilMs}`, passwordHash ?? '', secret);
  return `${untilMs}.${signature.toString('base64url')}`;
}

/** Whether nothing more is asked before the video is shown: no password, or one that was typed. */
export function isProven(
  { linkId, passwordHash }: Pick<SharedVideo, 'linkId' | 'passwordHash'>,
  proof: string | undefined,
  nowMs: number,
  secret: Uint8Array,
): boolean {
  if (passwordHash === null) return true;
  const [until = '', signature = ''] = (proof ?? '').split('.');
  const untilMs = Number(until);
  if (!Number.isSafeInteger(untilMs) || untilMs <= nowMs) return false;
  const given = Buffer.from(signature, 'base64url');
  const wanted = signatureOf(`${linkId} ${untilMs}`, passwordHash, secret);
  return given.byteLength === wanted.byteLength && timingSafeEqual(given, wanted);
}

/** Counts that its video was begun. */
export async function noteOpened(parts: Pick<Context, 'db'>, linkId: ShareLinkId): Promise<void> {
  await parts.db
    .update(shareLinks)
    .set({ opened: sql`${shareLinks.opened} + 1`, lastOpenedAt: await databaseNow(parts.db) })
    .where(eq(shareLinks.id, linkId));
}
