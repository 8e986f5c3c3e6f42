import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { User } from '../../api/schema.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { useMe } from '../../shell/me.js';

/** The people with a place in one tenant. */
export const usersQuery = (tenantId: string, text: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['users', 'list', tenantId, text ?? ''],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/users', {
          params: {
            query: {
              tenant: tenantId,
              ...pageAt(pageParam),
              ...(text === undefined ? {} : { text }),
            },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
  });

/** With all their places, and how they get in: the numbers before anything is taken away. */
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
  });

/** What may be given in one tenant. */
export const rolesQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['roles', tenantId],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/roles', { params: { query: { tenant: tenantId, limit: 200 } }, signal })),
  });

/** Whether owners of the tenant are this person's to make and change: an owner's, or somebody's from above (R29). */
export function useRanksWithOwners(tenantId: string): boolean {
  const own = useMe().memberships.find(({ tenant }) => tenant.id === tenantId);
  return own === undefined || own.owner;
}

export type Standing = Pick<User, 'family' | 'owner' | 'roleIds'>;
