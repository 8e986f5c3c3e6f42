import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentMeta, type SegmentMeta } from '@gantry/protocol/segment.js';
import type { SegmentId } from '@gantry/protocol/ids.js';
import type { Log } from '../log.js';
import { readStored } from '../store.js';
import { lossOf, spoolNames, type FootageLost, type SpooledSegment } from './spooled-segment.js';

type Kind = 'media' | 'sidecar' | 'announced';

/**
 * What a crash can leave, and what it means. A segment comes in by: announced sidecar (`.json.part`) → media
 * renamed in → sidecar renamed to `.json`; it leaves by: sidecar removed → media removed. Each
 * mixture has therefore one meaning, and the recorder owns the media until the one rename that moves it.
 */
export type Verdict = 'waiting' | 'finish_adding' | 'never_arrived' | 'finish_removing' | 'media_lost';

export function judgeFiles(kinds: ReadonlySet<Kind>): Verdict {
  if (kinds.has('media')) {
    if (kinds.has('sidecar')) return 'waiting';
    return kinds.has('announced') ? 'finish_adding' : 'finish_removing';
  }
  return kinds.has('sidecar') ? 'media_lost' : 'never_arrived';
}

export interface Reconciliation {
  folder: string;
  log: Log;
  onLost: (event: FootageLost) => Promise<void>;
  /** Takes media whose sidecar cannot be read. */
  quarantine: string;
}

/** Brings files and sidecars of a spool folder into agreement and answers what waits in it. */
export async function reconcileFiles(o: Reconciliation): Promise<SpooledSegment[]> {
  const found = new Map<SegmentId, Set<Kind>>();
  for (const name of await readdir(o.folder)) {
    const parsed = spoolNames.parse(name);
    if (parsed) found.set(parsed.id, (found.get(parsed.id) ?? new Set()).add(parsed.kind));
    else if (name.endsWith('.tmp')) await rm(join(o.folder, name), { force: true });
  }
  const waiting: SpooledSegment[] = [];
  for (const [id, kinds] of found) {
    const segment = await settle(id, judgeFiles(kinds), o);
    if (segment) waiting.push(segment);
  }
  return waiting;
}

async function settle(id: SegmentId, verdict: Verdict, o: Reconciliation): Promise<SpooledSegment | null> {
  const media = join(o.folder, spoolNames.media(id));
  const sidecar = join(o.folder, spoolNames.sidecar(id));
  const announced = join(o.folder, spoolNames.announced(id));
  switch (verdict) {
    case 'never_arrived':
      await rm(announced, { force: true });
      return null;
    case 'finish_removing':
      await rm(media, { force: true });
      return null;
    case 'finish_adding':
      await rename(announced, sidecar);
      break;
    case 'waiting':
      await rm(announced, { force: true });
      break;
    case 'media_lost':
      break;
    default:
      return verdict satisfies never;
  }
  const stored = await readStored(sidecar, segmentMeta);
  if (verdict === 'media_lost') {
    if (stored.kind === 'value') await o.onLost(lossOf(stored.value, 'damaged'));
    await rm(sidecar, { force: true });
    return null;
  }
  if (stored.kind !== 'value') {
    o.log.error({ segmentId: id, stored }, 'a segment without readable description is set aside');
    await mkdir(o.quarantine, { recursive: true });
    await rename(media, join(o.quarantine, spoolNames.media(id)));
    await rm(sidecar, { force: true });
    return null;
  }
  return (await hasSize(media, stored.value, o)) ? { meta: stored.value, file: media } : null;
}

/** The cheap half of the check; the digest is compared while the bytes are read for the upload. */
async function hasSize(media: string, meta: SegmentMeta, o: Reconciliation): Promise<boolean> {
  if ((await stat(media)).size === meta.sizeBytes) return true;
  await o.onLost(lossOf(meta, 'damaged'));
  await rm(join(o.folder, spoolNames.sidecar(meta.id)), { force: true });
  await rm(media, { force: true });
  return false;
}
