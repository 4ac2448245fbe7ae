/** The messages between the calling thread and its workers. */
import type { DatasetHandle } from "@polygrad/data/internal";
import type { KernelKind } from "@polygrad/tensor";
import type { LentMemory, TensorHandle } from "@polygrad/tensor/internal";
import type { Figures, Plan } from "./recipe.ts";

/** What a worker thread receives when it starts. */
export interface WorkerData {
  /** The URL of the recipe's module. */
  readonly recipe: string;
  readonly workers: number;
  readonly shards: number;
  /** The buffer of `Control`. */
  readonly control: SharedArrayBuffer;
  /** `[workers]`, the memory that each worker may allocate from. */
  readonly lent: readonly LentMemory[];
  /** The kind of kernels that the calling thread uses. */
  readonly kernels: KernelKind;
  /** Whether to spin at barriers before sleeping. */
  readonly spin: boolean;
}

/** The position of a parameter in the flat tensor of all parameters. */
export interface NamedSlice {
  readonly name: string;
  readonly shape: readonly number[];
  /** The index of its first element in the flat tensor. */
  readonly offset: number;
}

/** The description of a training run, sent once, when the calling thread has loaded the data. */
export interface Setup {
  /** The options of the recipe's functions. */
  readonly options: unknown;
  readonly seed: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  /** Whether to capture and replay steps. */
  readonly capture: boolean;
  readonly plan: Plan;
  readonly train: DatasetHandle;
  readonly test: DatasetHandle | undefined;
  readonly slices: readonly NamedSlice[];
  /** `[size]`, all parameters. */
  readonly parameters: TensorHandle;
  /** `[shards, size]`, the gradient of each shard's share of the loss with respect to all parameters. */
  readonly gradients: TensorHandle;
  /** `[size]`, the parameters before the current step. */
  readonly saved: TensorHandle;
}

/** A task that all workers do together. `part` is the number of test samples to evaluate at a time. */
export type Task =
  | { readonly kind: "prepare"; readonly setup: Setup }
  | { readonly kind: "train"; readonly epoch: number }
  | { readonly kind: "evaluate"; readonly part: number };

/** A task as sent to one worker. `ticket`, from 0 to `workers` - 1, distinguishes the orders of one task. */
export type Order = Task & { readonly ticket: number };

/** The figures of one part of the test data: the part's number, its number of samples, and their mean figures. */
export interface PartFigures {
  readonly part: number;
  readonly rows: number;
  readonly figures: Figures;
}

/** What a worker returns from a task: the figures of an evaluation, and what has become of its captured steps. */
export interface Answer {
  readonly parts: readonly PartFigures[];
  readonly explanation: string;
}
