import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../api/client.js';
import { hasCode } from '../api/problem.js';
import type { Preferences } from '../api/schema.js';

const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: ({ signal }) => answer(api.GET('/api/v1/me/preferences', { signal })),
  staleTime: 60_000,
});

export const usePreferences = () => useQuery(preferencesQuery);

/** What to change, of what is chosen now: another browser of the person may have chosen meanwhile. */
export type Choosing = (now: Preferences) => Partial<Omit<Preferences, 'version'>>;

async function choose(client: QueryClient, choosing: Choosing): Promise<Preferences> {
  const save = async (now: Preferences) =>
    answer(api.PATCH('/api/v1/me/preferences', { headers: ifMatch(now.version), body: choosing(now) }));
  try {
    return await save(await client.ensureQueryData(preferencesQuery));
  } catch (error) {
    if (!hasCode(error, 'precondition_failed')) throw error;
    return save(await client.fetchQuery({ ...preferencesQuery, staleTime: 0 }));
  }
}

/** Keeps a choice with the person: it holds on every browser. One after the other, so that none is lost. */
export function useChoose() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choosing: Choosing) => choose(client, choosing),
    scope: { id: 'preferences' },
    onSuccess: (chosen) => client.setQueryData(preferencesQuery.queryKey, chosen),
  });
}
