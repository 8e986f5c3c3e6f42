/** Time as a parameter. Decisions about entitlement use the database's clock, never this one. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
