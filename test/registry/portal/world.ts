import { randomBytes } from 'node:crypto';
import { newId, type AgentId, type CameraId, type PlanId, type TenantId } from '@gantry/protocol/ids.js';
import type { Database } from '@gantry/registry/db/database.js';
import { agents } from '@gantry/registry/db/schema/agents.js';
import { cameras, expectedCameras } from '@gantry/registry/db/schema/cameras.js';
import { claims } from '@gantry/registry/db/schema/claims.js';
import { eq } from '@gantry/registry/db/drizzle.js';
import { signIn, type Api } from '../../support/api.js';
import { fillUsage } from './usage.js';

/** Of the box that waits to be let in. */
export const waitingCode = '7K3M-Q9TD-2HXV';

/** What a portal that is in use shows: an integrator with customers, boxes and cameras in every state. */
export interface World {
  platformId: string;
  integratorId: string;
  subIntegratorId: string;
  bakeryId: string;
  butcherId: string;
  /** One whose owner lets support watch for an hour. */
  cafeId: string;
  /** A customer that is disabled. */
  offId: string;
  /** One of the butcher's cameras, whose video Ana may watch: the butcher has no people of its own yet. */
  butcherCameraId: CameraId;
  /** One of the bakery's, whose video she may not. */
  bakeryCameraId: CameraId;
  /** The last one was let in and never heard. */
  agentIds: AgentId[];
  /** Of an administrator of the integrator. */
  ana: { email: string; password: string; api: Api };
  /** Of a customer's administrator. */
  owner: { email: string; password: string };
  addCameras(
    count: number,
    columns?: (index: number) => Partial<typeof cameras.$inferInsert>,
  ): Promise<CameraId[]>;
}

export interface WorldParts {
  url: string;
  /** As the platform. */
  api: Api;
  db: Database;
}

const mint = <Kind extends Parameters<typeof newId>[0]>(kind: Kind) =>
  newId(kind, Date.now(), (bytes) => randomBytes(bytes.byteLength));

const places = [
  'Front door',
  'Back yard',
  'Till',
  'Loading bay',
  'Stairs',
  'Parking',
  'Oven',
  'Office',
  'Cellar',
  'Roof',
];
const makers = [
  ['Axis', 'P3245-V'],
  ['Hikvision', 'DS-2CD2143'],
  ['Dahua', 'IPC-HFW2431'],
  ['Hanwha', 'QNV-8080R'],
  [null, null],
] as const;

interface Created {
  id: string;
}

