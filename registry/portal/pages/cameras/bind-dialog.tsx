import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Camera, Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { TenantPicker } from '../../parts/tenant-picker.js';
import { useBind } from './acts.js';
import { texts } from './texts.js';

/** Binds cameras to a customer with a plan; for cameras that are bound it shows from whom they are taken. */
export function BindDialog({
  cameras,
  onClose,
  onBound,
}: {
  cameras: readonly Camera[];
  onClose: () => void;
  onBound: () => void;
}) {
  const t = useTexts(texts);
  const [customer, setCustomer] = useState<Tenant | null>(null);
  const [planId, setPlanId] = useState<string | null>(null);
  const plans = useQuery({
    queryKey: ['plans'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/plans', { params: { query: { limit: 200 } }, signal })),
  });
  const bind = useBind(onBound);
  const offered = plans.data?.items ?? [];
  const plan = planId ?? offered[0]?.id ?? null;
  const count = cameras.length;
  const [only] = cameras;
  const moved = cameras.filter(({ customer: now }) => now !== null && now.id !== customer?.id);
  const from = [...new Set(moved.map(({ customer: now }) => now?.name ?? ''))];
  return (
    <Dialog
      opened
      onClose={onClose}
      title={count === 1 && only !== undefined ? t('bindOne', { name: only.name }) : t('bindMany', { count })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (customer !== null && plan !== null) bind.mutate({ cameras, customer, planId: plan });
        }}
      >
        <Stack>
          <TenantPicker
            kind="customer"
            label={t('customer')}
            placeholder={t('customerHint')}
            value={customer}
            onChange={setCustomer}
            autoFocus
          />
          <NativeSelect
            label={t('plan')}
            value={plan ?? ''}
            onChange={(event) => setPlanId(event.currentTarget.value)}
            data={offered.map(({ id, name, retentionDays }) => ({
              value: id,
              label: `${name} · ${t('kept', { count: retentionDays })}`,
            }))}
          />
          {moved.length > 0 && customer !== null && (
            <Alert color="yellow" variant="outline" title={t('movedTitle', { count: moved.length })}>
              <Text size="sm">{t('moved', { from: from.slice(0, 3).join(', '), to: customer.name })}</Text>
            </Alert>
          )}
          {bind.error !== null && <ErrorNotice error={bind.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={customer === null || plan === null} loading={bind.isPending}>
              {t('bindMany', { count })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
