/** Medians of values, and of ratios paired by round: a disturbance affects both sides of its round's ratio. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The median over the rounds of `values[round] / base[round]`; undefined without a base. */
export function pairedRatio(values: readonly number[], base: readonly number[] | undefined): number | undefined {
  if (base === undefined || base.length < values.length) return undefined;
  return median(values.map((value, round) => value / base[round]));
}
