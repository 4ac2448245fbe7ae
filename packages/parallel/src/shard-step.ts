/** What a worker does again and again: one shard forward and backward, captured so that it can be replayed. */
import { type Captured, capture, type Variable } from "@polygrad/autograd";
import { Batch, type Targets } from "@polygrad/data";
import { type Tensor, tensor } from "@polygrad/tensor";

/** Shards have tapes of their own, because they write their gradients to different places; so the shard comes first. */
type Step = (shard: number, share: number, inputs: Tensor, targets: Targets, indices: Int32Array) => Variable;

export class ShardStep {
  readonly #step: Step;
  readonly #captured: Captured<Parameters<Step>, Variable> | undefined;

  /**
   * @param loss the recipe's loss of a batch
   * @param isCaptured whether to capture the step
   */
  constructor(loss: (batch: Batch<Targets>) => Variable, isCaptured: boolean) {
    const step: Step = (_shard, share, inputs, targets, indices) => {
      const mean = loss(new Batch(inputs, targets, indices));
      mean.backward(tensor(share));
      return mean;
    };
    this.#captured = isCaptured ? capture(step) : undefined;
    this.#step = this.#captured ?? step;
  }

  /** Adds the gradients of `share` times the mean loss to those of the parameters; returns the mean loss. */
  run({ inputs, targets, indices }: Batch<Targets>, shard: number, share: number): Variable {
    return this.#step(shard, share, inputs, targets, indices);
  }

  /** Has the next replay of every tape checked or, with `due` = false, takes this back. */
  recheck(due = true): void {
    this.#captured?.recheck(due);
  }

  /** Whether the last shard was a replay and, if it ran as usual, why. */
  explain(): string {
    return this.#captured?.explain() ?? "runs as usual, because the option capture is false";
  }
}
