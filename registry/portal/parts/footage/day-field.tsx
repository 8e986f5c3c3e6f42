import { ActionIcon, Group, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTexts } from '../../i18n/texts.js';
import { dayBeside, dayOf, isDay } from '../../player/day.js';
import { texts } from './texts.js';

/** Chooses a day up to today. */
export function DayField({ day, onChange }: { day: string; onChange: (day: string) => void }) {
  const t = useTexts(texts);
  const today = dayOf(Date.now());
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('dayBefore')}
        onClick={() => onChange(dayBeside(day, -1))}
      >
        <IconChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <TextInput
        type="date"
        aria-label={t('day')}
        value={day}
        max={today}
        onChange={(event) => isDay(event.currentTarget.value) && onChange(event.currentTarget.value)}
      />
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t('dayAfter')}
        disabled={day >= today}
        onClick={() => onChange(dayBeside(day, 1))}
      >
        <IconChevronRight size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
