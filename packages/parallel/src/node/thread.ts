/** The program of a thread in Node: a worker whose recipe is imported from its URL. */
import { threadId, workerData } from "node:worker_threads";
import type { Targets } from "@polygrad/data";
import type { Module } from "@polygrad/nn";
import { useKernels } from "@polygrad/tensor";
import { useLentMemory } from "@polygrad/tensor/internal";
import { Control } from "../control.ts";
import type { Answer, Order, WorkerData } from "../protocol.ts";
import type { Data } from "../recipe.ts";
import { CrewWorker, type UntypedRecipe } from "../worker.ts";
import { loadRecipe } from "./recipe.ts";

/** What a thread receives when it starts. */
export interface ThreadData extends WorkerData {
  /** The URL of the recipe's module. */
  readonly recipe: string;
}

const data: ThreadData = workerData;
const control = new Control(data.workers, data.shards, data.control);
const number = Atomics.add(control.joined, 0, 1);
if (number < data.workers) Atomics.store(control.threads, number, threadId);
/** The recipe starts to load before the first task arrives. */
const worker = new CrewWorker(data, number, load());

async function load(): Promise<UntypedRecipe> {
  // The pool replaces a thread that has ended, but a run has no place for a replacement.
  if (number >= data.workers)
    throw new TypeError(
      `DataParallel: all ${data.workers} workers have started already; another thread cannot join the run`,
    );
  useLentMemory(data.lent[number]);
  useKernels(data.kernels);
  return loadRecipe<unknown, Module, Data<Targets>>(data.recipe);
}

/** Does this worker's part of a task. */
export default function run(order: Order): Promise<Answer> {
  return worker.run(order);
}
