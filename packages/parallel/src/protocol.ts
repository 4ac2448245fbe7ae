/** What the calling thread tells its workers, and what they answer. */
import type { DatasetHandle } from "@polygrad/data";
import type { KernelKind, LentMemory, TensorHandle } from "@polygrad/tensor";
import type { Figures, Plan } from "./recipe.ts";

/** What a worker is born with. */
export interface WorkerData {
  /** Where the training module is. */
  readonly recipe: string;
  readonly workers: number;
  readonly shards: number;
  readonly control: SharedArrayBuffer;
  /** A part of the memory for each worker. */
  readonly lent: readonly LentMemory[];
  readonly kernels: KernelKind;
  /** Whether to spin at barriers. */
  readonly spin: boolean;
}

/** Where a parameter lies in the flat parameters. */
export interface NamedSlice {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** What is to be trained: sent once, when the calling thread has loaded the data. */
export interface Setup {
  readonly options: unknown;
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly plan: Plan;
  readonly train: DatasetHandle;
  readonly test: DatasetHandle | undefined;
  readonly slices: readonly NamedSlice[];
  /** All parameters, [size]. */
  readonly parameters: TensorHandle;
  /** Their gradients by every shard, [shards, size]. */
  readonly gradients: TensorHandle;
  /** The parameters as they were before the step under way, [size]. */
  readonly saved: TensorHandle;
}

/** What every worker is to do, all at the same time. */
export type Task =
  | { readonly kind: "prepare"; readonly setup: Setup }
  | { readonly kind: "train"; readonly epoch: number }
  | { readonly kind: "evaluate"; readonly part: number };

/** A task as one worker gets it: `ticket` tells the tasks of one time apart. */
export type Order = Task & { readonly ticket: number };

/** The figures of one part of the test data. */
export interface PartFigures {
  readonly part: number;
  readonly rows: number;
  readonly figures: Figures;
}
