/** Trains the network on workers of its own, all cores at once, and looks at it in between. Read recipe.ts first. */
import { DataParallel } from "@polygrad/parallel";
import type { Sequential } from "polygrad";
import type { Query } from "../../app/query.ts";
import { History } from "../../train/history.ts";
import type { CrewTrainer } from "../../train/trainer.ts";
import { type Examination, Examiner, type Score } from "./examiner.ts";
import { type Images, pixelValues, testImages, trainingImages } from "./images.ts";
import { type Learned, learnedBy } from "./learned.ts";
import { type DigitsAnswer, isQuestion } from "./questions.ts";
import recipe from "./recipe.ts";
import { type DigitsSettings, readDigits } from "./settings.ts";

/** The parts of a batch. The bits of the weights depend on it, so it is the same everywhere. */
const SHARDS = 4;
/** The steps between two rows of the history, until there are too many. */
const EVERY = 8;
/** As many as a loader can count. */
const EPOCHS = 2 ** 20;

export interface DigitsSnapshot {
  readonly workers: number;
  /** Whether the workers share memory. */
  readonly shared: boolean;
  readonly stepsPerEpoch: number;
  readonly parameters: number;
  readonly train: Score;
  readonly test: Examination;
  /** Rows of a step, and the loss or the share of right answers on training images and on test images. */
  readonly losses: Float32Array;
  readonly shares: Float32Array;
  readonly learned: Learned;
  /** The probabilities of the ten digits for what has been drawn; undefined before. */
  readonly drawn: Float32Array | undefined;
}

/** What has been drawn stays on the page while trainings come and go. */
let drawn: Uint8Array | undefined;

class DigitsTrainer implements CrewTrainer<DigitsSnapshot, DigitsAnswer> {
  readonly networks: { readonly digits: Sequential };
  readonly #training: DataParallel<Sequential>;
  readonly #images: Images;
  readonly #examiner: Examiner;
  readonly #losses = new History(2, EVERY);
  readonly #shares = new History(2, EVERY);
  #train: Score;
  #step = 0;
  /** The time that a step takes, in milliseconds, as far as is known. */
  #pace = 5;

  constructor(training: DataParallel<Sequential>, images: Images) {
    this.#training = training;
    this.#images = images;
    this.networks = { digits: training.model };
    this.#examiner = new Examiner(training.model, images);
    this.#train = this.#record();
  }

  async run(until: number, milliseconds: number): Promise<number> {
    let now = performance.now();
    const end = now + milliseconds;
    while (this.#step < until && now < end) {
      const affordable = this.#step + Math.max(1, Math.floor((end - now) / this.#pace));
      const next = Math.min(until, affordable, this.#step - (this.#step % EVERY) + EVERY);
      await this.#training.trainTo(next);
      const after = performance.now();
      this.#pace = 0.8 * this.#pace + (0.2 * (after - now)) / (next - this.#step);
      this.#step = next;
      if (next % EVERY === 0 && this.#losses.keeps(next)) this.#train = this.#record();
      now = performance.now();
    }
    return this.#step;
  }

  #record(): Score {
    const [train, test] = [this.#examiner.train(), this.#examiner.test()];
    this.#losses.add(this.#step, [train.loss, test.loss]);
    this.#shares.add(this.#step, [train.accuracy, test.accuracy]);
    return train;
  }

  snapshot(): DigitsSnapshot {
    const { workers, shared, progress, model } = this.#training;
    return {
      ...{ workers, shared, stepsPerEpoch: progress.stepsPerEpoch },
      parameters: model.parameters().reduce((sum, { value }) => sum + value.size, 0),
      train: this.#train,
      test: this.#examiner.test(),
      losses: this.#losses.copy(),
      shares: this.#shares.copy(),
      learned: learnedBy(model, this.#examiner.inputs),
      drawn: drawn && this.#examiner.probabilities(drawn),
    };
  }

  answer(question: unknown): DigitsAnswer {
    if (!isQuestion(question)) throw new TypeError("this is not a question about digits");
    if (question.kind === "drawn") {
      drawn = question.pixels;
      return { kind: "drawn", probabilities: this.#examiner.probabilities(drawn) };
    }
    const { train, test } = this.#images;
    const { pixels, labels } = test;
    return {
      ...{ kind: "images", pixels: Uint8Array.from(pixels.bytes), labels: Uint8Array.from(labels) },
      values: pixelValues(train),
    };
  }

  close(): Promise<void> {
    return this.#training.close();
  }
}

export async function start(query: Query): Promise<DigitsTrainer> {
  const settings = readDigits(query);
  const images = Promise.all([trainingImages(settings.images), testImages()]);
  const training = await DataParallel.start<DigitsSettings, Sequential>(recipe, {
    ...{ options: settings, epochs: EPOCHS, batchSize: settings.batch, shards: SHARDS, seed: settings.seed },
    worker: () => new Worker(location.href, { type: "module", name: "thread" }),
    onWarning: () => undefined,
  });
  const [train, test] = await images;
  return new DigitsTrainer(training, { train, test });
}
