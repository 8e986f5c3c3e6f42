import type { IdentityKey } from '@gantry/protocol/camera.js';
import type { AgentId, CameraId } from '@gantry/protocol/ids.js';

/** A registered camera that an inventory entry may be. */
export interface KnownCamera {
  id: CameraId;
  localId: string;
  keys: readonly IdentityKey[];
  /**
   * Whose it is, seen from the announcing agent: its `own`; of another agent of the same integrator that
   * still sees it (`sibling`) or no longer does (`orphan`: that agent was replaced); of another integrator.
   */
  holder: 'own' | 'sibling' | 'orphan' | 'foreign';
}

/** What an inventory entry says about who it is. */
export interface Entry {
  localId: string;
  keys: readonly IdentityKey[];
}

export type Identification<Camera extends KnownCamera = KnownCamera> =
  | { kind: 'same'; camera: Camera }
  | { kind: 'new' }
  /** A person must decide; `cameras` are those of the same integrator that it may be. */
  | { kind: 'conflict'; cameras: Camera[]; detail: string }
  | { kind: 'elsewhere'; detail: string };

/** As stored: the same URL seen by another agent is another camera (R37). */
export const storedKey = (agentId: AgentId, key: IdentityKey): IdentityKey =>
  key.kind === 'url' ? { kind: 'url', value: `${agentId}:${key.value}` } : key;

const strong = new Set<IdentityKey['kind']>(['endpoint', 'mac', 'url']);

/**
 * Compares two sets of keys, kind by kind. `same`: something agrees and no strong kind differs. `unclear`: one
 * strong kind agrees, another differs (a copied MAC address, a UUID that changed on reboot). A serial number
 * alone against a strong key that differs counts for nothing: whole series carry the same one (R37).
 */
export function resemblance(
  a: readonly IdentityKey[],
  b: readonly IdentityKey[],
): 'same' | 'unclear' | 'other' {
  let agrees = false;
  let strongAgrees = false;
  let strongDiffers = false;
  for (const kind of new Set(a.map((key) => key.kind))) {
    const theirs = b.filter((key) => key.kind === kind).map((key) => key.value);
    if (theirs.length === 0) continue;
    const equal = a.some((key) => key.kind === kind && theirs.includes(key.value));
    agrees ||= equal;
    strongAgrees ||= equal && strong.has(kind);
    strongDiffers ||= !equal && strong.has(kind);
  }
  if (agrees && !strongDiffers) return 'same';
  return strongAgrees ? 'unclear' : 'other';
}

/**
 * Who an inventory entry is (R37): first the agent's own name for it, then its keys. Never guesses: keys that
 * point at two cameras are a conflict. `listed` tells whether a local id stands in the same inventory.
 */
export function identify<Camera extends KnownCamera>(
  entry: Entry,
  known: readonly Camera[],
  listed: (localId: string) => boolean,
): Identification<Camera> {
  const named = known.find((camera) => camera.holder === 'own' && camera.localId === entry.localId);
  const others = known.filter((camera) => camera !== named);
  const same = others.filter((camera) => resemblance(entry.keys, camera.keys) === 'same');
  const unclear = others.filter(
    (camera) => camera.holder !== 'foreign' && resemblance(entry.keys, camera.keys) === 'unclear',
  );

  if (named !== undefined) {
    const rivals = same.filter((camera) => camera.holder === 'own' || camera.holder === 'orphan');
    if (rivals.length === 0) return { kind: 'same', camera: named };
    return conflict([named, ...rivals]);
  }
  if (same.some((camera) => camera.holder === 'foreign')) {
    return { kind: 'elsewhere', detail: 'It is registered elsewhere. Ask its present holder to release it.' };
  }
  const [only, ...more] = same;
  if (more.length > 0 || (only !== undefined && unclear.length > 0)) return conflict([...same, ...unclear]);
  if (only === undefined) return unclear.length > 0 ? conflict(unclear) : { kind: 'new' };
  switch (only.holder) {
    case 'own':
      return listed(only.localId) ? conflict([only]) : { kind: 'same', camera: only };
    case 'orphan':
      return { kind: 'same', camera: only };
    case 'sibling':
      return {
        kind: 'elsewhere',
        detail: 'Another agent of yours sees this camera. It moves here once that agent is offline.',
      };
    case 'foreign':
      return { kind: 'elsewhere', detail: 'It is registered elsewhere.' };
    default: {
      const never: never = only.holder;
      return never;
    }
  }
}

function conflict<Camera extends KnownCamera>(cameras: Camera[]): Identification<Camera> {
  const ids = cameras.map((camera) => camera.id).join(' and ');
  return {
    kind: 'conflict',
    cameras,
    detail:
      cameras.length === 1
        ? `Some of its identifiers are those of ${ids}, others are not. Decide whether it is that camera.`
        : `Its identifiers point at ${ids}. Decide which of them it is.`,
  };
}
