import { ConfigInvalid } from '../config.js';
import { StartFailure } from '../start-failure.js';
import { CallFailed } from './client.js';
import { PartlyDone } from './partly-done.js';
import { StorageDiffers } from './storage-differs.js';
import { UsageError } from './usage-error.js';

/** Exit codes of every command (ux.md §7). */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  unreachable: 4,
  denied: 5,
  partial: 6,
} as const;

/** The code a failed command ends with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof ConfigInvalid) return exitCodes.usage;
  if (error instanceof PartlyDone) return exitCodes.partial;
  if (error instanceof CallFailed) {
    if (error.kind === 'unreachable') return exitCodes.unreachable;
    return error.kind === 'denied' ? exitCodes.denied : exitCodes.failure;
  }
  return exitCodes.failure;
}

/** Failures a person can read as they are; anything else is a defect and shows its stack. */
export const isExpected = (error: unknown): boolean =>
  error instanceof UsageError ||
  error instanceof ConfigInvalid ||
  error instanceof CallFailed ||
  error instanceof PartlyDone ||
  error instanceof StorageDiffers ||
  error instanceof StartFailure;
