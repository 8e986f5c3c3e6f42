import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

const idsOf = (cameras: readonly Camera[]): string[] => cameras.map(({ id }) => id);

/** Everything that shows cameras asks again. */
function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      ['cameras', 'tenants', 'home'].map((subject) => client.invalidateQueries({ queryKey: [subject] })),
    );
  };
}

export interface Binding {
  cameras: readonly Camera[];
  customer: { id: string; name: string };
  planId: string;
}

export function useBind(onDone: () => void) {
  const t = useTexts(texts);
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ cameras, customer, planId }: Binding) =>
      answer(
        api.POST('/api/v1/cameras:bind', { body: { ids: idsOf(cameras), customerId: customer.id, planId } }),
      ),
    onSuccess: async ({ items }, { customer }) => {
      const count = items.filter(({ outcome }) => outcome === 'bound').length;
      const skipped = items.length - count;
      toast({
        message:
          skipped === 0
            ? t('bound', { count, customer: customer.name })
            : t('boundSome', { count, skipped, customer: customer.name }),
      });
      onDone();
      await refresh();
    },
  });
}

export function useUnbind(onDone: () => void) {
  const t = useTexts(texts);
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (cameras: readonly Camera[]) =>
      answer(api.POST('/api/v1/cameras:unbind', { body: { ids: idsOf(cameras) } })),
    onSuccess: async ({ items }) => {
      toast({ message: t('unbound', { count: items.length }) });
      onDone();
      await refresh();
    },
  });
}

/** A camera's own switch (R23). */
export function useSwitchCamera() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, enabled }: Camera) =>
      answer(
        api.POST(enabled ? '/api/v1/cameras/{id}:disable' : '/api/v1/cameras/{id}:enable', {
          params: { path: { id } },
        }),
      ),
    onSuccess: refresh,
    onError: (error) => toast({ tone: 'bad', message: error.message }),
  });
}
