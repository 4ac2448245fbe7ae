/**
 * What runs on a worker thread: an epoch in lockstep with the others.
 *
 * A step: every worker takes a shard that nobody has, computes its gradients, takes the next, until none is left; barrier;
 * each adds up its slice of the gradients and moves its slice of the parameters; barrier. So gradients are only written
 * before the first barrier and only read after it, parameters the other way round.
 */
import { threadId, workerData } from "node:worker_threads";
import type { Module } from "@polygrad/nn";
import { useKernels, useLentMemory } from "@polygrad/tensor";
import { Barrier } from "./barrier.ts";
import { Control } from "./control.ts";
import type { Order, PartFigures, WorkerData } from "./protocol.ts";
import { type Data, loadRecipe, type Recipe } from "./recipe.ts";
import { Replica } from "./replica.ts";

/** How long, in milliseconds, workers wait for each other before an epoch; a thread that has not come by then never will. */
const PATIENCE = 60_000;

const { recipe: url, workers, shards, control: buffer, lent, kernels, spin }: WorkerData = workerData;
const control = new Control(workers, shards, buffer);
const barrier = new Barrier(control.barrier, workers, spin);
const worker = Atomics.add(control.joined, 0, 1);
if (worker < workers) Atomics.store(control.threads, worker, threadId);
/** Loading begins before the first task comes; a failure is told when it does. */
const recipe = load();
recipe.catch(() => undefined);
let replica: Replica<unknown, Module> | undefined;

async function load(): Promise<Recipe<unknown, Module>> {
  // The pool replaces a thread that has died; there is no place for another one here.
  if (worker >= workers) throw new TypeError(`DataParallel: ${workers} workers have joined already`);
  useLentMemory(lent[worker]);
  useKernels(kernels);
  return loadRecipe<unknown, Module, Data>(url);
}

/** Does its part of a task. Whatever it throws ends the run. */
export default async function run(order: Order): Promise<PartFigures[]> {
  control.takenBy[order.ticket] = worker + 1;
  if (order.kind === "prepare") {
    const { setup } = order;
    replica = new Replica(await recipe, setup.options, setup, [worker, workers], shards);
  }
  if (replica === undefined) throw new TypeError("DataParallel: a worker was told to train before it was prepared");
  // A thread that has done its part must not take the task of one that has not begun.
  barrier.wait(undefined, PATIENCE);
  if (order.kind === "train") trainEpoch(replica, order.epoch);
  return order.kind === "evaluate" ? evaluateParts(replica, order.part) : [];
}

function trainEpoch(own: Replica<unknown, Module>, epoch: number): void {
  const { batchSize, length } = own.loader;
  const order = own.loader.order(epoch);
  own.model.train();
  for (let number = 0; number < length; number++) {
    const batch = order.subarray(number * batchSize, (number + 1) * batchSize);
    const step = control.steps[0];
    const dice = own.throwDice();
    for (let shard = takeNext(); shard < shards; shard = takeNext())
      control.shardLosses[shard] = own.computeShard(batch, shard, dice[shard], step);
    barrier.wait(() => Atomics.store(control.next, 0, 0));
    own.update(batch.length, () => Atomics.store(control.saved, worker, step + 1));
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
  Atomics.add(control.steps, 0, 1);
}

/** Evaluates parts of the test data, `size` samples each, until none is left. */
function evaluateParts(own: Replica<unknown, Module>, size: number): PartFigures[] {
  const length = own.test?.length ?? 0;
  const figures: PartFigures[] = [];
  own.model.eval();
  for (let part = takeNext(); part * size < length; part = takeNext()) {
    const rows = Math.min(size, length - part * size);
    figures.push(
      own.evaluate(
        part,
        Int32Array.from({ length: rows }, (_, row) => part * size + row),
      ),
    );
  }
  return figures;
}
