import { Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './home.module.css';

/** A framed part of the page with its heading. */
export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes['section']} aria-labelledby={id}>
      <div className={classes['sectionHead']}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {note !== undefined && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
      </div>
      {children}
    </section>
  );
}
