import type { CameraId, ClipId, ShareLinkId, TenantId } from '@gantry/protocol/ids.js';
import { mayOnCamera, requireOnCamera, sightOf } from '../access/camera-access.js';
import type { Passwords } from '../access/passwords.js';
import { scopeOf, type ActingPrincipal } from '../access/principal.js';
import { hashSecret, newSecret } from '../access/secrets.js';
import type { Actor } from '../actor.js';
import { inSight } from '../cameras/sight.js';
import { requireClip } from '../clips/clips.js';
import type { Context } from '../context.js';
import { and, desc, eq, isNull, lt, sql } from '../db/drizzle.js';
import { cameras } from '../db/schema/cameras.js';
import { shareLinks } from '../db/schema/share-links.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import { inScope } from '../tenancy/scope.js';
import { invalidField, requireTenant } from '../tenancy/tenants.js';
import { creatorOf } from './creator.js';

type Parts = Pick<Context, 'db' | 'clock' | 'newId' | 'random' | 'publicUrl'> & { passwords: Passwords };

/** What is told of a link; neither of its hashes. */
const columns = {
  id: shareLinks.id,
  kind: shareLinks.kind,
  cameraId: shareLinks.cameraId,
  clipId: shareLinks.clipId,
  customerId: shareLinks.customerId,
  name: shareLinks.name,
  hasPassword: sql<boolean>`${shareLinks.passwordHash} is not null`,
  creatorName: shareLinks.creatorName,
  expiresAt: shareLinks.expiresAt,
  revokedAt: shareLinks.revokedAt,
  opened: shareLinks.opened,
  lastOpenedAt: shareLinks.lastOpenedAt,
  createdAt: shareLinks.createdAt,
};

export interface ShareLink {
  id: ShareLinkId;
  kind: 'clip' | 'live';
  cameraId: CameraId;
  clipId: ClipId | null;
  customerId: TenantId;
  name: string;
  hasPassword: boolean;
  creatorName: string;
  expiresAt: Date;
  revokedAt: Date | null;
  opened: number;
  lastOpenedAt: Date | null;
  createdAt: Date;
}

export interface NewShareLink {
  what: { kind: 'clip'; clipId: ClipId } | { kind: 'live'; cameraId: CameraId };
  name: string;
  expiresInHours: number;
  password: string | null;
}

/** Whose video a link shows. */
interface Subject {
  cameraId: CameraId;
  clipId: ClipId | null;
  customerId: TenantId;
  /** For a person. */
  name: string;
}

async function subjectOf(
  parts: Parts,
  principal: ActingPrincipal,
  what: NewShareLink['what'],
): Promise<Subject> {
  if (what.kind === 'clip') {
    const clip = await requireClip(parts, principal, what.clipId, 'share');
    const { cameraId, customerId, name } = clip;
    return { cameraId, clipId: what.clipId, customerId, name: `the clip ${name}` };
  }
  const { camera } = await requireOnCamera(parts, principal, what.cameraId, 'share');
  const [found] = await parts.db
    .select({ customerId: cameras.customerId })
    .from(cameras)
    .where(and(eq(cameras.id, what.cameraId), inScope(cameras.tenantId, scopeOf(principal))));
  // Of a camera that is somebody else's by now one shares clips of one's own time, no live view.
  if (found === undefined) throw notFound('camera', what.cameraId);
  if (found.customerId === null) {
    throw invalidField(
      '/cameraId',
      'unbound',
      'bind the camera to a customer before its live view is shared',
    );
  }
  const name = `the live view of ${camera.name}`;
  return { cameraId: what.cameraId, clipId: null, customerId: found.customerId, name };
}

/**
 * Makes a link (R53). Its address is known only now: the registry keeps a hash of it. Throws `not_found`,
 * `forbidden` (no right `share`), `invalid`.
 */
