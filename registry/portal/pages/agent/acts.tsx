import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconDots,
  IconListSearch,
  IconLock,
  IconPencil,
  IconPlugOff,
  IconReplace,
  IconTool,
  IconTruckDelivery,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Agent } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useProblemWords } from '../../parts/problem-words.js';
import { toast } from '../../parts/toasts.js';
import { EndDialog, type Ending } from './end-dialog.js';
import { askBox, useAgentAct } from './queries.js';
import { OfferDialog } from './offer-dialog.js';
import { RenameDialog } from './rename-dialog.js';
import { ReplaceDialog } from './replace-dialog.js';
import { texts } from './texts.js';

const icon = { size: 16, 'aria-hidden': true } as const;

/** What can be done with a box that is enrolled; what ends it asks first and says how much. */
export function Acts({ agent }: { agent: Agent }) {
  const t = useTexts(texts);
  const problem = useProblemWords();
  const [asked, setAsked] = useState<Ending | 'rename' | 'replace' | 'offer' | null>(null);
  const close = () => setAsked(null);
  const rescan = useAgentAct(
    () => askBox(agent.id, 'rescan'),
    () => toast({ message: t('searches', { name: agent.name }) }),
  );
  return (
    <>
      {agent.presence === 'online' && (
        <Button
          variant="default"
          leftSection={<IconListSearch {...icon} />}
          loading={rescan.isPending}
          onClick={() =>
            rescan.mutate(undefined, {
              onError: (error) => toast({ tone: 'bad', message: problem(error).detail }),
            })
          }
        >
          {t('rescan')}
        </Button>
      )}
      <Button
        component="a"
        href={`/setup/${agent.id}`}
        variant="default"
        leftSection={<IconTool {...icon} />}
      >
        {t('setUp')}
      </Button>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('more')}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil {...icon} />} onClick={() => setAsked('rename')}>
            {t('rename')}
          </Menu.Item>
          <Menu.Item leftSection={<IconReplace {...icon} />} onClick={() => setAsked('replace')}>
            {t('replace')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTruckDelivery {...icon} />} onClick={() => setAsked('offer')}>
            {t('offer')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlugOff {...icon} />} onClick={() => setAsked('revoked')}>
            {t('revoke')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLock {...icon} />} onClick={() => setAsked('stolen')}>
            {t('reportStolen')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked === 'rename' && <RenameDialog agent={agent} onClose={close} />}
      {asked === 'offer' && <OfferDialog agent={agent} onClose={close} />}
      {asked === 'replace' && <ReplaceDialog agent={agent} onClose={close} />}
      {(asked === 'revoked' || asked === 'stolen') && (
        <EndDialog agent={agent} ending={asked} onClose={close} />
      )}
    </>
  );
}
