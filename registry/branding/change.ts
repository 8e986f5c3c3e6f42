import type { TenantId } from '@gantry/protocol/ids.js';
import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { and, eq, notInArray } from '../db/drizzle.js';
import { branding, brandingImages, type SupportContact } from '../db/schema/branding.js';
import { Failure, type FieldFault } from '../errors.js';
import { record } from '../history/history.js';
import type { Scope } from '../tenancy/scope.js';
import { invalidFields, requireTenant } from '../tenancy/tenants.js';
import { contrast, isReadable, leastContrast, nearestReadable } from './colors.js';
import { readImage, type Image } from './image.js';
import { nothingChosen, type OwnLook } from './look.js';

/** What is given is changed, null is inherited again; images as data URLs. */
export interface LookChange {
  name?: string | null | undefined;
  primaryColor?: string | null | undefined;
  support?: SupportContact | null | undefined;
  mailSender?: string | null | undefined;
  host?: string | null | undefined;
  logo?: string | null | undefined;
  favicon?: string | null | undefined;
}

/**
 * Changes how an integrator and all below it look (R55). Throws `not_found`, `conflict` for a customer,
 * `precondition_failed`, `invalid` naming the fields; for a colour that cannot be read with the nearest that can.
 */
export async function changeLook(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  scope: Scope,
  tenantId: TenantId,
  { version, change }: { version: number; change: LookChange },
): Promise<void> {
  const { columns, images } = checked(change);
  await ctx.db.transaction(async (tx) => {
    const tenant = await requireTenant(tx, scope, tenantId);
    if (tenant.kind === 'customer') {
      throw new Failure('conflict', `${tenant.name} is a customer; it looks as its integrator does.`);
    }
    await tx.insert(branding).values({ tenantId, version: 0 }).onConflictDoNothing();
    const [before] = await tx.select().from(branding).where(eq(branding.tenantId, tenantId)).for('update');
    const { tenantId: _, version: current, ...own } = before ?? { tenantId, version: 0, ...nothingChosen };
    if (current !== version) {
      throw new Failure(
        'precondition_failed',
        `The look of ${tenant.name} is at version ${current}, you changed version ${version}. Read it again.`,
      );
    }
    const after: OwnLook = { ...own, ...columns };
    const taken =
      after.host === null
        ? []
        : await tx
            .select({ tenantId: branding.tenantId })
            .from(branding)
            .where(eq(branding.host, after.host));
    if (taken.some((other) => other.tenantId !== tenantId)) {
      throw invalidFields([{ pointer: '/host', code: 'taken', detail: 'belongs to somebody else here' }]);
    }
    for (const image of images)
      await tx
        .insert(brandingImages)
        .values({ tenantId, ...image })
        .onConflictDoNothing();
    await tx
      .update(branding)
      .set({ ...after, version: version + 1 })
      .where(eq(branding.tenantId, tenantId));
    const kept = [after.logo, after.favicon].filter((hash) => hash !== null);
    await tx
      .delete(brandingImages)
      .where(and(eq(brandingImages.tenantId, tenantId), notInArray(brandingImages.hash, [...kept, ''])));
    const changed = (Object.keys(columns) as (keyof OwnLook)[]).filter((key) => columns[key] !== own[key]);
    if (changed.length === 0) return;
    await record(tx, {
      actor,
      tenantId,
      target: { kind: 'tenant', id: tenantId },
      operation: 'tenant.branded',
      sentence: `${actor.name} changed ${changed.join(', ')} of how ${tenant.name} looks`,
      before: Object.fromEntries(changed.map((key) => [key, own[key]])),
      after: Object.fromEntries(changed.map((key) => [key, after[key]])),
    });
  });
}

/** Columns to write and images to keep; throws `invalid` naming every field. */
function checked(change: LookChange): { columns: Partial<OwnLook>; images: Image[] } {
  const faults: FieldFault[] = [];
  const images: Image[] = [];
  const { logo, favicon, primaryColor, ...plain } = change;
  const columns: Partial<OwnLook> = {};
  for (const [key, value] of Object.entries(plain))
    if (value !== undefined) Object.assign(columns, { [key]: value });
  if (primaryColor !== undefined) {
    columns.primaryColor = primaryColor?.toLowerCase() ?? null;
    if (primaryColor !== null && !isReadable(primaryColor)) {
      const ratio = contrast(primaryColor, '#ffffff').toFixed(1);
      const detail = `has a contrast of ${ratio}:1 to white, ${leastContrast}:1 is needed to read it; nearest: ${nearestReadable(primaryColor)}`;
      faults.push({ pointer: '/primaryColor', code: 'contrast', detail });
    }
  }
  for (const [key, value] of [
    ['logo', logo],
    ['favicon', favicon],
  ] as const) {
    if (value === undefined) continue;
    const image = value === null ? null : readImage(value);
    if (image !== null && 'refused' in image) {
      faults.push({ pointer: `/${key}`, code: 'refused', detail: image.refused });
      continue;
    }
    columns[key] = image?.hash ?? null;
    if (image !== null) images.push(image);
  }
  if (faults.length > 0) throw invalidFields(faults);
  return { columns, images };
}
