import type { Actor } from '../actor.js';
import type { Context } from '../context.js';
import { eq } from '../db/drizzle.js';
import { letters } from '../db/schema/operations.js';
import { Failure, notFound } from '../errors.js';
import { record } from '../history/history.js';
import type { LetterRow } from '../mail/outbox.js';
import type { ActingPrincipal } from './principal.js';

/** The outbox is the platform's: letters hold links into accounts. Throws `forbidden`. */
export function requirePlatform(principal: ActingPrincipal): void {
  const kinds =
    principal.kind === 'user' ? principal.memberships.map(({ kind }) => kind) : [principal.tenantKind];
  if (!kinds.includes('platform')) throw new Failure('forbidden', 'Only the platform sees the outbox.');
}

/** A letter with its words; reading it stands in the history, as reading a displayed link does (R27). */
export async function readLetter(
  ctx: Pick<Context, 'db'>,
  actor: Actor,
  principal: ActingPrincipal,
  id: string,
): Promise<LetterRow> {
  requirePlatform(principal);
  return ctx.db.transaction(async (tx) => {
    const [found] = await tx.select().from(letters).where(eq(letters.id, id));
    if (found === undefined) throw notFound('letter', id);
    await record(tx, {
      actor,
      tenantId: found.tenantId,
      target: { kind: 'letter', id },
      operation: 'letter.read',
      sentence: `${actor.name} read the letter “${found.subject}” to ${found.recipient}`,
    });
    return found;
  });
}
