import {
  ActionIcon,
  Button,
  Group,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useLanguage } from '../../i18n/language.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './camera.module.css';
import { firstWindow, type Windows } from './recording-values.js';
import { texts } from './texts.js';

type Window = Windows[number];

/** A Monday: days of the week are named by it and what follows. */
const aMondayMs = Date.UTC(2024, 0, 1, 12);
const week = [1, 2, 3, 4, 5, 6, 7] as const;

/** The times of a week in which is recorded; one may go past midnight. */
export function ScheduleField({
  windows,
  onChange,
}: {
  windows: Windows;
  onChange: (windows: Windows) => void;
}) {
  const t = useTexts(texts);
  const { language } = useLanguage();
  const name = (day: number, weekday: 'short' | 'long') =>
    new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' }).format(
      aMondayMs + (day - 1) * 86_400_000,
    );
  const change = (at: number, part: Partial<Window>) =>
    onChange(windows.map((window, index) => (index === at ? { ...window, ...part } : window)));
  const turn = (at: number, { days }: Window, day: number) => {
    const next = days.includes(day)
      ? days.filter((one) => one !== day)
      : [...days, day].toSorted((a, b) => a - b);
    // A window without a day would mean nothing.
    if (next.length > 0) change(at, { days: next });
  };
  return (
    <Stack gap="sm" role="group" aria-label={t('windows')}>
      <Text size="sm" fw={500}>
        {t('windows')}
      </Text>
      {windows.map((window, at) => (
        // Windows have no name but their place.
        <Group key={at} gap="sm" role="group" aria-label={t('window', { number: at + 1 })}>
          <div className={classes['days']}>
            {week.map((day) => (
              <UnstyledButton
                key={day}
                className={classes['day'] ?? ''}
                aria-pressed={window.days.includes(day)}
                onClick={() => turn(at, window, day)}
              >
                <span aria-hidden>{name(day, 'short')}</span>
                <VisuallyHidden>{name(day, 'long')}</VisuallyHidden>
              </UnstyledButton>
            ))}
          </div>
          <Group gap="xs" wrap="nowrap">
            <TextInput
              type="time"
              aria-label={t('windowFrom')}
              value={window.from}
              required
              onChange={(event) => change(at, { from: event.currentTarget.value })}
            />
            <span aria-hidden>–</span>
            <TextInput
              type="time"
              aria-label={t('windowTo')}
              value={window.to}
              required
              onChange={(event) => change(at, { to: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={t('removeWindow', { number: at + 1 })}
              disabled={windows.length === 1}
              onClick={() => onChange(windows.filter((_, index) => index !== at))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </Group>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => onChange([...windows, firstWindow])}
        >
          {t('addWindow')}
        </Button>
      </div>
      <Text size="xs" c="dimmed">
        {t('windowsHint')}
      </Text>
    </Stack>
  );
}
