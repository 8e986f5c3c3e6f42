import { readdirSync } from 'node:fs';
import { residentBytes } from '../support/processes.js';
import type { Program } from '../support/program.js';

/** Medians of the first and the last third of the samples, and the slope within the lives between two kills. */
export interface Growth {
  residentMb: [first: number, last: number];
  descriptors: [first: number, last: number];
  /** Null when no life was long enough. */
  perHour: { residentMb: number; descriptors: number } | null;
}

/** One look at a running program. */
export interface Sample {
  pid: number;
  atMs: number;
  residentMb: number;
  descriptors: number;
}

/** None when it was killed this moment. */
export function sampleOf({ process: { pid = 0 } }: Program): Sample[] {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return [{ pid, atMs: Date.now(), residentMb: residentBytes(pid) / 1_048_576, descriptors }];
  } catch {
    return [];
  }
}

/** A program that has just started grows: caches fill, code is compiled. */
const settlesWithinMs = 120_000;

/** Pure. */
export function growthOf(samples: readonly Sample[]): Growth {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const median = (part: readonly Sample[], key: 'residentMb' | 'descriptors'): number =>
    Math.round(part.map((one) => one[key]).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN);
  const of = (key: 'residentMb' | 'descriptors'): [number, number] => [
    median(samples.slice(0, third), key),
    median(samples.slice(-third), key),
  ];
  const lives = [...new Set(samples.map(({ pid }) => pid))]
    .map((pid) => samples.filter((one) => one.pid === pid))
    .map((life) => life.filter(({ atMs }) => atMs - (life[0]?.atMs ?? 0) >= settlesWithinMs))
    .filter((life) => life.length > 2);
  const perHour = (key: 'residentMb' | 'descriptors') => slopeWithin(lives, key) * 3_600_000;
  return {
    residentMb: of('residentMb'),
    descriptors: of('descriptors'),
    perHour:
      lives.length === 0 ? null : { residentMb: perHour('residentMb'), descriptors: perHour('descriptors') },
  };
}

/** Least squares over all lives, each with a level of its own; per ms. */
function slopeWithin(lives: readonly Sample[][], key: 'residentMb' | 'descriptors'): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  let [together, alone] = [0, 0];
  for (const life of lives) {
    const meanMs = mean(life.map(({ atMs }) => atMs));
    const level = mean(life.map((one) => one[key]));
    for (const one of life) {
      together += (one.atMs - meanMs) * (one[key] - level);
      alone += (one.atMs - meanMs) ** 2;
    }
  }
  return together / alone;
}
