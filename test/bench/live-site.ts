import { systemClock } from '@gantry/agent/clock.js';
import type { RunLive } from '@gantry/agent/live/live-pull.js';
import { startLiveStreams } from '@gantry/agent/live/live-streams.js';
import { createLog } from '@gantry/agent/log.js';
import { startRtspBridge } from '@gantry/agent/rtsp/bridge.js';
import { openConnection, type Connection } from '@gantry/agent/uplink/mqtt-connection.js';
import type { CameraId, TenantId } from '@gantry/protocol/ids.js';
import { protocolVersion } from '@gantry/protocol/messages.js';
import { randomBytes } from 'node:crypto';
import { signIn, type Api } from '../support/api.js';
import { until } from '../support/until.js';
import type { Stage } from './bench.js';
import type { CameraOffer } from './programs.js';
import { enrolAgents, tokensOf } from './raw-agents.js';
import { admin, startRegistryProgram } from './registry-program.js';
import { addCameras, numberedCameraId } from './rows.js';

/** A registry in a process of its own, and the agent's live part in this one. */
export interface BenchLive {
  api: Api;
  cameraId: CameraId;
  registryPid: number;
}

const birthEveryMs = 10_000;

export async function startLive(
  stage: Stage,
  o: { offer: CameraOffer; /** What is played in the camera's place. */ url: string; run: RunLive },
): Promise<BenchLive> {
  const { db, url: databaseUrl } = await stage.openDatabase();
  const registry = await startRegistryProgram(stage, databaseUrl);
  const { url, mqttPort } = registry;
  const api = await signIn(url, admin.email, admin.password);
  const { cameraId, key } = await addSite(api, db);
  const tokens = tokensOf(key);

  const log = createLog({ level: 'error' });
  const bridge = await startRtspBridge({ clock: systemClock, log });
  stage.atEnd(() => bridge.close());
  const session = randomBytes(8).toString('hex');
  let uplink: Connection | null = null;
  const live = startLiveStreams({
    registryUrl: url,
    bearer: () => tokens.current(),
    openSource: () => ({ ...bridge.open({ url: o.url, credentials: o.offer.credentials }), video: 'h264' }),
    run: o.run,
    tell: (told) => uplink?.publish('live', { ...told, session }),
    registryNowMs: () => Date.now(),
    clock: systemClock,
    random: Math.random,
    log,
  });
  stage.atEnd(() => live.close());
  const connection = await openConnection({
    url: `mqtt://127.0.0.1:${mqttPort}`,
    agentId: key.id,
    password: await tokens.fresh(),
    will: { session, reason: 'lost' },
    keepaliveSeconds: 30,
    connectTimeoutMs: 20_000,
    onMessage: (incoming) => void (incoming.kind === 'live' && live.wish(incoming.message)),
  });
  uplink = connection;
  const beat = setInterval(() => connection.publish('birth', birthOf(session)), birthEveryMs);
  connection.publish('birth', birthOf(session));
  stage.atEnd(async () => {
    clearInterval(beat);
    await connection.stop({ session, reason: 'stopped' });
  });
  const presence = async () => (await api.get<{ agent: { presence: string } }>(`/cameras/${cameraId}`)).agent;
  await until(async () => (await presence()).presence === 'online', { what: 'the agent to be heard' });
  return { api, cameraId, registryPid: registry.pid };
}

async function addSite(api: Api, db: Parameters<typeof enrolAgents>[0]) {
  const { items: tenants } = await api.get<{ items: { id: string; kind: string }[] }>('/tenants');
  const { items: plans } = await api.get<{ items: { id: string }[] }>('/plans');
  const add = (kind: string, parentId: string | undefined) =>
    api.post<{ id: TenantId }>('/tenants', { kind, parentId, name: kind, email: 'office@bench.example' });
  const integrator = await add('integrator', tenants.find(({ kind }) => kind === 'platform')?.id);
  const customer = await add('customer', integrator.id);
  const [key] = await enrolAgents(db, 1, integrator.id);
  if (key === undefined) throw new Error('no agent was enrolled');
  await addCameras(db, {
    agentIds: [key.id],
    integratorId: integrator.id,
    customerId: customer.id,
    planId: plans[0]?.id as Parameters<typeof addCameras>[1]['planId'],
    first: 0,
    count: 1,
  });
  return { key, cameraId: numberedCameraId(0) as CameraId };
}

const birthOf = (session: string) => ({
  session,
  bootId: session,
  sentAtMs: Date.now(),
  protocolVersion,
  agentVersion: 'bench',
  hostname: 'box',
  platform: 'bench',
  accepted: { epoch: 0, generation: 0 },
  applied: { epoch: 0, generation: 0 },
  inventoryHash: null,
});
