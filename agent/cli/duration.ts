import { UsageError } from './usage-error.js';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `30s`, `10m`, `1h`, `500ms` in milliseconds; a bare number counts seconds. Throws UsageError. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number === undefined) throw new UsageError(`${text} is no duration. Write it like 30s, 10m or 1h.`);
  return Math.round(Number(number) * unitMs[(unit ?? 's') as keyof typeof unitMs]);
}
