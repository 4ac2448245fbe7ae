/** The losses so far, thinned out: as a training gets longer, fewer of its steps are kept. */

/** The most steps that are kept. */
const MOST = 256;

export class History {
  readonly #series: number;
  /** A row for each step that is kept: the step, and the value of each series. */
  #rows: number[] = [];
  /** Every how many steps one is kept. */
  #stride: number;

  /** @param every every how many steps one is kept at first */
  constructor(series: number, every = 1) {
    this.#series = series;
    this.#stride = every;
  }

  /** Whether a step would be kept, so that what is dear need not be computed in vain. */
  keeps(step: number): boolean {
    return step % this.#stride === 0;
  }

  add(step: number, values: readonly number[]): void {
    if (!this.keeps(step)) return;
    this.#rows.push(step, ...values);
    const width = this.#series + 1;
    if (this.#rows.length < MOST * width) return;
    this.#stride *= 2;
    this.#rows = this.#rows.filter((_, k) => this.#rows[k - (k % width)] % this.#stride === 0);
  }

  /** The rows, one after the other. */
  copy(): Float32Array {
    return Float32Array.from(this.#rows);
  }
}
