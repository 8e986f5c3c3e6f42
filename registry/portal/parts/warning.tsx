import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './parts.module.css';

/** A sentence about what should not be so. */
export function Warning({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" className={classes['warning'] ?? ''}>
      {children}
    </Text>
  );
}
