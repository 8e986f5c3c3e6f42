import type { Context } from '../context.js';
import { Failure } from '../errors.js';
import type { ActingPrincipal } from './principal.js';

const freshMs = 10 * 60_000;

/**
 * What hands an account over (its address, its second factors) needs that the password was typed a short while ago:
 * a session that was left open or stolen is not enough. Throws `password_required`.
 */
export function requireFreshPassword(ctx: Pick<Context, 'clock'>, principal: ActingPrincipal): void {
  if (principal.kind === 'user' && ctx.clock.nowMs() - principal.passwordAtMs < freshMs) return;
  throw new Failure(
    'password_required',
    'Type your password again first: POST /api/v1/me/password/confirmation. It counts for ten minutes.',
  );
}
