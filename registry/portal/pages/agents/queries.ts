import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { useAskingAgainMs } from '../../live/live.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { useTenantId } from '../../shell/scope.js';

/** The boxes of the scope and of the integrators below it. */
export function useAgents() {
  const tenant = useTenantId();
  return useInfiniteQuery({
    queryKey: ['agents', 'list', tenant],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/agents', {
          params: {
            query: { tenant, ...pageAt(pageParam) },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval: useAskingAgainMs(),
  });
}

/** Boxes ask without an event: nobody's they are. */
const waitingEveryMs = 5_000;
export const shownWaiting = 20;

/** Boxes that wait to be let in, wherever they are to belong; newest first. */
export const useWaitingBoxes = () =>
  useQuery({
    queryKey: ['claims'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/claims', { params: { query: { limit: shownWaiting } }, signal })),
    refetchInterval: waitingEveryMs,
  });

/** Somebody stands before the box and waits for it. */
const watchedEveryMs = 2_000;

/** One box that is watched while it comes up, as soon as its id is known. */
export const useAgent = (id: string | null) =>
  useQuery({
    queryKey: ['agents', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/agents/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
    refetchInterval: watchedEveryMs,
  });
