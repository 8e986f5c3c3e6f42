import { protocolVersion, type Ack, type Inventory, type Reported } from '@gantry/protocol/messages.js';
import { backoffMs } from '../retry.js';
import { createDelivery, documentOf } from './delivery.js';
import { addPart, type DesiredParts } from './desired-parts.js';
import { createEventQueue } from './event-queue.js';
import { every } from './every.js';
import { createGapReport } from './gap-report.js';
import { ConnectFailed, openConnection, type Connection, type Incoming } from './mqtt-connection.js';
import type { Uplink, UplinkOptions, UplinkState } from './options.js';

const keepaliveSeconds = 30;
const connectTimeoutMs = 10_000;
const reportEveryMs = 100;
/** Cameras are found one by one: the inventory is sent when none came for this long, but not later than the second. */
const inventoryQuietMs = 700;
const inventoryLatestMs = 3_000;
/** Heartbeats without an answer after which the connection is taken for dead. */
const missedHeartbeats = 3;

/** What a birth says of the box; cut to what fits. */
const factsOf = ({ bootId, bootCount, agentVersion, hostname, platform }: UplinkOptions) => ({
  bootId,
  bootCount,
  agentVersion,
  hostname: hostname.slice(0, 253),
  platform: platform.slice(0, 100),
});

/**
 * Keeps one connection to the registry: birth, heartbeats, inventory and reported state up; desired state,
 * requests and acknowledgements down. Reconnects for ever until closed. Nothing here waits for the registry:
 * recording goes on without it.
 */
