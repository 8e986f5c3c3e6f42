import { List, Skeleton, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tenant, TenantSwitched } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { Dialog } from '../dialog.js';
import { ErrorNotice } from '../error-notice.js';
import { switchPreview, useDisable } from './queries.js';
import { StoppingPanel } from './stopping-panel.js';
import { texts } from './texts.js';

/** P17: what disabling would stop, in numbers; then, live, how it stops. */
export function DisableDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const { id, name } = tenant;
  const preview = useQuery(switchPreview(id, 'disable'));
  const disable = useDisable(id);
  const [reason, setReason] = useState('');
  const impact = preview.data?.impact ?? null;
  if (disable.isSuccess) {
    return (
      <Dialog opened onClose={onClose} title={t('stoppingTitle', { name })} size="lg">
        <StoppingPanel
          tenantId={id}
          users={impact?.users ?? 0}
          begunAtMs={disable.submittedAt}
          onClose={onClose}
        />
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      opened
      title={t('disableTitle', { name })}
      act={
        impact === null || impact.cameras === 0
          ? t('disableNone', { name })
          : t('disableCameras', { count: impact.cameras })
      }
      danger
      ready={impact !== null}
      pending={disable.isPending}
      error={disable.error}
      onConfirm={() => disable.mutate(reason)}
      onClose={onClose}
    >
      {preview.isError && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {impact === null ? <Skeleton height={72} aria-label={t('pending')} /> : <Impact impact={impact} />}
      <Text size="sm" c="dimmed">
        {t('kept')}
      </Text>
      <TextInput
        label={t('reason')}
        description={t('reasonHint')}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}

function Impact({ impact }: { impact: NonNullable<TenantSwitched['impact']> }) {
  const t = useTexts(texts);
  const { number } = useFormats();
  return (
    <List spacing={4}>
      <List.Item>
        {impact.recording === 0
          ? t('stopsNone')
          : t('stops', { count: impact.recording, total: number(impact.cameras) })}
      </List.Item>
      <List.Item>{t('usersOut', { count: impact.users })}</List.Item>
      {impact.tenants > 0 && <List.Item>{t('below', { count: impact.tenants })}</List.Item>}
    </List>
  );
}
