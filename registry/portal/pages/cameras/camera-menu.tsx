import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowsExchange,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconUserMinus,
  IconUserPlus,
} from '@tabler/icons-react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { toast } from '../../parts/toasts.js';
import { useChangeCameras } from '../../parts/camera-acts/acts.js';
import type { CameraAct } from '../../parts/camera-acts/changes.js';
import { useProblemWords } from '../../parts/problem-words.js';
import { texts } from './texts.js';

/** What can be done with one camera; each can be taken back, so that nothing is asked. */
export function CameraMenu({ camera, onBind }: { camera: Camera; onBind: () => void }) {
  const t = useTexts(texts);
  const change = useChangeCameras();
  const problem = useProblemWords();
  const bound = camera.customer !== null;
  const act = (what: CameraAct) =>
    change.mutate(
      { select: { ids: [camera.id] }, what },
      { onError: (error) => toast({ tone: 'bad', message: problem(error).detail }) },
    );
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
            onClick={() => act({ act: 'unbind' })}
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
          onClick={() => act({ act: camera.enabled ? 'disable' : 'enable' })}
        >
          {camera.enabled ? t('turnOff') : t('turnOn')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
