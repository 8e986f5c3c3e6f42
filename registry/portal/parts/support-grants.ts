import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
import type { SupportGrant } from '../api/schema.js';
import { useAct } from './act.js';

/** Grants end by themselves, without an event. */
const everyMs = 30_000;

/** Who may watch the video of a customer for support, and who might; newest first (R32). */
export const supportGrantsQuery = (customerId: string) =>
  queryOptions({
    queryKey: ['support-grants', customerId],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/support-grants', { params: { query: { tenant: customerId, limit: 100 } }, signal }),
      ),
    refetchInterval: everyMs,
  });

export const isInForce = ({ revokedAt, expiresAt }: SupportGrant): boolean =>
  revokedAt === null && Date.parse(expiresAt) > Date.now();

/** Ends a grant with the next request; who was given it may give it back too. */
export function useEndGrant(onDone: () => void) {
  return useAct(
    (grantId: string) =>
      answer(api.DELETE('/api/v1/support-grants/{grantId}', { params: { path: { grantId } } })),
    { stale: ['support-grants'], onDone },
  );
}
