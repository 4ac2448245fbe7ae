/** Trains the network on workers of its own, all cores at once, and looks at it in between. Read recipe.ts first. */
import { DataParallel } from "@polygrad/parallel";
import type { ImageDataset, Sequential } from "polygrad";
import type { Query } from "../../app/query.ts";
import { History } from "../../train/history.ts";
import type { CrewTrainer } from "../../train/trainer.ts";
import { type Examination, Examiner } from "./examiner.ts";
import { testImages } from "./images.ts";
import recipe from "./recipe.ts";
import { type DigitsSettings, readDigits } from "./settings.ts";

/** The parts of a batch. The bits of the weights depend on it, so it is the same everywhere. */
const SHARDS = 4;
/** The steps between two examinations, until there are too many. */
const EVERY = 8;
/** An epoch has a number below 2^20. */
const EPOCHS = 1_000_000;

export interface DigitsSnapshot {
  readonly workers: number;
  /** Whether the workers share memory. */
  readonly shared: boolean;
  readonly stepsPerEpoch: number;
  readonly parameters: number;
  readonly examination: Examination;
  /** Rows of a step, the loss and the accuracy on training images, and both on test images. */
  readonly history: Float32Array;
}

class DigitsTrainer implements CrewTrainer<DigitsSnapshot> {
  readonly networks: { readonly digits: Sequential };
  readonly #training: DataParallel<Sequential>;
  readonly #examiner: Examiner;
  readonly #history = new History(4, EVERY);
  #step = 0;
  /** The time that a step takes, in milliseconds, as far as is known. */
  #pace = 5;

  constructor(training: DataParallel<Sequential>, test: ImageDataset) {
    this.#training = training;
    this.networks = { digits: training.model };
    this.#examiner = new Examiner(training.model, training.data.train, test);
    this.#examine();
  }

  async run(until: number, milliseconds: number): Promise<number> {
    const begin = performance.now();
    const end = begin + milliseconds;
    for (let now = begin; this.#step < until && now < end; ) {
      const affordable = this.#step + Math.max(1, Math.floor((end - now) / this.#pace));
      const next = Math.min(until, affordable, this.#step - (this.#step % EVERY) + EVERY);
      await this.#training.trainTo(next);
      const after = performance.now();
      this.#pace = 0.8 * this.#pace + (0.2 * (after - now)) / (next - this.#step);
      this.#step = next;
      if (this.#history.keeps(next)) this.#examine();
      now = performance.now();
    }
    return this.#step;
  }

  #examine(): void {
    const { train, test } = this.#examiner.examine();
    this.#history.add(this.#step, [train.loss, train.accuracy, test.loss, test.accuracy]);
  }

  snapshot(): DigitsSnapshot {
    const { workers, shared, progress, model } = this.#training;
    return {
      ...{ workers, shared, stepsPerEpoch: progress.stepsPerEpoch },
      parameters: model.parameters().reduce((sum, { value }) => sum + value.size, 0),
      examination: this.#examiner.last,
      history: this.#history.copy(),
    };
  }

  close(): Promise<void> {
    return this.#training.close();
  }
}

export async function start(query: Query): Promise<DigitsTrainer> {
  const settings = readDigits(query);
  const test = testImages();
  const training = await DataParallel.start<DigitsSettings, Sequential>(recipe, {
    ...{ options: settings, epochs: EPOCHS, batchSize: settings.batch, shards: SHARDS, seed: settings.seed },
    worker: () => new Worker(new URL("./recipe.worker.ts", import.meta.url), { type: "module" }),
    onWarning: () => undefined,
  });
  return new DigitsTrainer(training, await test);
}
