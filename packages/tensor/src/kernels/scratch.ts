/** Scratch memory for one kernel call: operands are put where the kernel can see them, results are copied out. */
import { BYTES } from "../floats.ts";
import { heap } from "../memory.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { Storage } from "../storage.ts";
import { Tensor } from "../tensor.ts";

/** Blocks of the heap that go back to it when the call ends. */
export class Scratch {
  readonly #blocks: { address: number; bytes: number }[] = [];

  /** Room for `length` float32s. */
  allocate(length: number): number {
    const bytes = length * BYTES;
    const address = heap().allocate(bytes);
    this.#blocks.push({ address, bytes });
    return address;
  }

  /** Room for `length` float64s, and for as many more as fill a whole four. */
  allocateDoubles(length: number): number {
    return this.allocate(2 * 4 * Math.ceil(length / 4));
  }

  /** The address of a tensor's first element; `span` elements from there on are readable. Pinned tensors stay where they are. */
  place({ storage, offset }: Tensor, span: number): number {
    if (storage.address !== undefined) return storage.address + offset * BYTES;
    const address = this.allocate(span);
    heap().floats.set(storage.data.subarray(offset, offset + span), address / BYTES);
    return address;
  }

  /** Where a result may be written: in `out` itself if that is pinned and contiguous, else in scratch. */
  placeResult(length: number, out?: Tensor): number {
    return out?.isContiguous && out.storage.address !== undefined ? this.place(out, length) : this.allocate(length);
  }

  /** A copy of `length` float32s, free of the kernels' memory. */
  read(address: number, length: number): Float32Array {
    return heap().floats.slice(address / BYTES, address / BYTES + length);
  }

  /** The result at `address`: `out` if it lies there, else a copy. */
  result(address: number, shape: Shape, out?: Tensor): Tensor {
    const isOut = out?.storage.address !== undefined && out.storage.address + out.offset * BYTES === address;
    return isOut ? out : new Tensor(new Storage(this.read(address, sizeOf(shape))), shape);
  }

  release(): void {
    for (const { address, bytes } of this.#blocks) heap().release(address, bytes);
  }
}

/** Runs `body` with scratch memory. */
export function withScratch<T>(body: (scratch: Scratch) => T): T {
  const scratch = new Scratch();
  try {
    return body(scratch);
  } finally {
    scratch.release();
  }
}
