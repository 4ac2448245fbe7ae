/** Rows picked from a table of bytes: the elements of a batch, before anything has asked for them. */
import { gatherBytes, paddedIndices } from "../kernels/gather.ts";
import { launch } from "../kernels/launch.ts";
import { byteListsKernel, paddedToSquares, positionTables } from "../kernels/zeros/bytes.ts";
import { type ByteStorage, type Pending, pinnedStorage, storageAt } from "../memory/storage.ts";
import { taping, unnoted } from "../tape/current.ts";
import { Tensor } from "../tensor.ts";

/** How many rows of a table are looked at to see how many of its bytes are 0. */
const SAMPLE = 256;

/** A table of bytes that read as byte / divisor. */
export class ByteTable {
  readonly bytes: ByteStorage;
  readonly rowLength: number;
  readonly divisor: number;
  #density: number | undefined;
  #quotients: Tensor | undefined;

  constructor(bytes: ByteStorage, rowLength: number, divisor: number) {
    this.bytes = bytes;
    this.rowLength = rowLength;
    this.divisor = divisor;
  }

  /** The share of bytes that are not 0 in a sample of the rows, taken when it is first needed. */
  get density(): number {
    this.#density ??= unnoted(() => this.#measure());
    return this.#density;
  }

  /** byte / divisor for each byte, [256]. */
  get quotients(): Tensor {
    this.#quotients ??= unnoted(() => this.#divide());
    return this.#quotients;
  }

  #divide(): Tensor {
    const quotients = new Tensor(pinnedStorage(256), [256]);
    // As the kernel that gathers floats divides: by a float32, and rounded to one.
    quotients.data.set(Float32Array.from({ length: 256 }, (_, byte) => byte / Math.fround(this.divisor)));
    return quotients;
  }

  #measure(): number {
    const { data, length } = this.bytes;
    const step = Math.ceil(length / this.rowLength / SAMPLE) * this.rowLength;
    let [seen, others] = [0, 0];
    for (let start = 0; start < length; start += step)
      for (let at = start; at < start + this.rowLength; at++, seen++) if (data[at] !== 0) others++;
    return seen === 0 ? 1 : others / seen;
  }
}

/** Some rows of a table. As long as nothing looks at their floats, they are only named by their indices. */
export class PickedRows implements Pending {
  readonly table: ByteTable;
  readonly #indices: Int32Array;

  /** @param indices the rows, which must not change afterwards */
  constructor(table: ByteTable, indices: Int32Array) {
    this.table = table;
    this.#indices = indices;
  }

  /** The number of rows. */
  get count(): number {
    return this.#indices.length;
  }

  /** The indices as a kernel reads them; a replay of the kernel reads those of its own batch. */
  #padded(pad: (indices: Int32Array) => Int32Array): Int32Array {
    const padded = (picked: PickedRows) => pad(picked.#indices);
    return taping()?.derives(this, (given) => given instanceof PickedRows, padded) ?? padded(this);
  }

  fill(address: number, length: number): void {
    this.gatherInto(new Tensor(storageAt(address, length), [length]));
  }

  /** Writes the rows as floats, one after the other. */
  gatherInto(out: Tensor): void {
    const { rowLength, divisor, bytes } = this.table;
    launch(gatherBytes, { rowLength, divisor }, [bytes, this.#padded(paddedIndices)], out, [this.count]);
  }

  /** Writes the lists of what is not zero among the rows: see kernels/zeros. */
  listsInto(lists: Tensor): void {
    const { rowLength, bytes, quotients } = this.table;
    const operands = [bytes, this.#padded(paddedToSquares), unnoted(positionTables), quotients];
    launch(byteListsKernel, { columns: rowLength }, operands, lists, [this.count]);
  }
}
