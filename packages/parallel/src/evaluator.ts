/** The evaluation of validation and test data on one worker, part by part. */
import { noGrad } from "@polygrad/autograd";
import type { Batch, Dataset, Targets } from "@polygrad/data";
import { BatchMemory } from "@polygrad/data/internal";
import { Workspace } from "@polygrad/tensor/internal";
import { type PartFigures, partFigures } from "./figures.ts";
import type { Evaluated } from "./protocol.ts";
import type { Evaluation } from "./recipe.ts";
import type { Shared } from "./shared.ts";

export class Evaluator {
  readonly #shared: Shared;
  readonly #evaluate: (batch: Batch<Targets>) => Evaluation;
  readonly #batches = new BatchMemory();
  readonly #workspace = new Workspace();

  /** @param evaluate computes the figures of a batch */
  constructor(shared: Shared, evaluate: (batch: Batch<Targets>) => Evaluation) {
    this.#shared = shared;
    this.#evaluate = evaluate;
  }

  /** The validation or test data. @throws TypeError if the recipe has none */
  dataset(of: Evaluated): Dataset<Targets> {
    const dataset = this.#shared[of];
    if (dataset !== undefined) return dataset;
    throw new TypeError(`DataParallel: there is no ${of} data; return \`${of}\` from the recipe's data function`);
  }

  /**
   * Computes the figures of some samples.
   *
   * @param part the number of this part of the data
   * @param indices `[rows]`, the samples of the part
   */
  evaluate(of: Evaluated, part: number, indices: Int32Array): PartFigures {
    const batch = this.#batches.gather(this.dataset(of), indices);
    return partFigures(
      part,
      indices.length,
      this.#workspace.run(() => noGrad(() => this.#evaluate(batch))),
    );
  }
}
