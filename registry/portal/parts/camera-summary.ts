import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
import type { CameraFilter } from './camera-acts/changes.js';

/** How many cameras there are in each state, whatever state a list is filtered by. */
export const summaryQuery = (tenantId: string, { state: _state, ...filters }: CameraFilter) =>
  queryOptions({
    queryKey: ['cameras', 'summary', tenantId, filters],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/cameras/summary', { params: { query: { customer: tenantId, ...filters } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
