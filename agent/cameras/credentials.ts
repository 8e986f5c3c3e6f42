import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SealedFile } from './sealed-file.js';

const credentials = z.strictObject({ username: z.string(), password: z.string() });
export type Credentials = z.infer<typeof credentials>;

/** Everything the box knows of camera logins, sealed as one document. */
export const logins = z.strictObject({
  /** Given for the whole site, newest first. */
  site: z.array(credentials),
  /** Given by a person for an address or a camera's `localId`. */
  chosen: z.record(z.string(), credentials),
  /** By device: what it let in last. */
  proven: z.record(z.string(), credentials),
  /** By device, then by fingerprint of a login: how often the device refused it. */
  refused: z.record(z.string(), z.record(z.string(), z.int())),
});
export type Logins = z.infer<typeof logins>;

export const noLogins: Logins = { site: [], chosen: {}, proven: {}, refused: {} };

/**
 * Cameras lock accounts after three to five wrong tries, for half an hour: a login is tried once after somebody gave it.
 * One that this device let in before has a second try, for a busy camera refuses good logins too (Q60).
 */
const maxRefusals = { given: 1, proven: 2 };
const maxSiteLogins = 8;

export interface LoginTarget {
  deviceId: string;
  /** Address and `localId`s: what a person may have named. */
  names: readonly string[];
  /** The device lies in a range for which the site login was given. */
  inSiteRange: boolean;
}

/** Logins worth trying on a device, best first: proven, chosen for it, then the site's. Pure. */
export function candidatesFor(held: Logins, { deviceId, names, inSiteRange }: LoginTarget): Credentials[] {
  const chosen = names.flatMap((name) => held.chosen[name] ?? []);
  const proven = held.proven[deviceId];
  const all = [...(proven ? [proven] : []), ...chosen, ...(inSiteRange ? held.site : [])];
  const refused = held.refused[deviceId] ?? {};
  const seen = new Set<string>();
  return all.filter((login) => {
    const print = fingerprint(login);
    if (seen.has(print)) return false;
    seen.add(print);
    const isProven = proven !== undefined && fingerprint(proven) === print;
    return (refused[print] ?? 0) < (isProven ? maxRefusals.proven : maxRefusals.given);
  });
}

const fingerprint = ({ username, password }: Credentials): string =>
  createHash('sha256')
    .update(JSON.stringify([username, password]))
    .digest('hex')
    .slice(0, 32);

export interface CredentialStore {
  candidates(target: LoginTarget): Credentials[];
  provenFor(deviceId: string): Credentials | null;
  /** The device did not let a login in that was tried; false again once it lets one in. */
  hasRefused(deviceId: string): boolean;
  /** A login for the site's ranges. `again`: a person gives it now, so devices that refused it are asked again. */
  addSiteLogin(login: Credentials, again: boolean): Promise<void>;
  /** A login for one address or `localId`; `again` as above. */
  choose(name: string, login: Credentials, again: boolean): Promise<void>;
  /** The device let this login in. */
  accepted(deviceId: string, login: Credentials): Promise<void>;
  /** The device refused this login; remembered over restarts. */
  refused(deviceId: string, login: Credentials): Promise<void>;
}

/** Keeps the logins in `file`; a damaged file is reported through `onDamaged` and starts anew. */
export async function openCredentials(
  file: SealedFile<Logins>,
  onDamaged: (why: string) => void,
): Promise<CredentialStore> {
  const stored = await file.read();
  if (stored.kind === 'damaged') onDamaged(stored.why);
  let held: Logins = stored.kind === 'value' ? stored.value : noLogins;
  let writing: Promise<void> = Promise.resolve();
  const change = (changed: Logins): Promise<void> => {
    held = changed;
    const turn = writing.then(() => file.write(changed));
    writing = turn.catch(() => undefined);
    return turn;
  };
  /** Forgets refusals of a login that a person gives anew. */
  const forgiven = (login: Credentials): Logins['refused'] => {
    const print = fingerprint(login);
    return Object.fromEntries(
      Object.entries(held.refused).map(([deviceId, counts]) => {
        return [
          deviceId,
          Object.fromEntries(Object.entries(counts).filter(([refused]) => refused !== print)),
        ];
      }),
    );
  };
  return {
    candidates: (target) => candidatesFor(held, target),
    provenFor: (deviceId) => held.proven[deviceId] ?? null,
    hasRefused: (deviceId) => Object.keys(held.refused[deviceId] ?? {}).length > 0,
    addSiteLogin(login, again) {
      const others = held.site.filter((known) => fingerprint(known) !== fingerprint(login));
      const site = [login, ...others].slice(0, maxSiteLogins);
      return change({ ...held, site, refused: again ? forgiven(login) : held.refused });
    },
    choose: (name, login, again) =>
      change({
        ...held,
        chosen: { ...held.chosen, [name]: login },
        refused: again ? forgiven(login) : held.refused,
      }),
    async accepted(deviceId, login) {
      const { [deviceId]: counts, ...refused } = held.refused;
      const known = held.proven[deviceId];
      if (known && fingerprint(known) === fingerprint(login) && counts === undefined) return;
      await change({ ...held, proven: { ...held.proven, [deviceId]: login }, refused });
    },
    refused(deviceId, login) {
      const counts = held.refused[deviceId] ?? {};
      const print = fingerprint(login);
      return change({
        ...held,
        refused: { ...held.refused, [deviceId]: { ...counts, [print]: (counts[print] ?? 0) + 1 } },
      });
    },
  };
}
