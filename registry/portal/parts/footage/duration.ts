import { useMemo } from 'react';
import { useLanguage } from '../../i18n/language.js';

const units = [
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `1 hr 12 min`: the two largest units that are not zero. */
export function durationIn(language: string, ms: number): string {
  let rest = Math.round(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (unit === 'second' && parts.length === 0)) {
      parts.push(
        new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count),
      );
    }
  }
  return parts.slice(0, 2).join(' ');
}

export function useDuration(): (ms: number) => string {
  const { language } = useLanguage();
  return useMemo(() => (ms: number) => durationIn(language, ms), [language]);
}
