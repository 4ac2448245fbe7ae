/** The arguments of a captured step: which of them may change from call to call, and what must be the same. */
import { ArgumentError, Tensor } from "@polygrad/tensor";
import { described, partOf, sameShape } from "@polygrad/tensor/internal";
import { Variable } from "../variable.ts";

/** An argument whose elements a replay takes anew. */
type Changing = Tensor | Int32Array | Uint8Array;

/** What a tape assumes about one argument. */
interface Assumption {
  readonly given: unknown;
  /** The address of a pinned tensor, in bytes. */
  readonly address: number | undefined;
  /** What a batch of a data loader comes from, if its elements have not been written yet. */
  readonly table: object | undefined;
  /** The first argument that has the same elements: this one, in most cases. */
  readonly same: number;
}

/** What a tape assumes about the arguments. */
export type Signature = readonly Assumption[];

/** @throws ArgumentError if an argument is of a kind that a replay cannot take. */
export function signatureOf(args: readonly unknown[]): Signature {
  return args.map((given, k) => {
    if (typeof given === "object" && given !== null && !isChanging(given) && !(given instanceof Variable))
      throw new ArgumentError(
        `capture: argument ${k} of the step must be a tensor, a Uint8Array, an Int32Array, a number or a text, ` +
          `got ${described(given)}; pass a batch as batch.inputs and batch.targets`,
      );
    return { given, address: addressOf(given), table: tableOf(given), same: firstWith(args, given) };
  });
}

/** Whether arguments are as a tape assumes: shapes, places and plain values are the same; elements may differ. */
export function fits(signature: Signature, args: readonly unknown[]): boolean {
  if (signature.length !== args.length) return false;
  for (let k = 0; k < args.length; k++) {
    const [{ given, address, table, same }, now] = [signature[k], args[k]];
    if (!isChanging(now)) {
      if (!Object.is(given, now)) return false;
    } else if (!isAlike(given, now) || addressOf(now) !== address || tableOf(now) !== table) return false;
    else if (firstWith(args, now) !== same) return false;
  }
  return true;
}

function isAlike(a: unknown, b: Changing): boolean {
  if (b instanceof Uint8Array) return a instanceof Uint8Array && a.length === b.length;
  if (b instanceof Int32Array) return a instanceof Int32Array && a.length === b.length;
  return (
    a instanceof Tensor &&
    a.dtype === b.dtype &&
    a.offset === b.offset &&
    sameShape(a.shape, b.shape) &&
    sameShape(a.strides, b.strides)
  );
}

function addressOf(given: unknown): number | undefined {
  return given instanceof Tensor ? given.storage.place : undefined;
}

function tableOf(given: unknown): object | undefined {
  return given instanceof Tensor ? given.storage.pending?.table : undefined;
}

function firstWith(args: readonly unknown[], given: unknown): number {
  const elements = elementsOf(given);
  return args.findIndex((other) => elementsOf(other) === elements);
}

function elementsOf(given: unknown): unknown {
  return given instanceof Tensor ? given.storage : given;
}

function isChanging(given: unknown): given is Changing {
  return given instanceof Tensor || given instanceof Int32Array || given instanceof Uint8Array;
}

/**
 * The arguments for a run that is taped: the same elements, but arrays that a replay copies get an identity of their own,
 * so that they differ from the same arrays if the step reaches them in another way.
 */
export function distinct(args: readonly unknown[]): unknown[] {
  const aliases = new Map<unknown, Tensor["storage"] | Int32Array | Uint8Array>();
  return args.map((given) => {
    if (!isChanging(given) || addressOf(given) !== undefined) return given;
    if (!(given instanceof Tensor)) {
      const alias = aliases.get(given) ?? given.slice();
      aliases.set(given, alias);
      return alias;
    }
    const { storage, shape, strides, offset } = given;
    const known = aliases.get(storage);
    const alias = known === undefined || ArrayBuffer.isView(known) ? partOf(storage, 0, storage.length) : known;
    aliases.set(storage, alias);
    return new Tensor(alias, shape, strides, offset);
  });
}
