import { Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconEqualNot } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { Card } from './card.js';
import { Chip } from './chip.js';
import classes from './wanted-card.module.css';

/** One station on the way from what is wanted to what is so: who says it, what, and since when or why. */
export interface WantedStep {
  title: string;
  says: string;
  beside: string;
}

/** What the registry wants beside what is reported, and in one word whether they agree (R19). */
export function WantedCard({
  title,
  agrees,
  word,
  steps,
  children,
}: {
  title: string;
  agrees: boolean;
  word: string;
  steps: readonly WantedStep[];
  children?: ReactNode;
}) {
  const Icon = agrees ? IconCheck : IconEqualNot;
  return (
    <Card
      id="wanted"
      title={title}
      action={
        <Chip tone={agrees ? 'good' : 'warn'} icon={<Icon size={14} aria-hidden />}>
          {word}
        </Chip>
      }
    >
      <div className={classes['steps']}>
        {steps.map((step, index) => (
          <Fragment key={step.title}>
            {index > 0 && <IconArrowRight size={20} aria-hidden className={classes['arrow']} />}
            <div className={classes['step']}>
              <Text size="xs" c="dimmed">
                {step.title}
              </Text>
              <Text fw={600}>{step.says}</Text>
              <Text size="sm" c="dimmed">
                {step.beside}
              </Text>
            </div>
          </Fragment>
        ))}
      </div>
      {children}
    </Card>
  );
}
