import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, ifMatch } from '../../api/client.js';
import type { User } from '../../api/schema.js';
import { toast } from '../../parts/toasts.js';

/** Something done to a person; afterwards the list is asked for again, and `said` is told in passing. */
export function useUserAct<Input, Result>(
  act: (input: Input) => Promise<Result>,
  onDone: (result: Result) => void,
  said: ((result: Result) => string | null) | string,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (result) => {
      const message = typeof said === 'string' ? said : said(result);
      if (message !== null) toast({ message });
      onDone(result);
    },
    // Also after a refusal: somebody else may have been quicker.
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
}

const at = (id: string) => ({ params: { path: { id } } });

export const disableUser = (id: string, reason: string) =>
  answer(
    api.POST('/api/v1/users/{id}:disable', {
      ...at(id),
      body: reason.trim() === '' ? {} : { reason: reason.trim() },
    }),
  );

export const enableUser = (id: string) => answer(api.POST('/api/v1/users/{id}:enable', at(id)));

export const resetFactor = (id: string) => answer(api.DELETE('/api/v1/users/{id}/second-factor', at(id)));

/** Ends the person's place in that tenant, and the person with the last one. */
export const removeUser = ({ id, tenantId, version }: Pick<User, 'id' | 'tenantId' | 'version'>) =>
  answer(
    api.DELETE('/api/v1/users/{id}', {
      params: { path: { id }, query: { tenant: tenantId } },
      headers: ifMatch(version),
    }),
  );

/** Answers the link when it is to be handed over, null when it was mailed. */
export const sendLink = async (id: string, delivery: 'email' | 'display'): Promise<string | null> =>
  (await answer(api.POST('/api/v1/users/{id}/activation-links', { ...at(id), body: { delivery } }))).link;
