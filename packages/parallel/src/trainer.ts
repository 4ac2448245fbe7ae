/** A training run as its user holds it. */
import type { Targets } from "@polygrad/data";
import type { Metric, Module } from "@polygrad/nn";
import { ValueError } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import type { Crew } from "./crew.ts";
import type { Evaluated } from "./protocol.ts";
import type { Data, Figures } from "./recipe.ts";
import type { Epoch, Progress } from "./results.ts";
import { Run } from "./run.ts";
import type { Session } from "./session.ts";

/** A run to iterate over, epoch by epoch. `DataParallel` is this, with a `start` for Node and one for browsers. */
export class Training<Model extends Module, Given extends Data<Targets> = Data> implements AsyncIterable<Epoch> {
  /** The network. The workers update its parameters during an epoch. */
  readonly model: Model;
  /** What the recipe's `data` returned. */
  readonly data: Given;
  /** The number of threads that the run really uses: see the option `workers`. */
  readonly workers: number;
  /**
   * Whether the threads share memory. A page that is not isolated from other origins has no shared memory: then one
   * worker trains, and `model` follows it with a delay of about a tenth of a second.
   */
  readonly shared: boolean;
  readonly shards: number;
  readonly #session: Session<Model, Given>;
  readonly #run: Run;

  protected constructor(session: Session<Model, Given>) {
    const { model, data, crew } = session;
    this.model = model;
    this.data = data;
    this.workers = crew.workers;
    this.shared = crew.shared;
    this.shards = crew.shards;
    this.#session = session;
    this.#run = new Run(session);
  }

  /** The results of all finished epochs, also of those before the checkpoint from which the run continues. */
  get history(): readonly Epoch[] {
    return this.#run.history;
  }

  /**
   * Trains, and yields the results of each epoch that is not finished yet. It can be iterated once, because the threads
   * end with the iteration.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Epoch> {
    this.#session.crew.checkOpen();
    try {
      while (!this.#run.isOver) yield await this.#run.trainEpoch();
      this.#run.finish();
    } finally {
      await this.close();
    }
  }

  /**
   * Trains up to a step and pauses there, for programs that show the network while it learns: until the next call, the
   * workers sleep. Epochs that end on the way are added to `history`. A loop over the epochs that begins later goes on from
   * here. With checkpoints, one is written at the step.
   *
   * @param step the number of steps in all, counted over the epochs; the run ends at its last epoch if that is sooner
   * @returns the progress
   * @throws ValueError if `step` is not an integer of at least 0; as the loop over the epochs does
   */
  async trainTo(step: number): Promise<Progress> {
    if (!Number.isSafeInteger(step) || step < 0)
      throw new ValueError(`DataParallel.trainTo: step is ${described(step)}; give an integer of at least 0`);
    this.#session.crew.checkOpen();
    await this.#run.trainTo(step);
    return this.progress;
  }

  /**
   * Computes the figures of the recipe's `evaluate` on the test or validation data, on all workers. Call it between
   * epochs only.
   *
   * @param of the data, defaults to "test"
   * @returns the mean figures over all samples; no figures if there is no such data
   * @throws WorkerError if a worker fails; the signal's reason if it is aborted; Error if the run has ended
   */
  evaluate(of: Evaluated = "test"): Promise<Figures> {
    return this.#run.evaluate(of);
  }

  /**
   * A metric of the last evaluation, for what is more than a number, such as the counts of a `ConfusionMatrix`.
   *
   * @param name the name that the recipe's `evaluate` gives it
   * @param of the data, defaults to "test"
   * @returns the metric of all samples; undefined if there is none of that name
   */
  metric(name: string, of: Evaluated = "test"): Metric<unknown> | undefined {
    return this.#run.metric(name, of);
  }

  /**
   * Writes a checkpoint, and returns its path. It may be called at any time: the workers pause after their current step.
   *
   * @throws CheckpointError if the run has no option `checkpoint`, has ended, or the file cannot be written
   */
  save(): Promise<string> {
    return this.#run.save();
  }

  /**
   * Whether the workers replay captured steps (see `capture`) and, if steps run as usual, why: "captured", or "runs as
   * usual, because ...", as at the end of the last epoch.
   */
  explain(): string {
    return this.#run.explain();
  }

  /** The progress of the run. It can be read at any time, also during an epoch. */
  get progress(): Progress {
    const { crew, plan } = this.#session;
    const { steps, losses } = crew.control;
    return { steps: Atomics.load(steps, 0), stepsPerEpoch: plan.stepsPerEpoch, loss: losses[1] };
  }

  /** The worker threads that are running; none once the run has ended. */
  get threads(): Crew["threads"] {
    return this.#session.crew.threads;
  }

  /**
   * Ends the threads. Call it if you do not iterate; a loop does it itself. The model then has the parameters of the
   * last finished step.
   *
   * @throws CheckpointError if the last checkpoint could not be written
   */
  close(): Promise<void> {
    return this.#run.close();
  }
}
