import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './new-tenant.module.css';

/** A part of the form that can be opened and closed; what is required stands in one that is open. */
export function FormSection({
  title,
  why,
  opened = false,
  children,
}: {
  title: string;
  why?: string;
  opened?: boolean;
  children: ReactNode;
}) {
  return (
    <details className={classes['section']} open={opened || undefined}>
      <summary className={classes['summary']}>
        <span>
          <Text component="span" fw={600} display="block">
            {title}
          </Text>
          {why !== undefined && (
            <Text component="span" size="sm" c="dimmed">
              {why}
            </Text>
          )}
        </span>
      </summary>
      <div className={classes['fields']}>{children}</div>
    </details>
  );
}
