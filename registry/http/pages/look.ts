import type { TenantId } from '@gantry/protocol/ids.js';
import { lookFrom, lookOfHost, readLook, type Look } from '../../branding/look.js';
import type { Context } from '../../context.js';
import type { ApiContext } from '../api.js';

export type LookParts = Pick<Context, 'db' | 'log'>;

/**
 * How a page looks (R55): as at `tenantId`, else as at the first tenant of whoever is signed in, else as the host
 * name of its address. The product's own look while the database is away: the page has that to tell.
 */
export async function lookOf(
  { db, log }: LookParts,
  c: ApiContext,
  tenantId: TenantId | null = null,
): Promise<Look> {
  const id = tenantId ?? c.get('person')?.memberships[0]?.tenantId;
  try {
    return id === undefined ? await lookOfHost(db, hostOf(c)) : (await readLook(db, id)).effective;
  } catch (error) {
    log.warn({ err: error }, 'a page is shown without its branding');
    return lookFrom([]);
  }
}

/** Without the port. */
const hostOf = (c: ApiContext): string => (c.req.header('host') ?? '').replace(/:\d+$/, '');

/** The colours of a look as variables of a style sheet; every value is a colour that was checked when it was kept. */
export const variablesOf = ({ primaryColor, onColor, text }: Look): string =>
  `:root{--act:${primaryColor};--on-act:${onColor};--link:light-dark(${text.light},${text.dark})}`;

/** Path of an image of a look; the product's own without one. */
export const imageOr = (hash: string | null): string =>
  hash === null ? '/icon.svg' : `/api/v1/branding/images/${hash}`;
