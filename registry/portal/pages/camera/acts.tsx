import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowsExchange,
  IconDots,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconReplace,
  IconShare,
  IconTags,
  IconUserMinus,
  IconUserPlus,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Camera } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { BindDialog, ChangeDialog } from '../../parts/camera-acts/dialogs.js';
import { useChangeCameras } from '../../parts/camera-acts/acts.js';
import { lazyDialog } from '../../parts/lazy-dialog.js';
import { toast } from '../../parts/toasts.js';
import { useMay } from '../../shell/me.js';
import { useProblemWords } from '../../parts/problem-words.js';
import { texts } from './texts.js';

const RenameDialog = lazyDialog(async () => (await import('./rename-dialog.js')).RenameDialog);
const ReplaceDialog = lazyDialog(async () => (await import('./replace-dialog.js')).ReplaceDialog);
const TagsDialog = lazyDialog(async () => (await import('./tags-dialog.js')).TagsDialog);
const ShareDialog = lazyDialog(async () => (await import('../../parts/footage/share-form.js')).ShareDialog);

type Asked = 'bind' | 'disable' | 'unbind' | 'rename' | 'tags' | 'replace' | 'share';

const icon = { size: 16, 'aria-hidden': true } as const;

/** What can be done with this camera; what loses something asks first and says how much. */
export function Acts({ camera }: { camera: Camera }) {
  const t = useTexts(texts);
  const mayManage = useMay('manage');
  const change = useChangeCameras();
  const problem = useProblemWords();
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const bound = camera.customer !== null;
  const select = { ids: [camera.id] };
  return (
    <>
      {mayManage && !bound && (
        <Button leftSection={<IconUserPlus {...icon} />} onClick={() => setAsked('bind')}>
          {t('bind')}
        </Button>
      )}
      {mayManage &&
        (camera.enabled ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop {...icon} />}
            onClick={() => setAsked('disable')}
          >
            {t('turnOff')}
          </Button>
        ) : (
          <Button
            leftSection={<IconPlayerPlay {...icon} />}
            loading={change.isPending}
            onClick={() =>
              change.mutate(
                { select, what: { act: 'enable' } },
                { onError: (error) => toast({ tone: 'bad', message: problem(error).detail }) },
              )
            }
          >
            {t('turnOn')}
          </Button>
        ))}
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('more')}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconShare {...icon} />} onClick={() => setAsked('share')}>
            {t('shareLive')}
          </Menu.Item>
          {mayManage && (
            <>
              <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setAsked('rename')}>
                {t('rename')}
              </Menu.Item>
              <Menu.Item leftSection={<IconTags {...icon} />} onClick={() => setAsked('tags')}>
                {t('changeTags')}
              </Menu.Item>
              <Menu.Divider />
              {bound && (
                <Menu.Item leftSection={<IconArrowsExchange {...icon} />} onClick={() => setAsked('bind')}>
                  {t('rebind')}
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconReplace {...icon} />} onClick={() => setAsked('replace')}>
                {t('replace')}
              </Menu.Item>
              {bound && (
                <Menu.Item leftSection={<IconUserMinus {...icon} />} onClick={() => setAsked('unbind')}>
                  {t('unbind')}
                </Menu.Item>
              )}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked === 'bind' && (
        <BindDialog
          binding={{ select, count: 1, name: camera.name, mayMove: bound }}
          onClose={close}
          onBound={close}
        />
      )}
      {(asked === 'disable' || asked === 'unbind') && (
        <ChangeDialog select={select} count={1} act={asked} onClose={close} onDone={close} />
      )}
      {asked === 'rename' && <RenameDialog camera={camera} onClose={close} />}
      {asked === 'tags' && <TagsDialog camera={camera} onClose={close} />}
      {asked === 'replace' && <ReplaceDialog camera={camera} onClose={close} />}
      {asked === 'share' && (
        <ShareDialog what={{ cameraId: camera.id }} forName={camera.name} onClose={close} />
      )}
    </>
  );
}
