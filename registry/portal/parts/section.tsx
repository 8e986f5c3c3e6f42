import { Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './section.module.css';

/** Sections of a page of settings, one below the other. */
export const Sections = ({ children }: { children: ReactNode }) => (
  <div className={classes['sections']}>{children}</div>
);

/** What it is about on the left, what can be done on the right; one below the other on a phone. */
export function Section({ title, why, children }: { title: string; why: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes['section']} aria-labelledby={id}>
      <div>
        <Title order={2} id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed" mt={4}>
          {why}
        </Text>
      </div>
      <div className={classes['card']}>{children}</div>
    </section>
  );
}