export async function createShareLink(
  parts: Parts,
  actor: Actor,
  principal: ActingPrincipal,
  input: NewShareLink,
): Promise<{ link: ShareLink; url: string }> {
  const { name: what, ...subject } = await subjectOf(parts, principal, input.what);
  const token = newSecret(parts.random);
  const id = parts.newId('shareLink');
  const passwordHash = input.password === null ? null : await parts.passwords.hash(input.password);
  const expiresAt = new Date(parts.clock.nowMs() + input.expiresInHours * 3_600_000);
  const creator = creatorOf(principal);
  await parts.db.transaction(async (tx) => {
    await tx.insert(shareLinks).values({
      ...subject,
      id,
      kind: input.what.kind,
      name: input.name,
      secretHash: hashSecret(token),
      passwordHash,
      creatorKind: creator.kind,
      creatorId: creator.id,
      creatorName: principal.name,
      expiresAt,
    });
    await record(tx, {
      actor,
      tenantId: subject.customerId,
      target: { kind: 'shareLink', id },
      cameraId: subject.cameraId,
      operation: 'shareLink.created',
      sentence: `${actor.name} shared ${what} with ${input.name} until ${expiresAt.toISOString()}`,
      after: { ...subject, expiresAt: expiresAt.toISOString(), password: passwordHash !== null },
    });
  });
  const [link] = await parts.db.select(columns).from(shareLinks).where(eq(shareLinks.id, id));
  return { link: link as ShareLink, url: `${parts.publicUrl()}/s/${token}` };
}

/** Links of the scope on cameras one may share, newest first; `lastId` goes on behind the last one looked at. */
export async function listShareLinks(
  parts: Pick<Parts, 'db' | 'clock'>,
  principal: ActingPrincipal,
  filter: {
    cameraId: CameraId | null;
    clipId: ClipId | null;
    /** Of this tenant and everything below it. */
    tenantId: TenantId | null;
    ended: boolean;
  },
  page: { limit: number; after: string | null },
): Promise<{ links: ShareLink[]; lastId: string | null }> {
  const now = new Date(parts.clock.nowMs()).toISOString();
  const whole = scopeOf(principal);
  const scope =
    filter.tenantId === null
      ? whole
      : { paths: [(await requireTenant(parts.db, whole, filter.tenantId)).path] };
  const rows = await parts.db
    .select(columns)
    .from(shareLinks)
    .where(
      and(
        inScope(shareLinks.customerId, scope),
        filter.cameraId === null ? undefined : eq(shareLinks.cameraId, filter.cameraId),
        filter.clipId === null ? undefined : eq(shareLinks.clipId, filter.clipId),
        filter.ended
          ? undefined
          : and(isNull(shareLinks.revokedAt), sql`${shareLinks.expiresAt} > ${now}::timestamptz`),
        page.after === null ? undefined : lt(shareLinks.id, page.after as ShareLinkId),
      ),
    )
    .orderBy(desc(shareLinks.id))
    .limit(page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const rights = new Map<CameraId, Promise<boolean>>();
  const links: ShareLink[] = [];
  for (const link of shown) {
    const may =
      rights.get(link.cameraId) ??
      mayOnCamera(parts, principal, link.cameraId, 'share').then((verdict) => verdict.may);
    rights.set(link.cameraId, may);
    if (await may) links.push(link);
  }
  return { links, lastId: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** Ends a link with the next request; ending it twice changes nothing. Throws `not_found`, `forbidden`. */
export async function revokeShareLink(
  parts: Pick<Parts, 'db' | 'clock'>,
  actor: Actor,
  principal: ActingPrincipal,
  id: ShareLinkId,
): Promise<ShareLink> {
  const sight = await sightOf(parts.db, principal, 'view');
  const seen = inSight(sight, { camera: shareLinks.cameraId, tenant: shareLinks.customerId });
  const [found] = await parts.db
    .select(columns)
    .from(shareLinks)
    .where(and(eq(shareLinks.id, id), seen));
  if (found === undefined) throw notFound('share link', id);
  const verdict = await mayOnCamera(parts, principal, found.cameraId, 'share');
  // A camera that has changed hands, or video that needs a grant, is no reason to leave a link of one's own open.
  if (!verdict.may && verdict.why === 'role') {
    throw new Failure('forbidden', 'Your roles do not include share on this camera. Ask an administrator.');
  }
  await parts.db.transaction(async (tx) => {
    const revoked = await tx
      .update(shareLinks)
      .set({ revokedAt: new Date(parts.clock.nowMs()) })
      .where(and(eq(shareLinks.id, id), isNull(shareLinks.revokedAt)))
      .returning({ id: shareLinks.id });
    if (revoked.length === 0) return;
    await record(tx, {
      actor,
      tenantId: found.customerId,
      target: { kind: 'shareLink', id },
      cameraId: found.cameraId,
      operation: 'shareLink.revoked',
      sentence: `${actor.name} switched off the link shared with ${found.name}`,
    });
  });
  const [link] = await parts.db.select(columns).from(shareLinks).where(eq(shareLinks.id, id));
  return link ?? found;
}
