/**
 * The program of a worker thread: it trains epochs in lockstep with the other workers.
 *
 * A step has two halves, each of which ends at a barrier. First, every worker takes shards, one after another, and
 * computes their gradients, until none is left. Then, every worker adds up the gradients of its slice of the parameters
 * and updates that slice. So in the first half gradients are written and parameters are read; in the second half it is
 * the reverse.
 */
import { threadId, workerData } from "node:worker_threads";
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { useKernels } from "@polygrad/tensor";
import { useLentMemory } from "@polygrad/tensor/internal";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { PartFigures } from "./figures.ts";
import type { Answer, Evaluated, Order, Pauses, WorkerData } from "./protocol.ts";
import { type Data, loadRecipe, type Recipe } from "./recipe.ts";
import { Replica } from "./replica.ts";

/** How long workers wait for each other before a task, in milliseconds: a thread that takes longer has failed. */
const PATIENCE = 60_000;

const { recipe: url, workers, shards, control: buffer, lent, kernels, spin }: WorkerData = workerData;
const control = new Control(workers, shards, buffer);
const barrier = new Barrier(control.barrier, workers, spin);
const worker = Atomics.add(control.joined, 0, 1);
if (worker < workers) Atomics.store(control.threads, worker, threadId);
/** The recipe starts to load before the first task arrives. If loading fails, the first task reports it. */
const recipe = load();
recipe.catch(() => undefined);
let replica: Replica<unknown, Module> | undefined;
let pauses: Pauses | undefined;

async function load(): Promise<Recipe<unknown, Module, Data<Targets>>> {
  // The pool replaces a thread that has ended, but a run has no place for a replacement.
  if (worker >= workers)
    throw new TypeError(
      `DataParallel: all ${workers} workers have started already; another thread cannot join the run`,
    );
  useLentMemory(lent[worker]);
  useKernels(kernels);
  return loadRecipe<unknown, Module, Data<Targets>>(url);
}

/** Does this worker's part of a task. An error ends the run. */
export default async function run(order: Order): Promise<Answer> {
  control.takenBy[order.ticket] = worker + 1;
  if (order.kind === "prepare") {
    const { setup } = order;
    replica = new Replica(await recipe, setup.options, setup, [worker, workers], shards);
    pauses = setup.pauses;
  }
  if (replica === undefined)
    throw new TypeError(`DataParallel: a worker received the task "${order.kind}" before the task "prepare"`);
  // No thread goes on before all have begun: so a fast thread cannot take the order of a slow one.
  barrier.wait(() => Atomics.store(control.next, 0, 0), PATIENCE);
  if (order.kind === "train") trainEpoch(replica, order.epoch);
  const parts = order.kind === "evaluate" ? evaluateParts(replica, order.of, order.part) : [];
  const position = pauses && order.kind === "train" ? replica.collect(control.steps[0]) : undefined;
  return { parts, explanation: replica.step.explain(), position };
}

/**
 * The shards in the order in which this worker tries to take them. It begins with its own, whose gradients are in the
 * cache of its core from the step before. Then it helps the others, from the end, where they have not begun.
 */
const first = Math.floor((worker * shards) / workers);
const ownFirst = Array.from({ length: shards }, (_, k) => {
  const end = Math.floor(((worker + 1) * shards) / workers);
  return first + k < end ? first + k : (end - 1 - k + shards) % shards;
});

/** Trains to the end of an epoch, from the step in which it was left, or until the run pauses. */
function trainEpoch(own: Replica<unknown, Module>, epoch: number): void {
  const { batchSize, length } = own.loader;
  const order = own.loader.order(epoch);
  own.model.train();
  // What a tape cannot see, such as a recipe that counts epochs, shows when steps run once more: here, the first ones.
  own.step.recheck();
  const begin = control.steps[0] - epoch * length;
  for (let number = begin; number < length && control.paused[0] === 0; number++) {
    const batch = order.subarray(number * batchSize, (number + 1) * batchSize);
    const step = control.steps[0];
    const generators = own.shardGenerators();
    for (const shard of ownFirst) {
      if (Atomics.compareExchange(control.taken, shard, step, step + 1) !== step) continue;
      const random = generators[shard];
      control.shardLosses[shard] =
        step === 0 && shard === 0 ? own.computeTwice(batch, random) : own.computeShard(batch, shard, random, step);
    }
    if (number === begin) own.step.recheck(false);
    barrier.wait();
    const saved = () => Atomics.store(control.saved, worker, step + 1);
    own.update(batch.length, step, () => barrier.wait(), saved);
    barrier.wait(() => finishStep(batch.length));
  }
}

function takeNext(): number {
  return Atomics.add(control.next, 0, 1);
}

function finishStep(rows: number): void {
  const loss = control.shardLosses.reduce((sum, part) => sum + part, 0);
  control.losses[0] += loss;
  control.losses[1] = loss / rows;
  const steps = Atomics.add(control.steps, 0, 1) + 1;
  const due = pauses?.steps !== undefined && steps % pauses.steps === 0;
  // All workers read this after the barrier, so all pause after the same step.
  control.paused[0] = due || Atomics.load(control.pause, 0) === 1 ? 1 : 0;
}

/** Takes and evaluates parts of the validation or test data, of `size` samples each, until none is left. */
function evaluateParts(own: Replica<unknown, Module>, of: Evaluated, size: number): PartFigures[] {
  const { length } = own.evaluator.dataset(of);
  const figures: PartFigures[] = [];
  own.model.eval();
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
