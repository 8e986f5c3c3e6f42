import { Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconEqualNot } from '@tabler/icons-react';
import type { Agent } from '../../api/schema.js';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { Card } from '../../parts/card.js';
import { Chip } from '../../parts/chip.js';
import classes from './agent.module.css';
import { texts } from './texts.js';

type Position = Agent['accepted'];

/** A registry that was restored from a backup counts in a new epoch: positions of an older one do not reach it. */
const reaches = (position: Position, wanted: Position): boolean =>
  position.epoch === wanted.epoch && position.generation >= wanted.generation;

/** How far what the registry wants got: sent, stored by the box, in effect there (R19). */
export function WantedAndSo({ agent: { desired, accepted, applied, presence, ending } }: { agent: Agent }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const agrees = reaches(applied, desired);
  const heard = presence === 'online' && ending === null;
  const note = (position: Position) =>
    t(reaches(position, desired) ? 'isThere' : position.generation === 0 ? 'noneYet' : 'isOlder');
  const step = (title: string, { generation }: Position, beside: string) => (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text fw={600}>{t('orders', { generation })}</Text>
      <Text size="sm" c="dimmed">
        {beside}
      </Text>
    </div>
  );
  return (
    <Card
      id="wanted"
      title={t('wantedAndSo')}
      action={
        agrees ? (
          <Chip tone="good" icon={<IconCheck size={14} aria-hidden />}>
            {t('agrees')}
          </Chip>
        ) : (
          <Chip tone="warn" icon={<IconEqualNot size={14} aria-hidden />}>
            {t(heard ? 'onItsWay' : 'notHeard')}
          </Chip>
        )
      }
    >
      <div className={classes['steps']}>
        {step(
          t('wanted'),
          desired,
          desired.since === null ? t('noneYet') : t('since', { ago: ago(desired.since) }),
        )}
        <IconArrowRight size={20} aria-hidden className={classes['between']} />
        {step(t('stored'), accepted, note(accepted))}
        <IconArrowRight size={20} aria-hidden className={classes['between']} />
        {step(t('inEffect'), applied, note(applied))}
      </div>
    </Card>
  );
}
