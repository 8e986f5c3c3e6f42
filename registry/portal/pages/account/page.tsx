import '@mantine/core/styles/Tabs.css';
import { ActionIcon, Alert, Button, Group, Menu, Tabs, Text } from '@mantine/core';
import { IconArrowsMove, IconDots, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ComponentType } from 'react';
import type { Tenant } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTenantLine } from '../../parts/tenant-line.js';
import { useTexts } from '../../i18n/texts.js';
import { Page } from '../../parts/page.js';
import { SkeletonLines } from '../../parts/page-states.js';
import { useMaySwitch } from '../../parts/tenant-acts/queries.js';
import { TenantDialogs, type TenantAct } from '../../parts/tenant-acts/tenant-dialogs.js';
import { tenantKindTexts } from '../../parts/tenant-kind-texts.js';
import { TenantChip } from '../../parts/tenant-status.js';
import { useScope } from '../../shell/scope.js';
import { accountTabs, type AccountTab } from './route.js';
import { Statistics } from './statistics.js';
import { texts } from './texts.js';

/** What is not seen at first is loaded when it is gone to. */
const panels: Readonly<Record<AccountTab, ComponentType<{ tenant: Tenant }>>> = {
  statistics: Statistics,
  profile: lazy(async () => ({ default: (await import('./profile.js')).Profile })),
  modules: lazy(async () => ({ default: (await import('./modules.js')).Modules })),
};

export function AccountPage() {
  const t = useTexts(texts);
  const kindName = useTexts(tenantKindTexts);
  const tenant = useScope();
  const { tab = accountTabs[0] } = useSearch({ from: '/o/$tenantId/account' });
  const navigate = useNavigate({ from: '/o/$tenantId/account' });
  const maySwitch = useMaySwitch(tenant);
  const [act, setAct] = useState<TenantAct | null>(null);
  const leave = () =>
    void navigate({ to: '/o/$tenantId/customers', params: { tenantId: tenant.parentId ?? '' }, search: {} });
  return (
    <Page title={tenant.name} actions={maySwitch ? <Switches tenant={tenant} onAct={setAct} /> : undefined}>
      <Group gap="sm" mt={-8}>
        <Text size="sm" c="dimmed">
          {kindName(tenant.kind)}
        </Text>
        <TenantChip tenant={tenant} />
      </Group>
      {!tenant.effective.active && (
        <OffStrip tenant={tenant} onEnable={maySwitch ? () => setAct('enable') : null} />
      )}
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as AccountTab }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {accountTabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {accountTabs.map((one) => {
          const Panel = panels[one];
          return (
            <Tabs.Panel key={one} value={one}>
              <Suspense fallback={<SkeletonLines lines={6} />}>
                <Panel tenant={tenant} key={tenant.id} />
              </Suspense>
            </Tabs.Panel>
          );
        })}
      </Tabs>
      <TenantDialogs tenant={tenant} act={act} onAct={setAct} onDeleted={leave} />
    </Page>
  );
}

/** The switch is always in sight; what cannot be undone stands behind a menu. */
function Switches({ tenant, onAct }: { tenant: Tenant; onAct: (act: TenantAct) => void }) {
  const t = useTexts(texts);
  return (
    <>
      {tenant.status === 'disabled' ? (
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => onAct('enable')}>
          {t('enable')}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={() => onAct('disable')}
        >
          {t('disable')}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('more')}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconArrowsMove size={16} aria-hidden />} onClick={() => onAct('move')}>
            {t('move')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onAct('delete')}>
            {t('remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** Why nothing records here, since when, and the way back when it is this tenant's own switch. */
function OffStrip({ tenant, onEnable }: { tenant: Tenant; onEnable: (() => void) | null }) {
  const t = useTexts(texts);
  const { time } = useFormats();
  const line = useTenantLine();
  const own = tenant.status === 'disabled';
  return (
    <Alert color="red" variant="outline" title={line(tenant)}>
      <Group justify="space-between">
        <Text size="sm">{own ? t('offSince', { time: time(tenant.disabledAt) }) : t('offAbove')}</Text>
        {own && onEnable !== null && (
          <Button size="xs" onClick={onEnable}>
            {t('enable')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
