import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsMove,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
  IconVideo,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Tenant } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useMaySwitch } from '../../parts/tenant-acts/queries.js';
import type { TenantAct } from '../../parts/tenant-acts/tenant-dialogs.js';
import { texts } from './texts.js';

export function TenantMenu({ tenant, onAct }: { tenant: Tenant; onAct: (act: TenantAct) => void }) {
  const t = useTexts(texts);
  const maySwitch = useMaySwitch(tenant);
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('actsOf', { name: tenant.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconVideo size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link to="/o/$tenantId/cameras" params={{ tenantId: tenant.id }} {...props} />
          )}
        >
          {t('openCameras')}
        </Menu.Item>
        {maySwitch && tenant.status === 'disabled' && (
          <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => onAct('enable')}>
            {t('enable')}
          </Menu.Item>
        )}
        {maySwitch && tenant.status === 'active' && (
          <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => onAct('disable')}>
            {t('disable')}
          </Menu.Item>
        )}
        {maySwitch && (
          <Menu.Item leftSection={<IconArrowsMove size={16} aria-hidden />} onClick={() => onAct('move')}>
            {t('move')}
          </Menu.Item>
        )}
        {maySwitch && (
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onAct('delete')}>
            {t('remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
