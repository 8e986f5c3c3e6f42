import { ConfigError } from '../config.js';
import { EnrolError } from '../identity/enrolment.js';
import { KeyDamaged } from '../identity/key.js';
import { LockHeld } from '../lock.js';
import { NotApproved, NotReached } from '../main.js';
import { PackageRefused } from '../service/manifest.js';
import { NotEnrolled } from '../wire-identity.js';
import { exitCodes } from './exit-codes.js';
import { AgentNotRunning, NotConnectedYet } from './local-client.js';
import { UsageError } from './usage-error.js';
import { WaitedInVain } from './wait.js';

/** The code a failed command ends with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigError) return exitCodes.usage;
  if (error instanceof NotEnrolled || error instanceof NotConnectedYet) return exitCodes.notEnrolled;
  if (error instanceof NotReached) return error.denied ? exitCodes.denied : exitCodes.unreachable;
  if (error instanceof NotApproved || error instanceof WaitedInVain) return exitCodes.timeout;
  if (error instanceof EnrolError) return enrolCodes[error.kind];
  if (error instanceof AgentNotRunning) return exitCodes.unreachable;
  return exitCodes.failure;
}

/** Failures a person can read as they are; anything else is a defect and shows its stack. */
export const isExpected = (error: unknown): boolean =>
  exitCodeOf(error) !== exitCodes.failure ||
  [LockHeld, KeyDamaged, PackageRefused].some((kind) => error instanceof kind);

const enrolCodes = {
  unreachable: exitCodes.unreachable,
  denied: exitCodes.denied,
  unexpected: exitCodes.failure,
} as const;
