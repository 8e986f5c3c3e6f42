/** The middle of the costs; of an even number the mean of the two in the middle. Throws for none. */
export function median(costs: readonly number[]): number {
  if (costs.length === 0) throw new Error('the median of nothing');
  const sorted = costs.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
  return ((sorted[lower] as number) + (sorted[upper] as number)) / 2;
}

export interface Summary {
  median: number;
  min: number;
  max: number;
  /** (max − min) ÷ median: how far apart equal work came out. */
  spread: number;
}

export function summarise(costs: readonly number[]): Summary {
  const middle = median(costs);
  const min = Math.min(...costs);
  const max = Math.max(...costs);
  return { median: middle, min, max, spread: middle === 0 ? 0 : (max - min) / middle };
}

/**
 * Who runs in a round, one place further on in each: whatever slows the machine down for a while, or favours
 * the first of a round, hits everybody alike.
 */
export const rotated = <Item>(items: readonly Item[], round: number): Item[] => {
  const from = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(from), ...items.slice(0, from)];
};

/** The share of a sorted-anyway list that is at or below the answer: `quantile(costs, 0.99)`. Nearest rank. */
export function quantile(costs: readonly number[], share: number): number {
  if (costs.length === 0) throw new Error('the quantile of nothing');
  const sorted = costs.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}
