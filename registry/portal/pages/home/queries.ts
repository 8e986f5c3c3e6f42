import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { Home } from '../../api/schema.js';
import { useAskingAgainMs } from '../../live/live.js';
import { useTenantId } from '../../shell/scope.js';

export type Counts = Home['cameras'];
export type Attention = Home['attention']['items'][number];
export type Waiting = Home['waiting'][number];
export type Step = NonNullable<Home['steps']>[number];

export function useHome() {
  const id = useTenantId();
  return useQuery({
    queryKey: ['home', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/tenants/{id}/home', { params: { path: { id } }, signal })),
    refetchInterval: useAskingAgainMs(),
  });
}
