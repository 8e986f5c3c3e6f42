import { queryOptions } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client.js';
import type { Agent, paths } from '../../api/schema.js';
import { useAct } from '../../parts/act.js';

export const agentQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/agents/{id}', { params: { path: { id } }, signal })),
  });

export type AgentChange = NonNullable<
  paths['/api/v1/agents/{id}']['patch']['requestBody']
>['content']['application/json'];

/** Something done to a box; whatever comes of it, everything about boxes is asked for again. */
export function useAgentAct<Input, Result>(
  act: (input: Input) => Promise<Result>,
  onDone: (result: Result) => void,
) {
  return useAct(act, { stale: ['agents', 'cameras', 'history'], onDone });
}

export const changeAgent = ({ id, version }: Agent, body: AgentChange) =>
  answer(api.PATCH('/api/v1/agents/{id}', { params: { path: { id } }, headers: ifMatch(version), body }));

/** What the box answers now; the registry hands it on as it is (agent/setup). */
export const askBox = (id: string, kind: 'network' | 'rescan' | 'view') =>
  answer(api.POST('/api/v1/agents/{id}/setup', { params: { path: { id } }, body: { kind } }));
