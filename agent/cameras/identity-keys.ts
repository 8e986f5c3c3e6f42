import { createHash } from 'node:crypto';
import type { IdentityKey } from '@gantry/protocol/camera.js';

/** What a device says of who it is; any of it may be missing, made up or shared with its whole series. */
export interface ClaimedIdentity {
  /** Normalised endpoint reference. */
  endpoint: string | null;
  /** 12 lower-case hex digits each. */
  macs: readonly string[];
  manufacturer: string | null;
  model: string | null;
  serial: string | null;
}

/** Seen on many units in the field (field notes, Identity and addresses). */
const sharedMacs = new Set(['00123456789a', '001122334455', '0123456789ab']);
const sharedSerials = new Set(
  (
    'serialnumber, serial number, serial, unknown, none, null, n/a, na, default, test, string, sn, abcdef, ' +
    '0123456789, 1234567890, 123456789, 12345678, 123456, 00000001, 1'
  ).split(', '),
);

/** The keys worth matching by, strongest first (R37); empty when the device says nothing that could be its own. */
export function keysOf({ endpoint, macs, manufacturer, model, serial }: ClaimedIdentity): IdentityKey[] {
  const keys: IdentityKey[] = [];
  if (endpoint !== null && endpoint.length <= 200 && !isRepetitive(endpoint)) {
    keys.push({ kind: 'endpoint', value: endpoint });
  }
  for (const mac of [...new Set(macs)].filter(isOwnMac).slice(0, 4)) keys.push({ kind: 'mac', value: mac });
  const number = serial?.trim().toLowerCase() ?? '';
  if (number !== '' && !sharedSerials.has(number) && !isRepetitive(number)) {
    const value = [manufacturer, model, number].map((part) => (part ?? '').trim().toLowerCase()).join('|');
    if (value.length <= 200) keys.push({ kind: 'serial', value });
  }
  return keys;
}

/** The key of what has no other: the agent and an address without credentials. */
export function urlKey(agentId: string, normalisedUrl: string): IdentityKey {
  return { kind: 'url', value: createHash('sha256').update(`${agentId}|${normalisedUrl}`).digest('hex') };
}

/** Globally administered, and not one of those that whole series bear. */
function isOwnMac(mac: string): boolean {
  const locallyAdministered = (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;
  return /^[0-9a-f]{12}$/.test(mac) && !locallyAdministered && !sharedMacs.has(mac) && !isRepetitive(mac);
}

/** All zeros, all `f`, `1111`: one letter over and over names nobody. */
const isRepetitive = (text: string): boolean => new Set(text.replaceAll(/[^0-9a-z]/gi, '')).size <= 1;
