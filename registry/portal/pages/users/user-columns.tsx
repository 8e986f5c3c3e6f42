import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { User } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import type { Column } from '../../parts/table/columns.js';
import { TwoLines } from '../../parts/table/two-lines.js';
import { useMe } from '../../shell/me.js';
import { rolesQuery } from './queries.js';
import { texts } from './texts.js';
import { UserMenu, type UserAct } from './user-menu.js';
import { UserStatus } from './user-status.js';

export function useUserColumns(tenantId: string, onAct: (user: User, act: UserAct) => void): Column<User>[] {
  const t = useTexts(texts);
  const { time, ago } = useFormats();
  const { user: me } = useMe();
  const { data: roles } = useQuery(rolesQuery(tenantId));
  return useMemo((): Column<User>[] => {
    const names = new Map(roles?.items.map(({ id, name }) => [id, name]));
    const rank = ({ owner, family }: User) => t(owner ? 'owner' : family);
    return [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 2fr)',
        cell: (user) => (
          <div>
            <Text size="sm" fw={600} truncate>
              {user.id === me?.id ? t('you', { name: user.name }) : user.name}
            </Text>
            <Text size="xs" c="dimmed" truncate title={user.email}>
              <Text span inherit hiddenFrom="sm">
                {rank(user)} ·{' '}
              </Text>
              {user.email}
            </Text>
          </div>
        ),
      },
      {
        key: 'status',
        header: t('status'),
        width: 'minmax(8.5rem, 1.3fr)',
        cell: (user) => <UserStatus user={user} />,
      },
      {
        key: 'rank',
        header: t('rank'),
        width: 'minmax(8rem, 1.3fr)',
        from: 'sm',
        cell: (user) => (
          <TwoLines
            first={rank(user)}
            second={
              user.roleIds.length > 0
                ? user.roleIds.map((id) => names.get(id) ?? '…').join(', ')
                : t(user.family === 'admin' ? 'adminAll' : 'guardAll')
            }
          />
        ),
      },
      {
        key: 'lastSignIn',
        header: t('lastSignIn'),
        width: 'minmax(8rem, 1fr)',
        from: 'md',
        cell: ({ lastSignInAt }) => (
          <Text size="sm" {...(lastSignInAt === null ? { c: 'dimmed' } : { title: time(lastSignInAt) })}>
            {lastSignInAt === null ? t('never') : ago(lastSignInAt)}
          </Text>
        ),
      },
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '3rem',
        cell: (user) => <UserMenu user={user} onAct={(act) => onAct(user, act)} />,
      },
    ];
  }, [t, time, ago, me, roles, onAct]);
}
