import { Button, Text } from '@mantine/core';
import { IconPlus, IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.js';
import type { Role } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { Empty } from '../../parts/page-states.js';
import { Page } from '../../parts/page.js';
import { followingCursors, pageAt } from '../../parts/table/pages.js';
import { VirtualTable } from '../../parts/table/virtual-table.js';
import { WayBack } from '../../parts/way-back.js';
import { useMay } from '../../shell/me.js';
import { useScope } from '../../shell/scope.js';
import { RemoveDialog } from './remove-dialog.js';
import { contentOf, templates } from './rights.js';
import { RoleDialog } from './role-dialog.js';
import { useRoleColumns, type RoleAct } from './role-columns.js';
import { texts } from './texts.js';

/** The roles of a tenant as a matrix: who may do what on which cameras (R29, R30). */
export function RolesPage() {
  const t = useTexts(texts);
  const tenant = useScope();
  const mayManage = useMay('manage');
  const roles = useInfiniteQuery({
    queryKey: ['roles', 'list', tenant.id],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET('/api/v1/roles', { params: { query: { tenant: tenant.id, ...pageAt(pageParam) } }, signal }),
      ),
    ...followingCursors,
    placeholderData: keepPreviousData,
    enabled: mayManage,
  });
  const [asked, setAsked] = useState<{ act: RoleAct; role: Role } | 'create' | null>(null);
  const close = () => setAsked(null);
  const columns = useRoleColumns(setAsked);
  if (!mayManage) {
    return (
      <Page title={t('title')}>
        <Empty title={t('mayNot')}>{t('mayNotWhy')}</Empty>
      </Page>
    );
  }
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAsked('create')}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} lead={<WayBack to="users">{t('people')}</WayBack>} actions={create} fill>
      <Text size="sm" c="dimmed">
        {t('lead', { tenant: tenant.name })}
      </Text>
      <VirtualTable
        label={t('title')}
        columns={columns}
        query={roles}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        onOpen={(role) => setAsked({ act: 'change', role })}
        empty={
          <Empty
            icon={<IconShieldCheck size={40} stroke={1.2} aria-hidden />}
            title={t('empty')}
            action={create}
          >
            {t('emptyWhy')}
          </Empty>
        }
      />
      {asked === 'create' && (
        <RoleDialog
          tenantId={tenant.id}
          role={null}
          from={{ name: '', ...templates.viewer, cameras: [] }}
          onClose={close}
        />
      )}
      {asked !== null && asked !== 'create' && asked.act !== 'remove' && (
        <RoleDialog
          key={asked.act}
          tenantId={tenant.id}
          role={asked.act === 'change' ? asked.role : null}
          from={
            asked.act === 'change'
              ? contentOf(asked.role)
              : { ...contentOf(asked.role), name: t('copyOf', { name: asked.role.name }) }
          }
          onClose={close}
        />
      )}
      {asked !== null && asked !== 'create' && asked.act === 'remove' && (
        <RemoveDialog role={asked.role} onClose={close} />
      )}
    </Page>
  );
}
