/** The state of a loader as tensors by name: where it stands, and what must be equal for that to mean the same batches. */
import { ArgumentError, Tensor, type TensorJSON, tensor } from "@polygrad/tensor";
import { described } from "@polygrad/tensor/internal";
import { DatasetError } from "./errors.ts";

/** Where a loader stands: the epoch of the next batch, and how many of its batches have been drawn. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
}

/** What determines the batches of all epochs. */
export interface Identity {
  readonly seed: number;
  readonly batchSize: number;
  /** 1 for true, 0 for false. */
  readonly shuffle: number;
  readonly dropLast: number;
  readonly samples: number;
}

/** What can be loaded: a state, or what JSON made of one. */
type Saved = Readonly<Record<string, Tensor | TensorJSON>>;

/** All numbers as float64 scalars, which hold every integer up to 2^53. */
export function stateOf(position: Position, identity: Identity): Record<string, Tensor> {
  const numbers = Object.entries({ ...position, ...identity });
  return Object.fromEntries(numbers.map(([name, value]) => [name, tensor(value, { dtype: "float64" })]));
}

/**
 * The position in a state.
 *
 * @throws ArgumentError if the state is not an object of tensors with one element each; DatasetError if names are missing
 * or unexpected, or it is the state of another loader, and lists what differs
 */
export function positionIn(state: Saved, identity: Identity): Position {
  const operation = "DataLoader.loadStateDict";
  const prototype: unknown = typeof state === "object" && state !== null ? Object.getPrototypeOf(state) : undefined;
  if (prototype !== Object.prototype && prototype !== null)
    throw new ArgumentError(
      `${operation}: the state must be a plain object of tensors by name, as stateDict() returns, got ${described(state)}`,
    );
  const own = Object.entries(identity);
  const names = ["epoch", "batch", ...own.map(([name]) => name)];
  const faults = [
    ...names.filter((name) => !Object.hasOwn(state, name)).map((name) => `missing ${name}`),
    ...Object.keys(state).flatMap((name) => (names.includes(name) ? [] : [`unexpected ${name}`])),
  ];
  if (faults.length > 0)
    throw new DatasetError(`${operation}: ${faults.join("; ")}; pass what stateDict() of a loader returned`);
  const found = Object.fromEntries(names.map((name) => [name, numberIn(state[name], `${operation}: ${name}`)]));
  const differing = own.filter(([name, value]) => found[name] !== value);
  if (differing.length > 0) {
    const each = differing.map(([name, value]) => `${name} is ${found[name]} in the state and ${value} here`);
    throw new DatasetError(`${operation}: ${each.join("; ")}; load it into a loader of the same options and data`);
  }
  return { epoch: found.epoch, batch: found.batch };
}

function numberIn(entry: Tensor | TensorJSON, what: string): number {
  const x = entry instanceof Tensor ? entry : fromJSON(entry, what);
  if (x.size !== 1) throw new ArgumentError(`${what} must be a tensor of one element, got ${x.size} elements`);
  return x.item();
}

function fromJSON(entry: TensorJSON, what: string): Tensor {
  try {
    if (typeof entry === "object" && entry !== null && "elements" in entry) return tensor(entry);
  } catch (error) {
    throw new ArgumentError(`${what} is not a tensor: ${error instanceof Error ? error.message : error}`);
  }
  throw new ArgumentError(`${what} must be a tensor or its JSON { shape, dtype, elements }, got ${described(entry)}`);
}
