import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card.module.css';

/** One subject of a page: its title, what can be done about it, what is known. `id` is the title's; `trouble`: it is to be looked at. */
export function Card({
  id,
  title,
  action,
  trouble = false,
  children,
}: {
  id: string;
  title: string;
  action?: ReactNode;
  trouble?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={classes['card']} aria-labelledby={id} data-trouble={trouble || undefined}>
      <div className={classes['head']}>
        <Title order={2} id={id} className={classes['title'] ?? ''}>
          {title}
        </Title>
        {action}
      </div>
      {children}
    </section>
  );
}
