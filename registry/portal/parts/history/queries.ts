import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { paths } from '../../api/schema.js';
import { followingCursors, pageAt } from '../table/pages.js';

export type HistoryFilter = Omit<
  NonNullable<paths['/api/v1/history']['get']['parameters']['query']>,
  'limit' | 'cursor'
>;

/** Who did what to whom, newest first. `still`: what happens meanwhile does not make it stale. */
export const historyQuery = (filter: HistoryFilter, still = false) =>
  infiniteQueryOptions({
    queryKey: [still ? 'still' : 'history', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/history', {
          params: {
            query: { ...pageAt(pageParam), ...filter },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
  });
