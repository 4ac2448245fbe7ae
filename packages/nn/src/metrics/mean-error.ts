/** The mean squared and the mean absolute error. */
import { contiguous } from "@polygrad/tensor";
import { pairOf } from "../loss.ts";
import type { Input } from "../module.ts";
import { Metric } from "./metric.ts";

/** The sum of `cost(prediction - target)` over all elements, and their number. */
function costs(operation: string, predictions: Input, targets: Input, cost: (error: number) => number): number[] {
  const [x, y] = pairOf(operation, predictions, targets).map(({ value }) => contiguous(value));
  let total = 0;
  for (let k = 0; k < x.size; k++) total += cost(x.data[x.offset + k] - y.data[y.offset + k]);
  return [total, x.size];
}

/** The mean of (prediction - target)^2 over all elements. */
export class MeanSquaredError extends Metric {
  readonly kind = "MeanSquaredError";

  /**
   * Adds a batch of predictions and of targets, of one shape.
   * @throws ArgumentError if one is neither a tensor nor a variable; ShapeError if their shapes differ
   */
  add(predictions: Input, targets: Input): this {
    return this.addSums(costs(this.kind, predictions, targets, (error) => error * error));
  }

  get value(): number {
    return this.mean(...this.sums);
  }
}

/** The mean of |prediction - target| over all elements. */
export class MeanAbsoluteError extends Metric {
  readonly kind = "MeanAbsoluteError";

  /**
   * Adds a batch of predictions and of targets, of one shape.
   * @throws ArgumentError if one is neither a tensor nor a variable; ShapeError if their shapes differ
   */
  add(predictions: Input, targets: Input): this {
    return this.addSums(costs(this.kind, predictions, targets, Math.abs));
  }

  get value(): number {
    return this.mean(...this.sums);
  }
}
