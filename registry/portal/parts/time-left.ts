import { useInterval } from '@mantine/hooks';
import { useState } from 'react';
import { defineTexts, useTexts } from '../i18n/texts.js';

const texts = defineTexts({
  en: {
    minutes: { one: '{count} min left', other: '{count} min left' },
    hours: { one: '{count} hour left', other: '{count} hours left' },
    days: { one: '{count} day left', other: '{count} days left' },
  },
  de: {
    minutes: { one: 'noch {count} min', other: 'noch {count} min' },
    hours: { one: 'noch {count} Stunde', other: 'noch {count} Stunden' },
    days: { one: 'noch {count} Tag', other: 'noch {count} Tage' },
  },
});

const minuteMs = 60_000;
const everyMs = 15_000;

/** How long something lasts, in words that go on by themselves; null once it is over. Two units on, it is rounded. */
export function useTimeLeft(): (until: string) => string | null {
  const t = useTexts(texts);
  const [nowMs, setNowMs] = useState(Date.now);
  useInterval(() => setNowMs(Date.now()), everyMs, { autoInvoke: true });
  return (until) => {
    const minutes = Math.ceil((Date.parse(until) - nowMs) / minuteMs);
    if (minutes <= 0) return null;
    if (minutes < 120) return t('minutes', { count: minutes });
    if (minutes < 48 * 60) return t('hours', { count: Math.round(minutes / 60) });
    return t('days', { count: Math.round(minutes / (24 * 60)) });
  };
}
