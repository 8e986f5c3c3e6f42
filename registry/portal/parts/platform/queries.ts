import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';

/** How much the registry holds and carries; for the platform. */
export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/platform', { signal })),
});
