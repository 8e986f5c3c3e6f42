import { useMutation, useQueryClient } from '@tanstack/react-query';
import { needsPassword } from './retype-dialog.js';

/**
 * A change of the second factors: asked for the password again, it waits for the dialog and is done once more.
 * Hand `asking` to a RetypeDialog with `again` as `onTyped`.
 */
export function useGuarded<Input, Result>(
  act: (input: Input) => Promise<Result>,
  onDone: (result: Result) => void,
) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: act,
    onSuccess: (result) => {
      void client.invalidateQueries({ queryKey: ['second-factors'] });
      onDone(result);
    },
  });
  const asking = needsPassword(change.error);
  return {
    run: change.mutate,
    pending: change.isPending,
    /** What a person should read; the wish for the password is a dialog of its own. */
    error: asking ? null : change.error,
    asking,
    again: () => {
      if (change.variables !== undefined) change.mutate(change.variables);
    },
    giveUp: () => change.reset(),
  };
}
