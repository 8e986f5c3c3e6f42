import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import type { Tenant } from '../api/schema.js';

export const tenantQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/tenants/{id}', { params: { path: { id } }, signal })),
  });

/** Of the address `/o/:tenantId/…`. */
export const useTenantId = (): string => useParams({ from: '/o/$tenantId' }).tenantId;

/** The tenant whose scope the page stands in; the route has loaded it. */
export const useScope = (): Tenant => useSuspenseQuery(tenantQuery(useTenantId())).data;
