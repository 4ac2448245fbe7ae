/**
 * What a worker does: it trains epochs in lockstep with the other workers.
 *
 * A step has two halves, each of which ends at a barrier. First, every worker takes shards, one after another, and
 * computes their gradients, until none is left. Then, every worker adds up the gradients of its slice of the parameters
 * and updates that slice. So in the first half gradients are written and parameters are read; in the second half it is
 * the reverse.
 */
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { PartFigures } from "./figures.ts";
import type { Answer, Evaluated, Order, Pauses, WorkerData } from "./protocol.ts";
import type { Data, Recipe } from "./recipe.ts";
import { Replica } from "./replica.ts";

/** How long workers wait for each other before a task, in milliseconds: a thread that takes longer has failed. */
const PATIENCE = 60_000;

/** A recipe on a worker, where nobody knows its types. */
export type UntypedRecipe = Recipe<unknown, Module, Data<Targets>>;

/** One worker of a run, on its own thread. */
export class CrewWorker {
  readonly #number: number;
  readonly #workers: number;
  readonly #shards: number;
  readonly #control: Control;
  readonly #barrier: Barrier;
  readonly #recipe: Promise<UntypedRecipe>;
  readonly #afterStep: () => void;
  /**
   * The shards in the order in which this worker tries to take them. It begins with its own, whose gradients are in the
   * cache of its core from the step before. Then it helps the others, from the end, where they have not begun.
   */
  readonly #ownFirst: readonly number[];
  #replica: Replica<unknown, Module> | undefined;
  #pauses: Pauses | undefined;

  /**
   * @param number the number of this worker, from 0
   * @param recipe the recipe, once it is loaded; if loading fails, the first task reports it
   * @param afterStep called after every step
   */
  constructor(data: WorkerData, number: number, recipe: Promise<UntypedRecipe>, afterStep: () => void = () => {}) {
    const { workers, shards, control, spin } = data;
    this.#number = number;
    this.#workers = workers;
    this.#shards = shards;
    this.#control = new Control(workers, shards, control);
    this.#barrier = new Barrier(this.#control.barrier, workers, spin);
    this.#recipe = recipe;
    recipe.catch(() => undefined);
    this.#afterStep = afterStep;
    const [first, end] = [number, number + 1].map((n) => Math.floor((n * shards) / workers));
    this.#ownFirst = Array.from({ length: shards }, (_, k) =>
      first + k < end ? first + k : (end - 1 - k + shards) % shards,
    );
  }

  /** Does this worker's part of a task. An error ends the run. */
  async run(order: Order): Promise<Answer> {
    const control = this.#control;
    control.takenBy[order.ticket] = this.#number + 1;
    if (order.kind === "prepare") {
      const { setup } = order;
      const position = [this.#number, this.#workers] as const;
      this.#replica = new Replica(await this.#recipe, setup.options, setup, position, this.#shards);
      this.#pauses = setup.pauses;
    }
    const replica = this.#replica;
    if (replica === undefined)
      throw new TypeError(`DataParallel: a worker received the task "${order.kind}" before the task "prepare"`);
    // No thread goes on before all have begun: so a fast thread cannot take the order of a slow one.
    this.#barrier.wait(() => Atomics.store(control.next, 0, 0), PATIENCE);
    if (order.kind === "train") this.#trainEpoch(replica, order.epoch);
    const parts = order.kind === "evaluate" ? this.#evaluateParts(replica, order.of, order.part) : [];
    const position = this.#pauses && order.kind === "train" ? replica.collect(control.steps[0]) : undefined;
    return { parts, explanation: replica.step.explain(), position };
  }

  /** Trains to the end of an epoch, from the step in which it was left, or until the run pauses. */
  #trainEpoch(own: Replica<unknown, Module>, epoch: number): void {
    const [control, barrier] = [this.#control, this.#barrier];
    const { batchSize, length } = own.loader;
    const order = own.order(epoch);
    own.model.train();
    const begin = control.steps[0] - epoch * length;
    // What a tape cannot see, such as a recipe that counts epochs, shows when steps run once more: here, the first ones.
    if (begin === 0) own.step.recheck();
    for (let number = begin; number < length && control.paused[0] === 0; number++) {
      const batch = order.subarray(number * batchSize, (number + 1) * batchSize);
      const step = control.steps[0];
      const generators = own.shardGenerators();
      for (const shard of this.#ownFirst) {
        if (Atomics.compareExchange(control.taken, shard, step, step + 1) !== step) continue;
        const random = generators[shard];
        control.shardLosses[shard] =
          step === 0 && shard === 0 ? own.computeTwice(batch, random) : own.computeShard(batch, shard, random, step);
      }
      if (number === begin) own.step.recheck(false);
      barrier.wait();
      const saved = () => Atomics.store(control.saved, this.#number, step + 1);
      own.update(batch.length, step, () => barrier.wait(), saved);
      barrier.wait(() => this.#finishStep(batch.length));
      this.#afterStep();
    }
  }

  #finishStep(rows: number): void {
    const control = this.#control;
    const loss = control.shardLosses.reduce((sum, part) => sum + part, 0);
    control.losses[0] += loss;
    control.losses[1] = loss / rows;
    const steps = Atomics.add(control.steps, 0, 1) + 1;
    const due = this.#pauses?.steps !== undefined && steps % this.#pauses.steps === 0;
    // All workers read this after the barrier, so all pause after the same step.
    control.paused[0] = due || steps >= Atomics.load(control.pauseAt, 0) ? 1 : 0;
  }

  /** Takes and evaluates parts of the validation or test data, of `size` samples each, until none is left. */
  #evaluateParts(own: Replica<unknown, Module>, of: Evaluated, size: number): PartFigures[] {
    const { length } = own.evaluator.dataset(of);
    const figures: PartFigures[] = [];
    own.model.eval();
    const takeNext = () => Atomics.add(this.#control.next, 0, 1);
    for (let part = takeNext(); part * size < length; part = takeNext()) {
      const rows = Math.min(size, length - part * size);
      figures.push(
        own.evaluator.evaluate(
          of,
          part,
          Int32Array.from({ length: rows }, (_, row) => part * size + row),
        ),
      );
    }
    return figures;
  }
}
