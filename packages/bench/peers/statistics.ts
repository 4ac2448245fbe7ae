/** Medians of values, and of ratios paired by round: a disturbance affects both sides of its round's ratio. */

/** One value for each round; null for a round in which the contender did not take part. */
export type Rounds = readonly (number | null)[];

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this part of the values lies, interpolated between neighbours. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export function present(values: Rounds): number[] {
  return values.filter((value) => value !== null);
}

/** A ratio of times: above 1 if the first is slower. */
export interface Ratio {
  /** The median over the rounds of the ratio in the same round. */
  readonly median: number;
  /** Half of the rounds' ratios lie between these. */
  readonly quartiles: readonly [number, number];
  /** The ratio of the fastest times, which need not be of the same round. */
  readonly fastest: number;
  readonly pairs: number;
}

/** `values` over `base`; undefined if they have no round in common. */
export function pairedRatio(values: Rounds, base: Rounds | undefined): Ratio | undefined {
  const ratios = values.flatMap((value, round) => {
    const other = base?.[round] ?? null;
    return value === null || other === null ? [] : [value / other];
  });
  if (base === undefined || ratios.length === 0) return undefined;
  return {
    median: median(ratios),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    fastest: Math.min(...present(values)) / Math.min(...present(base)),
    pairs: ratios.length,
  };
}
