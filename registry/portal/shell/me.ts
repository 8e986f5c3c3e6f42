import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client.js';
import type { Me } from '../api/schema.js';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/me', { signal })),
  staleTime: 60_000,
});

/** Who is signed in; the routes below the shell have it before they are shown. */
export const useMe = (): Me => useSuspenseQuery(meQuery).data;

export type Capability = Me['capabilities'][number];

/** Whether the person may do such a thing at all; each route of the API decides for itself again. */
export const useMay = (capability: Capability): boolean => useMe().capabilities.includes(capability);
