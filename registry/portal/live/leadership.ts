/** Runs `lead` while this tab is the one that leads; its signal ends with the leadership. */
export type Leadership = (lead: (signal: AbortSignal) => Promise<void>, until: AbortSignal) => Promise<void>;

const name = 'gantry.live';

/** One tab at a time holds the browser's lock; the next takes over when that tab is closed. */
const byLock: Leadership = (lead, until) =>
  navigator.locks
    .request(name, { signal: until }, () => lead(until))
    .catch((error: unknown) => {
      if (!until.aborted) throw error;
    });

const leaseMs = 6_000;
const renewMs = 2_000;

interface Lease {
  holder: string;
  untilMs: number;
}

/**
 * Plain http has no locks (ux.md 2.6, trap 4): a lease in the browser's storage instead. Two tabs may both lead
 * for a moment after a race; each hears the same events, so that nothing is wrong meanwhile.
 */
const byLease: Leadership = async (lead, until) => {
  const self = `${Date.now()}.${Math.random()}`;
  const read = (): Lease | null => JSON.parse(localStorage.getItem(name) ?? 'null') as Lease | null;
  const take = () =>
    localStorage.setItem(name, JSON.stringify({ holder: self, untilMs: Date.now() + leaseMs }));
  const state: { leading: AbortController | null } = { leading: null };
  const look = () => {
    const lease = read();
    const free = lease === null || lease.untilMs < Date.now() || lease.holder === self;
    if (!free) return state.leading?.abort();
    take();
    if (state.leading !== null && !state.leading.signal.aborted) return;
    state.leading = new AbortController();
    void lead(AbortSignal.any([until, state.leading.signal]));
  };
  const timer = setInterval(look, renewMs);
  const leave = () => {
    if (read()?.holder === self) localStorage.removeItem(name);
  };
  addEventListener('pagehide', leave);
  look();
  await new Promise<void>((resolve) => until.addEventListener('abort', () => resolve(), { once: true }));
  clearInterval(timer);
  removeEventListener('pagehide', leave);
  leave();
};

export const leadership = (): Leadership => ('locks' in navigator ? byLock : byLease);
