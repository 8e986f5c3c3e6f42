import { useMemo } from 'react';
import { useLanguage } from './language.js';

export interface Formats {
  /** `12,345` */
  number: (value: number) => string;
  /** `22 Nov 2026, 10:42` in the browser's time zone; a dash for null. */
  time: (at: string | null) => string;
  /** `22 Nov 2026` in the browser's time zone. */
  day: (at: string) => string;
  /** `10:42:07` */
  clock: (at: number) => string;
  /** `3 minutes ago`; a dash for null. */
  ago: (at: string | null, nowMs?: number) => string;
  /** `97.4 %` of a share of 0 to 1. */
  percent: (share: number) => string;
  /** `1.4 GB`, decimal units. */
  bytes: (sizeBytes: number) => string;
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const none = '–';

/** How numbers, times and sizes are written; `locale` is a BCP 47 tag. */
export function formatsOf(locale: string): Formats {
  const number = new Intl.NumberFormat(locale);
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return {
    number: (value) => number.format(value),
    time: (at) => (at === null ? none : time.format(new Date(at))),
    day: (at) => day.format(new Date(at)),
    clock: (at) => clock.format(at),
    ago: (at, nowMs = Date.now()) => {
      if (at === null) return none;
      const seconds = Math.round((Date.parse(at) - nowMs) / 1_000);
      const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const);
      return ago.format(Math.trunc(seconds / size), unit);
    },
    percent: (share) => percent.format(share),
    bytes: (sizeBytes) => {
      const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
      const step = Math.min(names.length - 1, sizeBytes < 1 ? 0 : Math.floor(Math.log10(sizeBytes) / 3));
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: names[step] ?? 'byte',
        unitDisplay: 'short',
        maximumFractionDigits: step === 0 ? 0 : 1,
      }).format(sizeBytes / 1_000 ** step);
    },
  };
}

export function useFormats(): Formats {
  const { locale } = useLanguage();
  return useMemo(() => formatsOf(locale), [locale]);
}
