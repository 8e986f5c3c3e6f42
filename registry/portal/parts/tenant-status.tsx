import { Text } from '@mantine/core';
import { IconCircleCheck, IconClock, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import type { Tenant } from '../api/schema.js';
import { useTexts } from '../i18n/texts.js';
import { Chip } from './chip.js';
import { useTenantLine } from './tenant-line.js';
import { texts } from './tenant-status-texts.js';

/** Whether a tenant is effectively active, in one word (R13). */
export function TenantChip({
  tenant: { effective, status },
}: {
  tenant: Pick<Tenant, 'effective' | 'status'>;
}) {
  const t = useTexts(texts);
  if (effective.active)
    return (
      <Chip tone="good" icon={<IconCircleCheck size={15} aria-hidden />}>
        {t('active')}
      </Chip>
    );
  const deciding = effective.because?.status ?? status;
  if (deciding === 'pending_confirmation')
    return (
      <Chip tone="info" icon={<IconClock size={15} aria-hidden />}>
        {t('pending')}
      </Chip>
    );
  if (deciding === 'deleting')
    return (
      <Chip tone="bad" icon={<IconTrash size={15} aria-hidden />}>
        {t('deleting')}
      </Chip>
    );
  return (
    <Chip tone="plain" icon={<IconPlayerStop size={15} aria-hidden />}>
      {t('disabled')}
    </Chip>
  );
}

/** The word, and the line with its reason when there is one (R19). */
export function TenantStatus({ tenant }: { tenant: Tenant }) {
  const line = useTenantLine()(tenant);
  return (
    <div>
      <TenantChip tenant={tenant} />
      {tenant.effective.active ? null : (
        <Text size="xs" c="dimmed" mt={2} lineClamp={2} lh={1.25} title={line}>
          {line}
        </Text>
      )}
    </div>
  );
}
