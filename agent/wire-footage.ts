import type { KeyObject } from 'node:crypto';
import type { GapCause } from '@gantry/protocol/gap.js';
import type { CameraId, newId } from '@gantry/protocol/ids.js';
import type { SegmentMeta } from '@gantry/protocol/segment.js';
import type { Clock } from './clock.js';
import type { Closing } from './closing.js';
import type { AgentConfig } from './config.js';
import type { DataFolder } from './data-folder.js';
import { openChain } from './evidence/chain.js';
import { openLedger, type Ledger } from './gaps/ledger.js';
import type { DeviceTokens } from './identity/device-token.js';
import type { Log } from './log.js';
import type { FinishedSegment } from './recorder/spec.js';
import type { AgentStatus } from './setup/shapes.js';
import type { FootageLost, LossCause } from './spool/spooled-segment.js';
import { openSentinel } from './spool/sentinel.js';
import { openSpool, type Spool } from './spool/spool.js';
import type { GapSource } from './uplink/gap-report.js';
import { createHttpSender } from './upload/http-sender.js';
import { startUploader } from './upload/uploader.js';

/** Where recorded footage goes: spool, chain of evidence, gap ledger, upload. */
export interface FootageKeeping {
  /** Rejects while the disk for footage is not mounted. */
  checkDisk: () => Promise<void>;
  spool: Spool;
  uploads: Readonly<AgentStatus['uploads']>;
  ledger: Pick<Ledger, 'observe'>;
  /** What the uplink tells of gaps and lost links. */
  gaps: GapSource;
  /** Takes a finished segment over; rejects when the disk refuses. */
  keep: (segment: FinishedSegment) => Promise<void>;
  /** Recorded, and nobody wants it. */
  onUnwanted: (segment: FinishedSegment) => void;
  /** Where a camera's newest kept footage ends on the registry's clock, over restarts; null without any. */
  placedToMs: (cameraId: CameraId) => number | null;
  /** What the last run left was salvaged: the time between the runs is accounted for. */
  resume(): void;
}

export interface FootageOptions {
  config: AgentConfig;
  folder: DataFolder;
  registryUrl: string;
  tokens: DeviceTokens;
  privateKey: KeyObject;
  clockOffsetMs: () => number;
  registryNowMs: () => number;
  mint: <Kind extends 'segment' | 'gap'>(kind: Kind) => ReturnType<typeof newId<Kind>>;
  onLost: (event: FootageLost) => void;
  /** There are gaps to tell. */
  onGaps: () => void;
  closing: Closing;
  clock: Clock;
  random: () => number;
  log: Log;
}

const causes: Record<LossCause, GapCause | null> = {
  spool_full: 'evicted',
  disk_low: 'evicted',
  damaged: 'recorder_failed',
  too_large: 'recorder_failed',
  // Noted when it was refused.
  rejected: null,
};

/** One message has room for so many: 64 KiB hold 150 gaps of 200 bytes and 40 statements of 700. */
const gapsAtOnce = 150;
const statementsAtOnce = 40;

export async function wireFootage(o: FootageOptions): Promise<FootageKeeping> {
  const { clock, random, log, closing, folder } = o;
  const chain = await openChain({ folder: folder.evidence, privateKey: o.privateKey, log });
  const ledger = await openLedger({
    path: folder.gaps,
    alivePath: folder.alive,
    aliveEveryMs: o.config.heartbeatMs,
    registryNowMs: o.registryNowMs,
    clockOffsetMs: o.clockOffsetMs,
    newGapId: () => o.mint('gap'),
    onChange: o.onGaps,
    clock,
    log,
  });
  closing.add('gap ledger', () => ledger.close());

  /** Footage that will never arrive: noted before its bytes go. A disk that refuses the note still gets its room. */
  const noteLoss = async (meta: SegmentMeta, cause: GapCause): Promise<void> => {
    try {
      await Promise.all([ledger.lost(meta, cause), chain.lost(meta)]);
    } catch (error) {
      log.error({ err: error, segmentId: meta.id, cause }, 'a loss of footage could not be noted on disk');
    }
  };
  const sentinel = openSentinel(folder.footage, folder.footageMark);
  const checkDisk = () => sentinel.check();
  const spool = await openSpool({
    checkDisk,
    folder: folder.spool,
    maxBytes: o.config.spoolMaxBytes,
    newSegmentId: () => o.mint('segment'),
    async onLost(event) {
      const cause = causes[event.cause];
      if (cause !== null) await noteLoss(event.meta, cause);
      o.onLost(event);
    },
    chain,
    log,
  });
  closing.add('spool', () => spool.close());
  const watching = new AbortController();
  const watched = watchDisk(spool, clock, watching.signal);
  closing.add('watch of the disk', () => {
    watching.abort();
    return watched;
  });
  // Footage that was handed over last may have left the spool since, and the ledger may be a moment older.
  for (const head of chain.heads().values()) ledger.footage(head);

  const uploads = { stored: 0, notPermitted: 0, rejected: 0, damaged: 0, retried: 0 };
  const counters = {
    stored: 'stored',
    not_permitted: 'notPermitted',
    rejected: 'rejected',
    damaged: 'damaged',
    retry: 'retried',
  } as const;
  const sender = createHttpSender({
    registryUrl: o.registryUrl,
    bearer: () => o.tokens.current(),
    proxy: o.config.proxy,
    limitBytesPerSecond: o.config.uploadBytesPerSecond,
    clock,
  });
  closing.add('sender', () => sender.close());
  const uploader = startUploader({
    spool,
    async send(segment, signal) {
      const verdict = await sender.send(segment, signal);
      // Nobody may have it: deleted for the same reason for which it would not have been recorded.
      if (verdict.kind === 'not_permitted') await noteLoss(segment.meta, 'disabled');
      // Set aside for a person to look at; in the timeline it is missing from now on.
      if (verdict.kind === 'rejected') await noteLoss(segment.meta, 'recorder_failed');
      return verdict;
    },
    inFlight: 2,
    clock,
    random,
    log,
    onVerdict(segment, verdict) {
      uploads[counters[verdict.kind]] += 1;
      log.debug({ segmentId: segment.meta.id, verdict: verdict.kind }, 'upload answered');
    },
  });
  closing.add('uploader', () => uploader.close());

  return {
    checkDisk,
    spool,
    uploads,
    ledger,
    gaps: {
      async untold() {
        const batch = { gaps: ledger.untold(gapsAtOnce), lost: await chain.untold(statementsAtOnce) };
        return batch.gaps.length + batch.lost.length === 0 ? null : batch;
      },
      async onTold({ gaps, lost }) {
        ledger.told(gaps);
        await chain.told(lost);
      },
      onWithdrawn: ({ gaps }) => ledger.withdraw(gaps),
    },
    async keep(segment) {
      const meta = await spool.add(segment);
      if (meta) ledger.footage(meta);
      uploader.wake();
    },
    onUnwanted: (segment) => ledger.unwanted(segment),
    placedToMs(cameraId) {
      const head = chain.heads().get(cameraId);
      return head ? head.startedAtMs + head.clockOffsetMs + head.durationMs : null;
    },
    resume: () => ledger.resume(),
  };
}

/** A disk that is mounted late, or again, is found without a recorder asking for it. */
async function watchDisk(spool: Spool, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(diskWatchMs, signal).catch(() => undefined);
    if (!signal.aborted) await spool.look();
  }
}

const diskWatchMs = 10_000;