export function connectUplink(o: UplinkOptions): Uplink {
  const {
    clock,
    log,
    heartbeatMs = 15_000,
    resendMs = 10_000,
    backoff = { firstMs: 1_000, maxMs: 60_000 },
  } = o;
  const abort = new AbortController();
  let state: UplinkState = { kind: 'connecting' };
  let connection: Connection | null = null;
  let session = '';
  let bornAcked = false;
  let unansweredBeats = 0;
  let malformed = 0;
  let desiredParts: DesiredParts | null = null;
  let reportTimer: NodeJS.Timeout | null = null;
  let inventoryTimer: NodeJS.Timeout | null = null;
  let inventoryDueMs = Infinity;
  let reportedAtMs = -Infinity;
  let reportParts = 1;
  /** When births and heartbeats of this session left, by their wall-clock stamp. */
  const sentAt = new Map<number, number>();

  const resending = { resendMs, nowMonotonicMs: () => clock.monotonicMs() };
  const inventoryDelivery = createDelivery({
    publish: (part) => connection?.publish('inventory', { ...(part as Inventory), session }),
    ...resending,
  });
  const reportDelivery = createDelivery({
    publish: (part) => connection?.publish('reported', { ...(part as Reported), session }),
    ...resending,
  });
  const events = createEventQueue({
    store: o.events,
    publish: (event) => connection?.publish('event', { ...event, session }),
    ...resending,
  });
  const gapReport = createGapReport({
    gaps: o.gaps,
    publish: (batch) => connection?.publish('gaps', { ...batch, session }),
    newNonce: o.newNonce,
    log,
    ...resending,
  });

  const become = (next: UplinkState) => {
    state = next;
    // The end of the connection is no news to somebody who ends it.
    if (!abort.signal.aborted) o.onState(next);
  };

  /** The birth until it is answered, heartbeats from then on. */
  function beat(): void {
    const sentAtMs = clock.wallMs();
    sentAt.set(sentAtMs, clock.monotonicMs());
    const inventoryHash = o.inventory()?.hash ?? null;
    const said = { session, sentAtMs, ...o.positions(), inventoryHash };
    if (bornAcked) connection?.publish('heartbeat', { ...said, spool: o.spool() });
    else connection?.publish('birth', { ...said, protocolVersion, ...factsOf(o) });
  }

  function sendInventory(): void {
    if (inventoryTimer) clearTimeout(inventoryTimer);
    inventoryTimer = null;
    inventoryDueMs = Infinity;
    const inventory = o.inventory();
    if (!inventory || !bornAcked) return;
    const inventoryId = o.newNonce();
    inventoryDelivery.offer(
      documentOf(inventoryId, inventory.cameras, (cameras, place) => ({
        session,
        inventoryId,
        hash: inventory.hash,
        ...place,
        cameras,
      })),
    );
  }

  function sendReport(): void {
    if (reportTimer) clearTimeout(reportTimer);
    reportTimer = null;
    if (!bornAcked) return;
    const reportId = o.newNonce();
    const sentAtMs = clock.wallMs();
    const { applied } = o.positions();
    const report = documentOf(reportId, o.reported(), (cameras, place) => ({
      session,
      reportId,
      sentAtMs,
      applied,
      ...place,
      cameras,
    }));
    reportedAtMs = clock.monotonicMs();
    reportParts = report.parts.length;
    reportDelivery.offer(report);
  }

  function take(incoming: Incoming): void {
    switch (incoming.kind) {
      case 'malformed':
        malformed += 1;
        log.warn(
          { topic: incoming.topic.slice(0, 200), why: incoming.why },
          'a message of the registry is ignored',
        );
        return;
      case 'desired': {
        const { held, complete } = addPart(desiredParts, incoming.message);
        desiredParts = held;
        if (complete) o.onDesired(complete);
        return;
      }
      case 'request':
        if (incoming.message.kind === 'inventory') sendInventory();
        else if (incoming.message.kind === 'reported') sendReport();
        return o.onRequest(incoming.message);
      case 'live':
        return o.onLive(incoming.message);
      case 'setup':
        return o.onSetup(incoming.message);
      case 'ack':
        return takeAck(incoming.message);
      default:
        incoming satisfies never;
    }
  }

  function takeAck(ack: Ack): void {
    switch (ack.of) {
      case 'birth':
      case 'heartbeat': {
        const sentMonotonicMs = sentAt.get(ack.sentAtMs);
        if (ack.session !== session || sentMonotonicMs === undefined) return;
        sentAt.delete(ack.sentAtMs);
        o.onClockSample({
          sentMonotonicMs,
          receivedMonotonicMs: clock.monotonicMs(),
          registryAtMs: ack.atMs,
        });
        unansweredBeats = 0;
        const first = !bornAcked;
        bornAcked = true;
        if (first) {
          become({ kind: 'connected', sinceMs: clock.wallMs() });
          sendReport();
          events.resendDue(Infinity);
          gapReport.tell();
        }
        const differs = o.inventory() !== null && ack.inventoryHash !== o.inventory()?.hash;
        const isComing = inventoryTimer !== null || (!first && !inventoryDelivery.isDelivered());
        if (differs && !isComing) sendInventory();
        return;
      }
      case 'inventory':
        if (inventoryDelivery.acknowledge(ack.inventoryId, ack.part)) o.onRegistrations(ack.results);
        return;
      case 'reported':
        reportDelivery.acknowledge(ack.reportId, ack.part);
        return;
      case 'event':
        return events.acknowledge(ack.eventId);
      case 'gaps':
        gapReport.acknowledge(ack.batchId);
        return;
      default:
        ack satisfies never;
    }
  }

  /** One connection from CONNECT to its end; resolves with why it ended. */
  async function runSession(): Promise<string> {
    session = o.newNonce();
    bornAcked = false;
    unansweredBeats = 0;
    desiredParts = null;
    sentAt.clear();
    inventoryDelivery.clear();
    reportDelivery.clear();
    gapReport.clear();
    connection = await openConnection({
      url: o.url,
      agentId: o.agentId,
      password: await o.password(),
      will: { session, reason: 'lost' },
      keepaliveSeconds,
      connectTimeoutMs,
      proxy: o.proxy,
      onMessage: take,
    });
    const ended = new AbortController();
    const closed = connection.closed.finally(() => ended.abort());
    const beats = every(clock, heartbeatMs, ended.signal, () => {
      if (unansweredBeats >= missedHeartbeats) {
        log.warn({ unansweredBeats }, 'the registry does not answer heartbeats: connecting anew');
        connection?.drop();
        return;
      }
      unansweredBeats += 1;
      beat();
    });
    const resends = every(clock, Math.min(1_000, resendMs), ended.signal, () => {
      const nowMs = clock.monotonicMs();
      if (!bornAcked) return;
      inventoryDelivery.resendDue(nowMs);
      reportDelivery.resendDue(nowMs);
      events.resendDue(nowMs);
      gapReport.resendDue(nowMs);
    });
    if (abort.signal.aborted) await connection.stop({ session, reason: 'stopped' });
    const why = await closed;
    connection = null;
    await Promise.all([beats, resends]);
    return why;
  }

  async function run(): Promise<void> {
    let failures = 0;
    let lastFailure: 'denied' | 'unreachable' | 'lost' | null = null;
    while (!abort.signal.aborted) {
      try {
        await o.beforeConnect(lastFailure);
        if (abort.signal.aborted) return;
        const detail = await runSession();
        lastFailure = 'lost';
        if (bornAcked) failures = 0;
        become({ kind: 'waiting', why: 'lost', detail });
      } catch (error) {
        lastFailure = error instanceof ConnectFailed ? error.kind : 'unreachable';
        become({ kind: 'waiting', why: lastFailure, detail: (error as Error).message });
      }
      bornAcked = false;
      const pauseMs = backoffMs(failures, backoff, o.random);
      failures += 1;
      if (!abort.signal.aborted) log.info({ state, pauseMs }, 'no connection to the registry');
      await clock.sleep(pauseMs, abort.signal).catch(() => undefined);
    }
  }

  const running = run();
  return {
    inventoryChanged() {
      if (abort.signal.aborted) return;
      const nowMs = clock.monotonicMs();
      inventoryDueMs = Math.min(inventoryDueMs, nowMs + inventoryLatestMs);
      if (inventoryTimer) clearTimeout(inventoryTimer);
      inventoryTimer = setTimeout(sendInventory, Math.min(inventoryQuietMs, inventoryDueMs - nowMs));
    },
    reportedChanged() {
      if (reportTimer || abort.signal.aborted) return;
      // A site of thousands of cameras has reports of many parts: it sends them less often.
      const dueMs = reportedAtMs + reportEveryMs * reportParts - clock.monotonicMs();
      reportTimer = setTimeout(sendReport, Math.max(0, dueMs));
    },
    event(kind, cameraId, detail) {
      events.add(
        { eventId: o.newNonce(), atMs: clock.wallMs(), kind, cameraId, detail: detail.slice(0, 1_000) },
        bornAcked,
      );
    },
    announce: sendInventory,
    gapsChanged() {
      if (bornAcked) gapReport.tell();
    },
    live: (told) => connection?.publish('live', { ...told, session }),
    setup: (answer) => connection?.publish('setup', { ...answer, session }),
    state: () => state,
    malformedCount: () => malformed,
    async close() {
      if (inventoryTimer) clearTimeout(inventoryTimer);
      if (reportTimer) clearTimeout(reportTimer);
      if (bornAcked) sendReport();
      abort.abort();
      await connection?.stop({ session, reason: 'stopped' });
      await running;
    },
  };
}
