import { Alert, List, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Tenant, TenantSwitched } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useAct } from '../act.js';
import { ErrorNotice } from '../error-notice.js';
import { FormDialog } from '../form-dialog.js';
import { TenantPicker } from '../tenant-picker.js';
import { toast } from '../toasts.js';
import { switchPreview, tenantSubjects } from './queries.js';
import { texts } from './texts.js';

/** Below what a tenant may hang (R1). */
const parentKinds = {
  platform: [],
  integrator: ['platform', 'integrator'],
  customer: ['integrator', 'customer'],
} as const satisfies Record<Tenant['kind'], readonly Tenant['kind'][]>;

/** P27: hangs a tenant with all below it under another, after the numbers and who sees it then. */
export function MoveDialog({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const t = useTexts(texts);
  const { id, name, kind, parentId } = tenant;
  const [to, setTo] = useState<Tenant | null>(null);
  const preview = useQuery(switchPreview(id, 'disable'));
  const impact = preview.data?.impact ?? null;
  const move = useAct(
    (parent: Tenant) =>
      answer(
        api.POST('/api/v1/tenants/{id}:move', { params: { path: { id } }, body: { parentId: parent.id } }),
      ),
    {
      stale: tenantSubjects,
      onDone: () => {
        toast({ message: t('moved', { name, to: to?.name ?? '' }) });
        onClose();
      },
    },
  );
  return (
    <FormDialog
      title={t('moveTitle', { name })}
      size="lg"
      act={to === null ? t('moveIt', { name }) : t('moveItTo', { name, to: to.name })}
      ready={to !== null && impact !== null}
      pending={move.isPending}
      error={move.error}
      onSubmit={() => to !== null && move.mutate(to)}
      onClose={onClose}
    >
      <TenantPicker
        kinds={parentKinds[kind]}
        except={[id, parentId]}
        label={t('moveTo')}
        placeholder={t('moveToHint')}
        value={to}
        onChange={setTo}
        autoFocus
      />
      {preview.isError && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {impact === null ? <Skeleton height={72} aria-label={t('pending')} /> : <Moved impact={impact} />}
      {to !== null && <Text size="sm">{t('moveSight', { to: to.name })}</Text>}
      {to !== null && !to.effective.active && (
        <Alert color="yellow" variant="outline">
          {t('moveStops', { to: to.name })}
        </Alert>
      )}
    </FormDialog>
  );
}

function Moved({ impact }: { impact: NonNullable<TenantSwitched['impact']> }) {
  const t = useTexts(texts);
  return (
    <div>
      <Text size="sm" mb={4}>
        {t('moveGo')}
      </Text>
      <List spacing={2}>
        {impact.tenants > 0 && <List.Item>{t('moveTenants', { count: impact.tenants })}</List.Item>}
        <List.Item>{t('moveCameras', { count: impact.cameras })}</List.Item>
        <List.Item>{t('moveUsers', { count: impact.users })}</List.Item>
      </List>
    </div>
  );
}
