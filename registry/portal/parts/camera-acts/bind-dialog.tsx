import { Button, NativeSelect, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { plansQuery } from '../binding-rule/rule.js';
import { Dialog } from '../dialog.js';
import { DialogActs } from '../dialog-acts.js';
import { ErrorNotice } from '../error-notice.js';
import { TenantPicker } from '../tenant-picker.js';
import { useChangeCameras } from './acts.js';
import { previewChange, type Select } from './changes.js';
import { Preview } from './preview.js';
import { texts } from './texts.js';

/** What the dialog is opened for. */
export interface Binding {
  select: Select;
  count: number;
  /** Of a single camera. */
  name: string | null;
  /** Some may belong to somebody already: show from whom they are taken. */
  mayMove: boolean;
}

/** Binds cameras to a customer with a plan. */
export function BindDialog({
  binding: { select, count, name, mayMove },
  onClose,
  onBound,
}: {
  binding: Binding;
  onClose: () => void;
  onBound: () => void;
}) {
  const t = useTexts(texts);
  const [customer, setCustomer] = useState<Tenant | null>(null);
  const [chosenPlan, setChosenPlan] = useState<string | null>(null);
  const plans = useQuery(plansQuery);
  const offered = plans.data?.items ?? [];
  const planId = chosenPlan ?? offered[0]?.id ?? null;
  const what =
    customer === null || planId === null ? null : { act: 'bind' as const, customerId: customer.id, planId };
  const change = useChangeCameras();
  const preview = useQuery({
    queryKey: ['cameras', 'preview', what, select],
    queryFn: () => previewChange(select, what as NonNullable<typeof what>),
    enabled: mayMove && what !== null,
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Dialog
      opened
      onClose={onClose}
      title={name === null ? t('bindCount', { count }) : t('bindOne', { name })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (what === null) return;
          change.mutate({ select, what, customerName: customer?.name ?? '' }, { onSuccess: onBound });
        }}
      >
        <Stack>
          <TenantPicker
            kinds={['customer']}
            label={t('customer')}
            placeholder={t('customerHint')}
            value={customer}
            onChange={setCustomer}
            autoFocus
          />
          <NativeSelect
            label={t('plan')}
            value={planId ?? ''}
            onChange={(event) => setChosenPlan(event.currentTarget.value)}
            data={offered.map(({ id, name: planName, retentionDays }) => ({
              value: id,
              label: `${planName} · ${t('kept', { count: retentionDays })}`,
            }))}
          />
          {mayMove && what !== null && <Preview query={preview} />}
          {change.error !== null && <ErrorNotice error={change.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={what === null} loading={change.isPending}>
              {t('bindCount', { count })}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
