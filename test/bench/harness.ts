import { rotated, summarise, type Summary } from './statistics.js';

/** One run of a variant: what it cost, and the proof that it did its work. */
export interface Sample {
  /** In the comparison's unit; smaller is better. */
  cost: number;
  /** Throws when the run did not do what it was to do: a fast wrong answer is no result. */
  check: () => void | Promise<void>;
}

export interface Variant {
  /** What it is, for the reader of the table. */
  label: string;
  /** Prepares, measures, and answers; only what it measures counts. */
  run: () => Promise<Sample>;
}

/** `floor`: the least that any way must cost; `peer`: how others do the same job; `also`: for the table only. */
export type Role = 'ours' | 'floor' | 'peer' | 'also';
export type Variants = { ours: Variant } & { [Other in Exclude<Role, 'ours'>]?: Variant };

/** What is promised of the ratio ours ÷ `of`. */
export interface Budget {
  of: 'floor' | 'peer';
  atMost: number;
}

export interface ComparisonOptions {
  name: string;
  unit: string;
  variants: Variants;
  budgets?: readonly Budget[];
  /** Odd, so that the median is a run that took place. */
  rounds?: number;
  /** Rounds before the first that counts. */
  warmup?: number;
}

export interface Comparison {
  name: string;
  unit: string;
  rounds: number;
  variants: { role: Role; label: string; costs: number[]; summary: Summary }[];
  /** Median ours ÷ median of the other. */
  ratios: { of: 'floor' | 'peer'; ratio: number; atMost: number | null; met: boolean | null }[];
  /** Spread of the floor, or of the peer where there is none: differences below it say nothing. */
  noise: number | null;
  /** What a reader needs besides: sizes, query plans, second figures. */
  notes: string[];
}

/** Whether the seen ratios keep every budget. */
export const isWithinBudget = (comparison: Comparison): boolean =>
  comparison.ratios.every((ratio) => ratio.met !== false);

/**
 * Runs the variants in turn, round by round, each round beginning with another one. Rejects with the first
 * failed check: no figures are printed for work that was not done.
 */
export async function compare(options: ComparisonOptions): Promise<Comparison> {
  const { name, unit, variants, budgets = [], rounds = 5, warmup = 1 } = options;
  const roles = (['ours', 'floor', 'peer', 'also'] as const).flatMap((role) => {
    const variant = variants[role];
    return variant === undefined ? [] : [{ role, variant, costs: [] as number[] }];
  });
  for (let round = -warmup; round < rounds; round += 1) {
    for (const { role, variant, costs } of rotated(roles, round + warmup)) {
      const sample = await variant.run();
      try {
        await sample.check();
      } catch (error) {
        throw new Error(`${name}: ${role} (${variant.label}) did not do its work`, { cause: error });
      }
      if (round >= 0) costs.push(sample.cost);
    }
  }
  const measured = roles.map(({ role, variant, costs }) => ({
    role,
    label: variant.label,
    costs,
    summary: summarise(costs),
  }));
  const of = (role: Role) => measured.find((one) => one.role === role)?.summary;
  const ours = of('ours') as Summary;
  const ratios = (['floor', 'peer'] as const).flatMap((role) => {
    const other = of(role);
    if (other === undefined) return [];
    const ratio = ours.median / other.median;
    const atMost = budgets.find((budget) => budget.of === role)?.atMost ?? null;
    return [{ of: role, ratio, atMost, met: atMost === null ? null : ratio <= atMost }];
  });
  const noise = of('floor')?.spread ?? of('peer')?.spread ?? null;
  return { name, unit, rounds, variants: measured, ratios, noise, notes: [] };
}

/** Milliseconds that `work` took, with its result. */
export async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ durationMs: number; result: Result }> {
  const startedMs = performance.now();
  const result = await work();
  return { durationMs: performance.now() - startedMs, result };
}
