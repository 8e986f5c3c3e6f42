import { z } from 'zod';
import { findCamera, findTenant, tenantMeant } from './find.js';
import { everything, showList } from './lists.js';
import { show } from './output.js';
import { openClient, type ClientFlags } from './sign-in.js';

const hold = z.looseObject({
  id: z.string(),
  customerId: z.string(),
  cameraId: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  reason: z.string(),
});

/** Legal holds in force: what may not be deleted. */
export async function listHolds(flags: ClientFlags & { customer?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const customer = await tenantMeant(client, flags.customer);
  const items = everything(client, '/legal-holds', { customer }, hold);
  await showList(flags.json, items, ['HOLD', 'CUSTOMER', 'CAMERA', 'FROM', 'TO', 'WHY'], (one) => [
    one.id,
    one.customerId,
    one.cameraId ?? 'all',
    one.from,
    one.to,
    one.reason,
  ]);
}

/** `from`, `to`: RFC 3339, UTC. */
export async function createHold(
  customer: string,
  flags: ClientFlags & { camera?: string; from: string; to: string; reason: string },
): Promise<void> {
  const client = await openClient(flags, process.env);
  const { id, name } = await findTenant(client, 'customer', customer);
  const cameraId = flags.camera === undefined ? undefined : (await findCamera(client, flags.camera)).id;
  const { from, to, reason } = flags;
  const made = await client.post('/legal-holds', { customerId: id, cameraId, from, to, reason }, hold);
  show(flags.json, made, `Nothing of ${name} from that time is deleted any more  ${made.id}`);
}

export async function releaseHold(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  const released = await client.post(`/legal-holds/${encodeURIComponent(id)}:release`, undefined, hold);
  show(flags.json, released, `Released ${id}: its recordings end when their time is up.`);
}

const grant = z.looseObject({
  id: z.string(),
  customerName: z.string(),
  granteeName: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});

/** Who may watch a customer's video for support, and until when (R32). An owner grants it in person, not by a key. */
export async function listGrants(flags: ClientFlags & { tenant?: string }): Promise<void> {
  const client = await openClient(flags, process.env);
  const items = everything(
    client,
    '/support-grants',
    { tenant: await tenantMeant(client, flags.tenant) },
    grant,
  );
  await showList(flags.json, items, ['GRANT', 'CUSTOMER', 'TO', 'UNTIL'], (one) => [
    one.id,
    one.customerName,
    one.granteeName,
    one.revokedAt === null ? one.expiresAt : 'ended',
  ]);
}

export async function revokeGrant(id: string, flags: ClientFlags): Promise<void> {
  const client = await openClient(flags, process.env);
  await client.delete(`/support-grants/${encodeURIComponent(id)}`, {}, z.unknown());
  show(flags.json, { id, revoked: true }, `Ended ${id}.`);
}
