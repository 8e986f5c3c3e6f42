import { ActionIcon, Menu, Text } from '@mantine/core';
import {
  IconCheck,
  IconCopy,
  IconDots,
  IconMinus,
  IconPencil,
  IconTrash,
  type Icon,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Role } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import type { Column } from '../../parts/table/columns.js';
import { rights, type Right } from './rights.js';
import classes from './roles.module.css';
import { texts } from './texts.js';

export type RoleAct = 'change' | 'duplicate' | 'remove';

const acts: readonly (readonly [RoleAct, Icon])[] = [
  ['change', IconPencil],
  ['duplicate', IconCopy],
  ['remove', IconTrash],
];

/** One row a role, one column a right: on all cameras, on some, on none. */
export function useRoleColumns(onAct: (asked: { act: RoleAct; role: Role }) => void): Column<Role>[] {
  const t = useTexts(texts);
  return useMemo((): Column<Role>[] => {
    const where = (role: Role, right: Right) => {
      if (role.allCameras.includes(right)) return t('all');
      const some = role.cameras.filter(({ permissions }) => permissions.includes(right)).length;
      return some === 0 ? null : t('cameras', { count: some });
    };
    return [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(0, 2fr)',
        cell: (role) => (
          <div>
            <Text size="sm" fw={600} truncate>
              {role.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {t(role.family)} · {t('members', { count: role.members })}
            </Text>
            <Text size="xs" truncate hiddenFrom="sm">
              {rights
                .filter((right) => where(role, right) !== null)
                .map((right) => t(right))
                .join(', ')}
            </Text>
          </div>
        ),
      },
      ...rights.map((right): Column<Role> => ({
        key: right,
        header: t(right),
        width: 'minmax(0, 1fr)',
        from: 'sm',
        cell: (role) => {
          const text = where(role, right);
          return text === null ? (
            <IconMinus size={16} className={classes['none'] ?? ''} role="img" aria-label={t('none')} />
          ) : (
            <Text size="sm" component="span" className={classes['has'] ?? ''}>
              <IconCheck size={16} aria-hidden />
              {text}
            </Text>
          );
        },
      })),
      {
        key: 'acts',
        header: t('acts'),
        quiet: true,
        width: '3rem',
        cell: (role) => (
          <Menu position="bottom-end" width={200}>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={t('actsOf', { name: role.name })}
              >
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {acts.map(([act, ActIcon]) => (
                <Menu.Item
                  key={act}
                  leftSection={<ActIcon size={16} aria-hidden />}
                  onClick={() => onAct({ act, role })}
                >
                  {t(act)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ),
      },
    ];
  }, [t, onAct]);
}
