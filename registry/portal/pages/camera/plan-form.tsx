import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { plansQuery } from '../../parts/binding-rule/rule.js';
import { toast } from '../../parts/toasts.js';
import type { PanelProps } from './panel.js';
import { texts } from './texts.js';

/** What the camera is billed by; a customer's camera has one. */
export function PlanForm({ camera }: PanelProps) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const plans = useQuery(plansQuery);
  const now = camera.plan?.id ?? '';
  const planId = chosen ?? now;
  const save = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/cameras:setPlan', { body: { ids: [camera.id], planId, atomic: true } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['cameras'] });
      setChosen(null);
      toast({ message: t('saved') });
    },
  });
  // A plan that is offered no more stays with who has it.
  const offered = [
    ...(camera.plan === null || plans.data?.items.some(({ id }) => id === now) === true ? [] : [camera.plan]),
    ...(plans.data?.items ?? []),
  ];
  return (
    <Card id="plan" title={t('plan')}>
      {camera.customer === null ? (
        <Text size="sm" c="dimmed">
          {t('planUnbound')}
        </Text>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Group align="flex-end">
            <NativeSelect
              label={t('planOf', { customer: camera.customer.name })}
              value={planId}
              onChange={(event) => setChosen(event.currentTarget.value)}
              data={offered.map(({ id, name }) => ({ value: id, label: name }))}
              flex={1}
              maw={360}
            />
            <Button type="submit" disabled={planId === now} loading={save.isPending}>
              {t('changePlan')}
            </Button>
          </Group>
          {save.error !== null && <ErrorNotice error={save.error} />}
        </form>
      )}
    </Card>
  );
}
