import { useMutation, useQueryClient } from '@tanstack/react-query';

/** Something done; whatever comes of it, the subjects it touches are asked for again. */
export function useAct<Result, Input = void>(
  act: (input: Input) => Promise<Result>,
  { stale, onDone }: { stale: readonly string[]; onDone: (result: Result) => void },
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: onDone,
    onSettled: () => Promise.all(stale.map((subject) => client.invalidateQueries({ queryKey: [subject] }))),
  });
}
