import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Dialog } from '../../parts/dialog.js';
import { DialogActs } from '../../parts/dialog-acts.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { toast } from '../../parts/toasts.js';
import { texts } from './texts.js';

const lives = [
  { hours: 1, label: 'hour1' },
  { hours: 4, label: 'hours4' },
  { hours: 24, label: 'day1' },
  { hours: 72, label: 'days3' },
  { hours: 168, label: 'days7' },
] as const;

/** Lets the integrator above watch for a while. */
export function GrantDialog({ customer, onClose }: { customer: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const client = useQueryClient();
  const [hours, setHours] = useState<number>(lives[1].hours);
  const give = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/support-grants', { body: { customerId: customer.id, hours } })),
    onSuccess: ({ granteeName }) => {
      toast({ message: t('given', { name: granteeName }) });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['support-grants'] }),
  });
  return (
    <Dialog opened onClose={onClose} title={t('giveTitle', { customer: customer.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          give.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{t('giveWhat', { count: customer.cameras.total })}</Text>
          <NativeSelect
            label={t('howLong')}
            value={String(hours)}
            onChange={(event) => setHours(Number(event.currentTarget.value))}
            data={lives.map((life) => ({ value: String(life.hours), label: t(life.label) }))}
          />
          {give.error !== null && <ErrorNotice error={give.error} />}
          <DialogActs>
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={give.isPending}>
              {t('giveIt', { count: customer.cameras.total })}
            </Button>
          </DialogActs>
        </Stack>
      </form>
    </Dialog>
  );
}
