import type { Context } from '../context.js';
import type { Carrier } from './carrier.js';
import { closeAttempt, takeDueLetter } from './outbox.js';

/**
 * Sends every letter that is due; one that fails waits longer each time and does not hold up the others.
 * Answers how many were taken.
 */
export async function sendDueLetters(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  carrier: Carrier,
  signal: AbortSignal,
): Promise<number> {
  let taken = 0;
  for (;;) {
    if (signal.aborted) return taken;
    const letter = await takeDueLetter(ctx);
    if (letter === null) return taken;
    try {
      await carrier.deliver(letter);
      await closeAttempt(ctx, letter, { error: null, forget: !carrier.keepsWords });
      taken += 1;
    } catch (error) {
      const why = (error as Error).message.slice(0, 500);
      await closeAttempt(ctx, letter, { error: why });
      ctx.log.warn({ letter: letter.id, attempt: letter.attempts, why }, 'a letter was not taken');
    }
  }
}
