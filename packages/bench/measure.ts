/** Timing on noisy machines: many short runs, of which the fastest and the median are reported. */

export interface Timing {
  /** Seconds. */
  readonly min: number;
  /** Seconds. */
  readonly median: number;
}

/** Times `run` for `seconds` seconds and at least `least` times, after one call that does not count. */
export function time(run: () => void, { seconds = 1.5, least = 7 } = {}): Timing {
  run();
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (times.length < least || performance.now() < end) {
    const start = performance.now();
    run();
    times.push((performance.now() - start) / 1000);
  }
  return summarise(times);
}

export function summarise(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}

/** Prints rows as aligned columns: the first `texts` columns on the left, numbers on the right. */
export function table(rows: readonly (readonly string[])[], texts = 1): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(row.map((cell, k) => (k < texts ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join("  "));
  console.log();
}
