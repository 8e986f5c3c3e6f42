import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useAskingAgainMs } from '../../live/live.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { useTenantId } from '../../shell/scope.js';

/** Keys that boxes of the scope and of the integrators below it enrol by. */
export function useKeys() {
  const tenant = useTenantId();
  return useInfiniteQuery({
    queryKey: ['keys', tenant],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/enrolment-tokens', { params: { query: { tenant, ...pageAt(pageParam) } }, signal }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval: useAskingAgainMs(),
  });
}
