/** The messages between the calling thread and its workers. */
import type { KernelKind } from "@polygrad/tensor";
import type { LentMemory } from "@polygrad/tensor/internal";
import type { PartFigures } from "./figures.ts";
import type { Counters } from "./optimiser-state.ts";
import type { Plan } from "./recipe.ts";
import type { SharedHandle } from "./shared.ts";

/** What every worker receives when it starts. */
export interface WorkerData {
  readonly workers: number;
  readonly shards: number;
  /** The buffer of `Control`. */
  readonly control: ArrayBufferLike;
  /** `[workers]`, the memory that each worker may allocate from; none where memory cannot be shared. */
  readonly lent: readonly LentMemory[];
  /** The kind of kernels that the calling thread uses. */
  readonly kernels: KernelKind;
  /** Whether to spin at barriers before sleeping. */
  readonly spin: boolean;
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
  readonly shared: SharedHandle;
  /** The names and shapes of all parameters and buffers, for comparison: see `layoutOf`. */
  readonly layout: string;
  /** The largest norm of the gradients, and the memory for its computation. */
  readonly clipping: { readonly maximum: number; readonly sums: ArrayBufferLike } | undefined;
  /** The decay of the averages of the parameters. */
  readonly decay: number | undefined;
  /** How checkpoints are taken; undefined without them. */
  readonly pauses: Pauses | undefined;
  /** Where the run begins, unless at its start. */
  readonly resumed: Position | undefined;
}

/** When workers pause for a checkpoint by themselves: after every so many steps. */
export interface Pauses {
  readonly steps: number | undefined;
}

/** A point within a run, apart from what is in tensors. */
export interface Position {
  /** The number of finished steps, over all epochs. */
  readonly steps: number;
  /** The state of the generator from which the layers' generators are split. */
  readonly random: readonly number[];
  /** The counters of the optimiser. */
  readonly counters: Counters;
}

/** The two kinds of data that figures are computed of. */
export type Evaluated = "validation" | "test";

/** A task that all workers do together. `part` is the number of samples to evaluate at a time. */
export type Task =
  | { readonly kind: "prepare"; readonly setup: Setup }
  | { readonly kind: "train"; readonly epoch: number }
  | { readonly kind: "evaluate"; readonly of: Evaluated; readonly part: number };

/** A task as sent to one worker. `ticket`, from 0 to `workers` - 1, distinguishes the orders of one task. */
export type Order = Task & { readonly ticket: number };

/** What a worker returns from a task. */
export interface Answer {
  readonly parts: readonly PartFigures[];
  /** What has become of its captured steps. */
  readonly explanation: string;
  /** Where it stands, if the run takes checkpoints and the worker updates any parameters. */
  readonly position: Position | undefined;
}
