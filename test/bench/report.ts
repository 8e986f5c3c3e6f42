import type { Comparison } from './harness.js';

/** Three significant digits, never in exponents. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 1 ? 2 : 3);
}

const share = (value: number): string => `${(value * 100).toFixed(0)} %`;

/** A comparison as lines for a terminal or a README. */
export function tableOf(comparison: Comparison): string {
  const { name, unit, rounds, variants, ratios, noise, notes } = comparison;
  const width = Math.max(...variants.map(({ label }) => label.length));
  const rows = variants.map(({ role, label, summary }) => {
    const range = `${figure(summary.min)} … ${figure(summary.max)}`;
    return `  ${role.padEnd(5)}  ${label.padEnd(width)}  ${figure(summary.median).padStart(8)}  ${range}`;
  });
  const verdicts = ratios.map(({ of, ratio, atMost, met }) => {
    const promise = atMost === null ? '' : ` (budget ≤ ${figure(atMost)}: ${met ? 'met' : 'MISSED'})`;
    return `ours/${of} ${figure(ratio)}${promise}`;
  });
  if (noise !== null) verdicts.push(`noise ${share(noise)}`);
  const times = rounds === 1 ? 'one round' : `median of ${rounds}`;
  return [`${name}: ${unit}, ${times}, min … max`, ...rows, `  ${verdicts.join(' · ')}`]
    .concat(notes.map((note) => note.replaceAll(/^/gm, '  ')))
    .join('\n');
}

/** One line for a machine. */
export const jsonOf = (comparison: Comparison): string => JSON.stringify(comparison);
