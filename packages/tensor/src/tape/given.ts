/** The arguments of a taped step: what each replay has in their place. */
import { type ByteStorage, Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import type { Tape } from "./tape.ts";

export class Given {
  readonly #tape: Tape;
  /** The number of the argument that an object belongs to. */
  readonly #positions: ReadonlyMap<unknown, number>;

  constructor(tape: Tape) {
    this.#tape = tape;
    const parts = tape.given.flatMap((x, k): [unknown, number][] => partsOf(x).map((part) => [part, k]));
    this.#positions = new Map(parts.reverse()); // of two arguments that share a storage, the first counts
  }

  /** The number of the argument that an object is or belongs to, if any. */
  positionOf(object: object): number | undefined {
    return this.#positions.get(object);
  }

  /** What a replay has in place of `value`, if that is or belongs to an argument; else `value` itself. */
  current<Value>(value: Value, isValue: (part: unknown) => part is Value): () => Value {
    const position = this.#positions.get(value);
    if (position === undefined) return () => value;
    return () => {
      const part = partsOf(this.#tape.given[position]).find(isValue);
      if (part !== undefined) return part;
      throw new TypeError(`replay: argument ${position} is of another kind`);
    };
  }

  /** The storage that a replay has in place of this one. */
  storageNow<Own extends Storage | ByteStorage>(storage: Own): () => Own {
    return this.current(storage, (part): part is Own => part instanceof Storage);
  }
}

/** What belongs to an argument: itself or its storage, with its version and what it will be filled with. */
function partsOf(argument: unknown): unknown[] {
  if (!(argument instanceof Tensor)) return [argument];
  const { storage } = argument;
  return [storage, storage.version, ...(storage.pending === undefined ? [] : [storage.pending])];
}
