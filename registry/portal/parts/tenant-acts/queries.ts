import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { DeletionNumbers, Operation, Tenant } from '../../api/schema.js';
import { useMe } from '../../shell/me.js';

/** Whether the person may switch this tenant: only from above, never one's own (R10, R25). */
export function useMaySwitch(tenant: Pick<Tenant, 'id' | 'kind'>): boolean {
  const { capabilities, memberships } = useMe();
  if (tenant.kind === 'platform' || !capabilities.includes('switchTenants')) return false;
  return !memberships.some((membership) => membership.tenant.id === tenant.id);
}

/** What switching off or on would touch, in numbers: all that hangs below the tenant. */
export const switchPreview = (id: string, act: 'disable' | 'enable') =>
  queryOptions({
    queryKey: ['tenants', id, 'preview', act],
    queryFn: () => {
      const params = { path: { id }, query: { dryRun: 'true' as const } };
      return answer(
        act === 'disable'
          ? api.POST('/api/v1/tenants/{id}:disable', { params, body: {} })
          : api.POST('/api/v1/tenants/{id}:enable', { params, body: { cameras: 'all' } }),
      );
    },
    staleTime: 0,
    gcTime: 0,
  });

const lookEveryMs = 500;

/** How many have confirmed what was asked of them; asked for until all did. */
export const stoppingQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', id, 'stopping'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{id}/stopping', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) =>
      state.data !== undefined && state.data.stopped >= state.data.unwanted ? false : lookEveryMs,
    staleTime: 0,
    gcTime: 0,
  });

/** What shows something else after a tenant was switched, moved or deleted. */
export const tenantSubjects = ['tenants', 'cameras', 'home', 'operations'];

/** Everything that shows tenants or cameras asks again. */
export function useRefreshTenants(): () => void {
  const client = useQueryClient();
  return () => {
    for (const subject of tenantSubjects) void client.invalidateQueries({ queryKey: [subject] });
  };
}

export function useDisable(id: string) {
  const refresh = useRefreshTenants();
  return useMutation({
    mutationFn: (reason: string) =>
      answer(
        api.POST('/api/v1/tenants/{id}:disable', {
          params: { path: { id }, query: {} },
          body: reason.trim() === '' ? {} : { reason: reason.trim() },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useEnable(id: string) {
  const refresh = useRefreshTenants();
  return useMutation({
    mutationFn: (cameras: 'all' | 'previous') =>
      answer(
        api.POST('/api/v1/tenants/{id}:enable', { params: { path: { id }, query: {} }, body: { cameras } }),
      ),
    onSuccess: refresh,
  });
}

/** What deleting would take away, in numbers. */
export const deletionPreview = (id: string) =>
  queryOptions({
    queryKey: ['tenants', id, 'preview', 'delete'],
    queryFn: async () =>
      (await answer(
        api.DELETE('/api/v1/tenants/{id}', { params: { path: { id }, query: { dryRun: 'true' } }, body: {} }),
      )) as DeletionNumbers,
    staleTime: 0,
    gcTime: 0,
  });

export function useDelete(id: string) {
  const refresh = useRefreshTenants();
  return useMutation({
    mutationFn: async () =>
      (await answer(
        api.DELETE('/api/v1/tenants/{id}', {
          params: { path: { id }, query: {} },
          body: { confirm: 'Delete' },
        }),
      )) as Operation,
    onSuccess: refresh,
  });
}
