import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useLook } from '../shell/look.js';
import classes from './parts.module.css';

/** A page: its title (also of the browser's tab), what can be done here, and the content below. */
export function Page({
  title,
  actions,
  lead,
  children,
  fill = false,
}: {
  title: string;
  actions?: ReactNode;
  /** Stands before the title, such as a state chip or a way back. */
  lead?: ReactNode;
  children: ReactNode;
  /** The content takes the height of the window and scrolls inside, as tables do. */
  fill?: boolean;
}) {
  useDocumentTitle(`${title} · ${useLook().name}`);
  return (
    <div className={classes['page']} data-fill={fill || undefined}>
      {lead}
      <Group justify="space-between" align="center" gap="sm" className={classes['pageHead'] ?? ''}>
        <Title order={1}>{title}</Title>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}
