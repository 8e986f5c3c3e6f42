import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDots,
  IconHistory,
  IconKeyOff,
  IconMail,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { User } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import { useMe } from '../../shell/me.js';
import { useRanksWithOwners } from './queries.js';
import { texts } from './texts.js';
import { stateOf, type UserState } from './user-status.js';

export type UserAct = 'change' | 'resend' | 'enable' | 'disable' | 'resetFactor' | 'remove';

const icons: Readonly<Record<UserAct, Icon>> = {
  change: IconPencil,
  resend: IconMail,
  enable: IconPlayerPlay,
  disable: IconPlayerStop,
  resetFactor: IconKeyOff,
  remove: IconTrash,
};

/** What makes sense for somebody in that state. */
const actsIn: Readonly<Record<UserState, readonly UserAct[]>> = {
  invited: ['change', 'resend', 'disable', 'remove'],
  active: ['change', 'disable', 'resetFactor', 'remove'],
  disabled: ['change', 'enable', 'resetFactor', 'remove'],
};

/** Nobody shuts themselves out by a slip, and owners are an owner's to change (R29). */
function actsOn(user: User, isMe: boolean, ranksWithOwners: boolean): readonly UserAct[] {
  if (user.owner && !ranksWithOwners) return [];
  return isMe ? ['change'] : actsIn[stateOf(user)];
}

export function UserMenu({ user, onAct }: { user: User; onAct: (act: UserAct) => void }) {
  const t = useTexts(texts);
  const { user: me } = useMe();
  const ranks = useRanksWithOwners(user.tenantId);
  const acts = actsOn(user, user.id === me?.id, ranks);
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('actsOf', { name: user.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map((act) => {
          const ActIcon = icons[act];
          return (
            <Menu.Item key={act} leftSection={<ActIcon size={16} aria-hidden />} onClick={() => onAct(act)}>
              {t(act)}
            </Menu.Item>
          );
        })}
        <Menu.Item
          leftSection={<IconHistory size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link
              to="/o/$tenantId/users"
              params={{ tenantId: user.tenantId }}
              search={{ person: user.id }}
              {...props}
            />
          )}
        >
          {t('history')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
