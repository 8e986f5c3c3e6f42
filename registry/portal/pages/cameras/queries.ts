import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import type { CameraFilters } from './route.js';

/** The cameras of a tenant and everything below it. */
export const camerasQuery = (tenantId: string, filters: CameraFilters) =>
  infiniteQueryOptions({
    queryKey: ['cameras', 'list', tenantId, filters],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/cameras', {
          params: {
            query: {
              customer: tenantId,
              ...pageAt(pageParam),
              ...filters,
            },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
  });

/** How many there are in each state, whatever state the list is filtered by. */
export const summaryQuery = (tenantId: string, { state: _state, ...filters }: CameraFilters) =>
  queryOptions({
    queryKey: ['cameras', 'summary', tenantId, filters],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras/summary', { params: { query: { customer: tenantId, ...filters } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
