import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { Operation } from '../../api/schema.js';
import type { Undo } from '../camera-acts/changes.js';

export const isOpen = ({ state }: Operation): boolean => state === 'queued' || state === 'running';

/** Events tell of progress; without them an open operation is looked at this often. */
export const lookEveryMs = 1_000;

/** One operation; asked for again while it is open. */
export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: ['operations', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/operations/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? lookEveryMs : false),
  });

/** The requests that take it back, where the API keeps them. */
export function undoOf({ state, result }: Operation): readonly Undo[] {
  const undo = state === 'done' || state === 'cancelled' ? result?.['undo'] : null;
  return Array.isArray(undo) ? (undo as Undo[]) : [];
}
