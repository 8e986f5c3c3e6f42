import { ConfigError } from '../config.js';
import { EnrolError } from '../identity/enrolment.js';
import { KeyDamaged } from '../identity/key.js';
import { LockHeld } from '../lock.js';
import { NotApproved, NotReached } from '../main.js';
import { NotEnrolled } from '../wire-identity.js';
import { AgentNotRunning } from './local-client.js';
import { UsageError } from './usage-error.js';
import { WaitedInVain } from './wait.js';

/** Exit codes of every command (ux.md §7). */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notEnrolled: 3,
  unreachable: 4,
  denied: 5,
  partial: 6,
  timeout: 124,
} as const;

/** The code a failed command ends with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) return exitCodes.usage;
  if (error instanceof NotEnrolled) return exitCodes.notEnrolled;
  if (error instanceof NotReached) return error.denied ? exitCodes.denied : exitCodes.unreachable;
  if (error instanceof NotApproved || error instanceof WaitedInVain) return exitCodes.timeout;
  if (error instanceof EnrolError) return enrolCodes[error.kind];
  if (error instanceof AgentNotRunning) return exitCodes.unreachable;
  return exitCodes.failure;
}

/** Failures a person can read as they are; anything else is a defect and shows its stack. */
export const isExpected = (error: unknown): boolean =>
  exitCodeOf(error) !== exitCodes.failure || error instanceof LockHeld || error instanceof KeyDamaged;

const enrolCodes = {
  unreachable: exitCodes.unreachable,
  denied: exitCodes.denied,
  unexpected: exitCodes.failure,
} as const;