export async function fillWorld({ url, api, db }: WorldParts): Promise<World> {
  const tenant = (fields: Record<string, unknown>) =>
    api.post<Created>('/tenants', { email: 'office@firm.example', ...fields });
  const person = async (tenantId: string, name: string, email: string) => {
    const password = 'a-good-password';
    await api.post('/users', { tenantId, name, email, password, owner: true });
    return { email, password };
  };
  const integrator = await tenant({ kind: 'integrator', name: 'North Security' });
  const sub = await tenant({ kind: 'integrator', name: 'Sub West', parentId: integrator.id });
  const names = [
    'Bakery Sunrise',
    'Butcher Klein',
    'Café Central',
    'Dental Clinic Dr. Möller',
    'Eastside Storage',
    'Farm Shop',
    'Garage Huber',
  ];
  const customers = await Promise.all(
    names.map((name) => tenant({ kind: 'customer', name, parentId: integrator.id })),
  );
  const [bakeryId, butcherId, cafeId] = customers.map(({ id }) => id) as [string, string, string];
  await api.post('/plans', { tenantId: integrator.id, name: 'Standard', retentionDays: 30 });
  const anaSignIn = await person(integrator.id, 'Ana Field', 'ana@north.example');
  const owner = await person(bakeryId, 'Bea Baker', 'bea@bakery.example');

  const carlo = await person(cafeId, 'Carlo Conti', 'carlo@cafe.example');
  const atCafe = await signIn(url, carlo.email, carlo.password);
  await atCafe.post('/support-grants', { customerId: cafeId, hours: 1 });

  // One who has not come yet, and one who may not any more.
  await api.post('/users', {
    tenantId: integrator.id,
    name: 'Ivo Neumann',
    email: 'ivo@north.example',
    activation: 'display_link',
  });
  const guard = await api.post<Created>('/users', {
    tenantId: integrator.id,
    name: 'Gus Guard',
    email: 'gus@north.example',
    password: 'a-good-password',
    family: 'guard',
  });
  await api.post(`/users/${guard.id}:disable`, { reason: 'left the firm' });

  const agentIds: AgentId[] = [];
  for (const [name, presence] of [
    ['Bakery box', 'online'],
    ['Warehouse 01', 'online'],
    ['Clinic cellar', 'offline'],
    ['Garden shed', 'unknown'],
  ] as const) {
    const agentId = mint('agent');
    agentIds.push(agentId);
    const columns = {
      id: agentId,
      integratorId: integrator.id as TenantId,
      name,
      hostname: name.toLowerCase().replace(' ', '-'),
    };
    const presenceAt = new Date();
    const lastHeardAt = presence === 'unknown' ? null : presenceAt;
    await db.insert(agents).values({ ...columns, presence, presenceAt, lastHeardAt });
  }

  // One that Ana opened by its code, and did not decide about.
  const openedAt = new Date();
  await db.insert(claims).values({
    id: mint('claim'),
    thumbprint: randomBytes(32).toString('base64url'),
    publicKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
    userCode: waitingCode,
    state: 'pending',
    hostname: 'cellar-2',
    agentVersion: '0.2.0',
    ip: '203.0.113.9',
    expiresAt: new Date(openedAt.getTime() + 3_600_000),
    openedByTenantId: integrator.id as TenantId,
    openedAt,
  });

  const addCameras: World['addCameras'] = async (count, columns = () => ({})) => {
    const rows = Array.from({ length: count }, (_, index): typeof cameras.$inferInsert => {
      const [manufacturer, model] = makers[index % makers.length] ?? [null, null];
      const cameraId = mint('camera');
      return {
        id: cameraId,
        agentId: agentIds[index % 2] as AgentId,
        localId: cameraId.toLowerCase().replace('_', '-'),
        tenantId: integrator.id as TenantId,
        integratorId: integrator.id as TenantId,
        name: `${places[index % places.length]}${index < places.length ? '' : ` ${Math.floor(index / places.length) + 1}`}`,
        kind: manufacturer === null ? 'generic' : 'onvif',
        manufacturer,
        model,
        address: `192.168.${1 + Math.floor(index / 200)}.${20 + (index % 200)}:80`,
        access: 'ready',
        streams: [],
        inventoryHash: '',
        ...columns(index),
      };
    });
    for (let at = 0; at < rows.length; at += 500) await db.insert(cameras).values(rows.slice(at, at + 500));
    return rows.map(({ id }) => id);
  };

  const ids = await addCameras(26);
  const ana = await signIn(url, anaSignIn.email, anaSignIn.password);
  const plans = await ana.get<{ items: { id: string }[] }>('/plans');
  const planId = plans.items[0]?.id;
  const bind = (from: number, to: number, customerId: string) =>
    ana.post('/cameras:bind', { ids: ids.slice(from, to), customerId, planId });
  await bind(0, 8, bakeryId);
  await bind(8, 14, butcherId);
  await bind(14, 20, cafeId);
  const reports = [
    { reportedState: 'recording' as const, reportedReason: null, reportedDetail: null },
    {
      reportedState: 'parked' as const,
      reportedReason: 'login_refused' as const,
      reportedDetail: 'the camera refused the login (401)',
    },
  ];
  for (const [index, id] of ids.slice(0, 20).entries()) {
    const report = index % 7 === 5 ? reports[1] : reports[0];
    await db
      .update(cameras)
      .set({ ...report, reportedSince: new Date(Date.now() - (index + 1) * 600_000), reportedGeneration: 1 })
      .where(eq(cameras.id, id));
  }
  await db
    .update(cameras)
    .set({ agentId: agentIds[2] })
    .where(eq(cameras.id, ids[19] as CameraId));
  const toCome = {
    integratorId: integrator.id as TenantId,
    planId: planId as PlanId,
    actorName: 'Ana Field',
  };
  await db.insert(expectedCameras).values([
    {
      ...toCome,
      kind: 'mac',
      value: '00408c123499',
      name: 'Till at the back',
      customerId: butcherId as TenantId,
    },
    { ...toCome, kind: 'serial', value: 'accc8e4711', customerId: bakeryId as TenantId, tags: ['outdoor'] },
  ]);
  const rule = { customerId: bakeryId, planId };
  await ana.patch(`/agents/${agentIds[0]}`, { autoBind: rule }, 1);
  const key = { integratorId: integrator.id, expiresInHours: 24 * 30 };
  await ana.post('/enrolment-tokens', { ...key, name: 'Vans 2026', maxUses: 25, autoBind: rule });
  await ana.post('/enrolment-tokens', { ...key, name: 'Clinic, spare box', expiresInHours: 12 });
  const role = { tenantId: bakeryId, family: 'guard' };
  const door = { cameraId: ids[0], permissions: ['view', 'clip'] };
  await ana.post('/roles', { ...role, name: 'Night watch', cameras: [door] });
  await ana.post('/roles', { ...role, name: 'Shift lead', allCameras: ['view', 'clip', 'ptz'] });
  const program = { tenantId: integrator.id, name: 'Alarm desk', expiresInDays: 90 };
  await ana.post('/api-keys', { ...program, modules: ['live', 'playback', 'cameras.configure'] });
  await fillUsage(db, butcherId);
  await ana.post(`/cameras/${ids[3]}:disable`);
  await ana.post(`/tenants/${customers[6]?.id}:disable`, { reason: 'contract ended' });
  // Work in the background, of which a part fails.
  await ana.fetch('/cameras:disable', {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify({ ids: [ids[3], mint('camera')] }),
  });
  const { memberships } = await api.get<{ memberships: { tenant: Created }[] }>('/me');
  return {
    platformId: memberships[0]?.tenant.id as string,
    integratorId: integrator.id,
    subIntegratorId: sub.id,
    bakeryId,
    butcherId,
    cafeId,
    offId: customers[6]?.id as string,
    butcherCameraId: ids[8] as CameraId,
    bakeryCameraId: ids[0] as CameraId,
    agentIds,
    ana: { ...anaSignIn, api: ana },
    owner,
    addCameras,
  };
}
