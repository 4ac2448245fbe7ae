/** The coefficient of determination, R^2. */
import { contiguous, ShapeError, type Tensor } from "@polygrad/tensor";
import { show } from "@polygrad/tensor/internal";
import { pairOf } from "../loss.ts";
import type { Input } from "../module.ts";
import { Metric } from "./metric.ts";

/**
 * R^2 = 1 - sum (target - prediction)^2 / sum (target - mean target)^2 of every output; `value` is the mean over the
 * outputs, as in scikit-learn. Where the target is constant, it is 1 if all predictions are right, else 0.
 *
 * The deviations are kept as sums around the mean of what was added so far, which neither overflow nor cancel: T. F.
 * Chan, G. H. Golub and R. J. LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
 */
export class R2 extends Metric {
  readonly kind = "R2";

  /**
   * Adds a batch of predictions and of targets, both [batch] or [batch, outputs].
   * @throws ArgumentError if one is neither a tensor nor a variable; ShapeError if their shapes differ, are something
   * else, or have another number of outputs than the batches before
   */
  add(predictions: Input, targets: Input): this {
    const [x, y] = pairOf(this.kind, predictions, targets).map(({ value }) => value);
    const { shape, rank } = x;
    if ((rank !== 1 && rank !== 2) || shape[1] === 0)
      throw new ShapeError(`${this.kind}: needs predictions [batch] or [batch, outputs], got ${show(shape)}`);
    return this.addSums(
      joined(
        shape[0],
        columns(x).map((column, k) => partOf(column, columns(y)[k])),
      ),
    );
  }

  /** R^2 of every output; NaN for a single sample. */
  get perOutput(): readonly number[] {
    const [count, ...sums] = this.sums;
    this.checkCount(count);
    return split(sums).map(({ spread, error }) => {
      if (count < 2) return Number.NaN;
      if (spread === 0) return error === 0 ? 1 : 0;
      return 1 - error / spread;
    });
  }

  get value(): number {
    const { perOutput } = this;
    return this.mean(
      perOutput.reduce((total, r2) => total + r2, 0),
      perOutput.length,
    );
  }

  protected override combined([m, ...first]: readonly number[], [n, ...second]: readonly number[]): readonly number[] {
    const others = split(second);
    const both = split(first).map((a, k) => {
      const b = others[k];
      const apart = b.mean - a.mean;
      // Without rows in one part, the other part is the whole.
      if (m === 0 || n === 0) return m === 0 ? b : a;
      return {
        mean: a.mean + (apart * n) / (m + n),
        spread: a.spread + b.spread + (apart * apart * m * n) / (m + n),
        error: a.error + b.error,
      };
    });
    return joined(m + n, both);
  }
}

/** What is kept of one output. */
interface Part {
  /** The mean of the targets. */
  readonly mean: number;
  /** The sum of the squared deviations of the targets from their mean. */
  readonly spread: number;
  /** The sum of the squared errors of the predictions. */
  readonly error: number;
}

function joined(count: number, parts: readonly Part[]): number[] {
  return [count, ...parts.flatMap(({ mean, spread, error }) => [mean, spread, error])];
}

function split(sums: readonly number[]): Part[] {
  return Array.from({ length: sums.length / 3 }, (_, k) => {
    const [mean, spread, error] = sums.slice(3 * k, 3 * k + 3);
    return { mean, spread, error };
  });
}

/** The columns of [batch, outputs] or, of [batch], the one that it is. */
function columns(x: Tensor): number[][] {
  const { data, offset } = contiguous(x);
  const [rows, outputs = 1] = x.shape;
  return Array.from({ length: outputs }, (_, k) =>
    Array.from({ length: rows }, (_, row) => data[offset + row * outputs + k]),
  );
}

function partOf(predictions: readonly number[], targets: readonly number[]): Part {
  const sum = (term: (target: number, k: number) => number) =>
    targets.reduce((total, target, k) => total + term(target, k), 0);
  if (targets.length === 0) return { mean: 0, spread: 0, error: 0 };
  // Around the first target, so that the mean of a constant is that constant.
  const mean = targets[0] + sum((target) => target - targets[0]) / targets.length;
  const spread = sum((target) => (target - mean) ** 2);
  return { mean, spread, error: sum((target, k) => (target - predictions[k]) ** 2) };
}
