import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsExchange,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconUserPlus,
  IconUserMinus,
} from '@tabler/icons-react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useSwitchCamera, useUnbind } from './acts.js';
import { texts } from './texts.js';

export function CameraMenu({ camera, onBind }: { camera: Camera; onBind: () => void }) {
  const t = useTexts(texts);
  const turn = useSwitchCamera();
  const unbind = useUnbind(() => {});
  const bound = camera.customer !== null;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('actsOf', { name: camera.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={
            bound ? <IconArrowsExchange size={16} aria-hidden /> : <IconUserPlus size={16} aria-hidden />
          }
          onClick={onBind}
        >
          {bound ? t('rebind') : t('bindTo')}
        </Menu.Item>
        {bound && (
          <Menu.Item
            leftSection={<IconUserMinus size={16} aria-hidden />}
            onClick={() => unbind.mutate([camera])}
          >
            {t('unbind')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={
            camera.enabled ? (
              <IconPlayerStop size={16} aria-hidden />
            ) : (
              <IconPlayerPlay size={16} aria-hidden />
            )
          }
          onClick={() => turn.mutate(camera)}
        >
          {camera.enabled ? t('turnOff') : t('turnOn')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
