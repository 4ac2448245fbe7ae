/** The memory that a run takes, estimated from its options before anything is allocated. */
import type { Experiment } from "./options.ts";

/** The most that a run may take. The kernels can address twice as much. */
const LIMIT = 2 ** 31;

/** The sizes of the data. */
export interface Sizes {
  /** The number of training images. */
  readonly images: number;
  /** The number of pixels of an image. */
  readonly inputs: number;
  readonly classes: number;
}

/** The number of parameters of the network that `makeModel` makes. */
export function parameterCount(options: Experiment, { inputs, classes }: Omit<Sizes, "images">): number {
  const { model, hidden, degree } = options;
  const weights = model === "linear" ? 1 : degree + 1;
  const biases = model === "linear" ? hidden + classes : 0;
  return weights * hidden * (inputs + classes) + biases + 2 * hidden;
}

/**
 * Checks that the run fits into memory.
 *
 * @throws RangeError if it takes more than 2 GiB; the message names the options to reduce
 */
export function checkMemory(options: Experiment & { readonly workers?: number }, { images, ...sizes }: Sizes): void {
  const { model, hidden, degree, batch, shards } = options;
  const workers = Math.min(options.workers ?? shards, shards);
  const parameters = parameterCount(options, sizes);
  // Every shard has its own gradient. The rest is the state of Adam, the last step's copy, and what initialising takes.
  const forParameters = parameters * (shards + 2 * workers + 8);
  // The layers after the first, forward and backward, keep about eight values for each hidden unit.
  const forBatch = workers * Math.ceil(Math.min(batch, images) / shards) * (sizes.inputs + 8 * hidden);
  const bytes = 4 * (forParameters + forBatch);
  if (bytes <= LIMIT) return;
  const named = [`--hidden ${hidden}`, ...(model === "linear" ? [] : [`--degree ${degree}`])];
  throw new RangeError(
    `${named.join(", ")}, --shards ${shards} and --batch ${batch} take ${parameters.toLocaleString("en")} parameters ` +
      `and about ${(bytes / 2 ** 30).toFixed(1)} GiB of memory; the limit is ${LIMIT / 2 ** 30} GiB: reduce one of them`,
  );
}
