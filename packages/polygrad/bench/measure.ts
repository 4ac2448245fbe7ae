/** Timing on noisy machines: many short runs, of which the fastest and the median are told. */

export interface Timing {
  /** Seconds. */
  readonly min: number;
  readonly median: number;
}

/** Times `run` until `seconds` are over, at least `least` times, after one call that does not count. */
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

/** Prints rows as aligned columns; numbers to the right. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join("  "));
  console.log();
}
