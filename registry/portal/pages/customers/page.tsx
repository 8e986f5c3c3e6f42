import { Anchor, Button, Text } from '@mantine/core';
import { IconBuildingStore, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Tenant } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Choice } from '../../parts/choice.js';
import { useAskingAgainMs } from '../../live/live.js';
import { Empty, NoMatch } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { SearchField } from '../../parts/search-field.js';
import { present } from '../../parts/search-params.js';
import { TenantDialogs, type TenantAct } from '../../parts/tenant-acts/tenant-dialogs.js';
import { tenantKindTexts } from '../../parts/tenant-kind-texts.js';
import { TenantStatus } from '../../parts/tenant-status.js';
import type { Column } from '../../parts/table/columns.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { useMay } from '../../shell/me.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './customers.module.css';
import type { CustomerFilters } from './route.js';
import { TenantMenu } from './tenant-menu.js';
import { texts } from './texts.js';

export function CustomersPage() {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const { number } = useFormats();
  const tenantId = useTenantId();
  const filters = useSearch({ from: '/o/$tenantId/customers' });
  const navigate = useNavigate({ from: '/o/$tenantId/customers' });
  const everyMs = useAskingAgainMs();
  const mayCreate = useMay('createTenants');
  const tenants = useInfiniteQuery({
    queryKey: ['tenants', 'list', tenantId, filters],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/tenants', {
          params: {
            query: {
              parent: tenantId,
              ...pageAt(pageParam),
              ...filters,
            },
          },
          signal,
        }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
  const [asked, setAsked] = useState<{ tenant: Tenant; act: TenantAct } | null>(null);
  const filter = (next: CustomerFilters) => void navigate({ search: next, replace: true });
  const columns = useMemo(
    (): Column<Tenant>[] => [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(10rem, 2fr)',
        cell: ({ id, name, kind }) => (
          <div>
            <Anchor
              size="sm"
              fw={600}
              c="inherit"
              display="block"
              truncate
              renderRoot={(props) => (
                <Link to="/o/$tenantId/account" params={{ tenantId: id }} search={{}} {...props} />
              )}
            >
              {name}
            </Anchor>
            <Text size="xs" c="dimmed">
              {kindName(kind)}
            </Text>
          </div>
        ),
      },
      {
        key: 'status',
        header: t('status'),
        width: 'minmax(9rem, 1.6fr)',
        cell: (tenant) => <TenantStatus tenant={tenant} />,
      },
      {
        key: 'cameras',
        header: t('cameras'),
        width: 'minmax(7rem, 1fr)',
        from: 'sm',
        cell: ({ cameras }) => (
          <Text size="sm">
            {cameras.total === 0
              ? t('noCameras')
              : t('recordingOf', { recording: number(cameras.recording), total: number(cameras.total) })}
          </Text>
        ),
      },
      {
        key: 'email',
        header: t('email'),
        width: 'minmax(10rem, 1.4fr)',
        from: 'lg',
        cell: ({ email }) => (
          <Text size="sm" truncate>
            {email ?? '–'}
          </Text>
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '3rem',
        cell: (tenant) => <TenantMenu tenant={tenant} onAct={(act) => setAsked({ tenant, act })} />,
      },
    ],
    [t, kindName, number],
  );
  return (
    <Page title={t('title')} actions={mayCreate && <AddButton />} fill>
      <div className={classes['filters']}>
        <SearchField
          label={t('search')}
          text={filters.text}
          onChange={(text) => filter(present({ ...filters, text }))}
        />
        <Choice
          label={t('kind')}
          value={filters.kind ?? 'all'}
          onChange={(kind) =>
            filter(present({ ...filters, kind: kind === 'all' ? undefined : (kind as 'customer') }))
          }
          options={[
            { value: 'all', label: t('all') },
            { value: 'customer', label: t('customers') },
            { value: 'integrator', label: t('integrators') },
          ]}
        />
      </div>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={tenants}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        onOpen={({ id }) =>
          void navigate({ to: '/o/$tenantId/account', params: { tenantId: id }, search: {} })
        }
        empty={
          Object.keys(filters).length > 0 ? (
            <NoMatch title={t('noMatch')} onClear={() => filter({})} />
          ) : (
            <Empty
              icon={<IconBuildingStore size={40} stroke={1.2} aria-hidden />}
              title={t('empty')}
              action={mayCreate && <AddButton />}
            >
              {t('emptyWhy')}
            </Empty>
          )
        }
      />
      {asked !== null && (
        <TenantDialogs
          tenant={asked.tenant}
          act={asked.act}
          onAct={(act) => setAsked(act === null ? null : { ...asked, act })}
          onDeleted={() => setAsked(null)}
        />
      )}
    </Page>
  );
}

function AddButton() {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => (
        <Link to="/o/$tenantId/customers/new" params={{ tenantId }} search={{}} {...props} />
      )}
    >
      {t('add')}
    </Button>
  );
}
