/** Metrics: figures of a model over many batches, kept as sums that can be added up in any number of parts. */
import { ArgumentError, ShapeError, ValueError } from "@polygrad/tensor";
import { described, numbers } from "@polygrad/tensor/internal";

/** A metric as plain data, which can be sent to another thread. */
export interface MetricState {
  /** The name of its class. */
  readonly kind: string;
  /** What the metric was made with. */
  readonly options: Readonly<Record<string, number>>;
  /** What has been added; empty before the first batch. */
  readonly sums: readonly number[];
}

/**
 * A figure over all batches that were added, such as the share of correct labels. All sums are in double precision.
 *
 * Metrics of parts of the data can be merged. Adding batch after batch to one metric, and merging metrics of the single
 * batches in the same order, give the same bits.
 */
export abstract class Metric<Value = number> implements MetricState {
  abstract readonly kind: string;
  readonly options: Readonly<Record<string, number>>;
  #sums: readonly number[] = [];

  /** @param options what the metric is made with, as it crosses threads */
  constructor(options: Readonly<Record<string, number>> = {}) {
    this.options = options;
  }

  /** The figure. @throws ValueError if nothing has been added */
  abstract get value(): Value;

  /** What has been added, as numbers; empty before the first batch. */
  get sums(): readonly number[] {
    return this.#sums;
  }

  /** The metric as plain data. */
  get state(): MetricState {
    const { kind, options, sums } = this;
    return { kind, options, sums };
  }

  /**
   * Adds what another metric of the same kind and options has seen; returns this one.
   * @throws ArgumentError if it is of another kind or has other options; ShapeError if its sums do not fit these
   */
  merge(other: MetricState): this {
    const { kind, options } = this;
    if (typeof other !== "object" || other === null || other.kind !== kind)
      throw new ArgumentError(`${kind}: can be merged with another ${kind} only, got ${described(other)}`);
    for (const [name, value] of Object.entries(options))
      if (other.options?.[name] !== value)
        throw new ArgumentError(
          `${kind}: both must be made alike, got ${name} = ${value} and ${described(other.options?.[name])}`,
        );
    numbers(kind, "the sums", other.sums);
    return this.addSums(other.sums);
  }

  /** Adds the sums of one batch or of another metric. */
  protected addSums(sums: readonly number[]): this {
    if (this.#sums.length === 0) this.#sums = [...sums];
    else if (sums.length === this.#sums.length) this.#sums = this.combined(this.#sums, sums);
    else if (sums.length > 0)
      throw new ShapeError(
        `${this.kind}: has ${this.#sums.length} sums so far, but is to add ${sums.length}; ` +
          "every batch must have the same number of outputs",
      );
    return this;
  }

  /** The sums of two parts together, of which the first comes first in the data. */
  protected combined(first: readonly number[], second: readonly number[]): readonly number[] {
    return first.map((sum, k) => sum + second[k]);
  }

  /** A total divided by a count. @throws ValueError if the count is 0 */
  protected mean(total = 0, count = 0): number {
    this.checkCount(count);
    return total / count;
  }

  /** @throws ValueError if the count is 0 */
  protected checkCount(count = 0): void {
    if (count === 0) throw new ValueError(`${this.kind}: nothing has been added yet; call add(...) with a batch first`);
  }
}
