import type { TenantId } from '@gantry/protocol/ids.js';
import type { Context } from '../context.js';
import type { Carrier } from './carrier.js';
import { composeLetter } from './outbox.js';

/** What became of a letter that was sent to see whether letters arrive. */
export interface TestLetter {
  recipient: string;
  /** Where letters go: to mailboxes, or into the folder of the registry. */
  goesTo: 'mailbox' | 'folder';
  /** Why it was not taken, in the words of the mail server; null when it was. */
  error: string | null;
}

/** Sends a letter at once and past the outbox: it is tried once, and what the mail server said is the answer. */
export async function sendTestLetter(
  ctx: Pick<Context, 'db' | 'newId' | 'log'>,
  carrier: Carrier,
  to: { tenantId: TenantId; email: string; name: string },
): Promise<TestLetter> {
  const letter = await composeLetter(ctx, ctx.db, {
    tenantId: to.tenantId,
    recipient: to.email,
    occasion: { kind: 'test', name: to.name },
  });
  const answer = {
    recipient: to.email,
    goesTo: carrier.keepsWords ? ('folder' as const) : ('mailbox' as const),
  };
  try {
    await carrier.deliver(letter);
    return { ...answer, error: null };
  } catch (error) {
    const why = (error as Error).message.slice(0, 500);
    ctx.log.warn({ why }, 'a test letter was not taken');
    return { ...answer, error: why };
  }
}
