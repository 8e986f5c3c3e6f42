import { Button, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { ApiKey } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useAskingAgainMs } from '../../live/live.js';
import { useAct } from '../../parts/act.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { moduleTexts } from '../../parts/module-texts.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { toast } from '../../parts/toasts.js';
import { useMay } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { CreateKeyDialog } from './create-dialog.js';
import { texts } from './texts.js';

/** Keys by which programs act for a tenant and what lies below it (R33). */
export function ApiKeysPage() {
  const t = useTexts(texts);
  const tenant = useScope();
  const mayManage = useMay('manage');
  const refetchInterval = useAskingAgainMs();
  const keys = useInfiniteQuery({
    queryKey: ['api-keys', tenant.id],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/api-keys', {
          params: { query: { tenant: tenant.id, ...pageAt(pageParam) } },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval,
    enabled: mayManage,
  });
  const [creating, setCreating] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  const columns = useApiKeyColumns(tenant.id, setEnding);
  if (!mayManage) {
    return (
      <Page title={t('title')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} actions={create} fill>
      <Text size="sm" c="dimmed">
        {t('lead', { tenant: tenant.name })}
      </Text>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={keys}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        empty={
          <Empty icon={<IconKey size={40} stroke={1.2} aria-hidden />} title={t('empty')} action={create}>
            {t('emptyWhy')}
          </Empty>
        }
      />
      {creating && <CreateKeyDialog tenant={tenant} onClose={() => setCreating(false)} />}
      {ending !== null && <RevokeDialog apiKey={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

function RevokeDialog({
  apiKey: { id, name, lastUsedAt },
  onClose,
}: {
  apiKey: ApiKey;
  onClose: () => void;
}) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const revoke = useAct(() => answer(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } })), {
    stale: ['api-keys'],
    onDone: () => {
      toast({ message: t('revoked', { name }) });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened
      title={t('revokeTitle', { name })}
      act={t('revokeIt')}
      danger
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        {lastUsedAt === null ? t('revokeUnused') : t('revokeUsed', { ago: ago(lastUsedAt) })}
      </Text>
      <Text size="sm">{t('revokeWhat')}</Text>
    </ConfirmDialog>
  );
}

function useApiKeyColumns(tenantId: string, onRevoke: (key: ApiKey) => void): Column<ApiKey>[] {
  const t = useTexts(texts);
  const moduleName = useTexts(moduleTexts);
  const { time, ago } = useFormats();
  return useMemo((): Column<ApiKey>[] => {
    const until = (expiresAt: string | null) => {
      if (expiresAt === null) return t('noEnd');
      return Date.parse(expiresAt) <= Date.now() ? t('expired') : ago(expiresAt);
    };
    return [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 1.6fr)',
        cell: (key) => (
          <TwoLines
            strong
            first={key.name}
            second={key.tenantId === tenantId ? t('createdAt', { ago: ago(key.createdAt) }) : key.tenantName}
          />
        ),
      },
      {
        key: 'scopes',
        header: t('scopes'),
        width: 'minmax(0, 1.4fr)',
        from: 'sm',
        cell: ({ modules }) => {
          const words = modules?.map((one) => moduleName(one)).join(', ');
          return (
            <Text size="sm" lineClamp={2} {...(words !== undefined && { title: words })}>
              {words ?? t('everything')}
            </Text>
          );
        },
      },
      {
        key: 'last',
        header: t('lastUsed'),
        width: 'minmax(0, 1fr)',
        cell: ({ lastUsedAt }) => (
          <Text size="sm" {...(lastUsedAt === null ? { c: 'dimmed' } : { title: time(lastUsedAt) })}>
            {lastUsedAt === null ? t('never') : ago(lastUsedAt)}
          </Text>
        ),
      },
      {
        key: 'until',
        header: t('until'),
        width: 'minmax(0, 1fr)',
        from: 'md',
        cell: ({ expiresAt }) => (
          <div>
            <Text size="sm">{until(expiresAt)}</Text>
            {expiresAt !== null && (
              <Text size="xs" c="dimmed">
                {time(expiresAt)}
              </Text>
            )}
          </div>
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '7rem',
        cell: (key) => (
          <Button
            size="xs"
            variant="default"
            aria-label={t('revokeNamed', { name: key.name })}
            onClick={() => onRevoke(key)}
          >
            {t('revoke')}
          </Button>
        ),
      },
    ];
  }, [t, moduleName, time, ago, tenantId, onRevoke]);
}
