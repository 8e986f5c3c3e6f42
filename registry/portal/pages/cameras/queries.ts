import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
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
