/** From a dataset to a batch: rows of floats or bytes, picked by index, are written into the memory of the batch. */
import { type Check, instance, integerFrom, number } from "../arguments.ts";
import { contiguous } from "../copy.ts";
import { MemoryError, ShapeError, ValueError } from "../errors.ts";
import { MOST } from "../floats.ts";
import { heap } from "../memory/heap.ts";
import { byteStorage } from "../memory/storage.ts";
import { show, sizeOf } from "../shape.ts";
import { checkedTensor, type Tensor } from "../tensor.ts";
import { checkIndices } from "./indices.ts";
import { ByteTable, PickedRows } from "./picked.ts";

/**
 * A table of bytes, [rows, rowLength], pinned in the memory that the kernels use. As floats they read byte / divisor.
 */
export class ByteRows {
  readonly rows: number;
  readonly rowLength: number;
  readonly divisor: number;
  readonly #table: ByteTable;

  /**
   * A table of zeros, to be filled through `bytes`. The default divisor, 255, maps 0 ... 255 to 0 ... 1. Given an
   * address, the table is the one that another thread keeps there.
   * @throws ValueError unless `rows` is an integer from 0 up, `rowLength` an integer from 1 up, and the divisor above
   * 0; MemoryError if there are more than 2^30 bytes, or the memory cannot grow.
   */
  constructor(rows: number, rowLength: number, divisor = 255, address?: number) {
    integerFrom(0)("ByteRows", "rows", rows);
    integerFrom(1)("ByteRows", "the row length", rowLength);
    number("ByteRows", "the divisor", divisor);
    if (!(divisor > 0)) throw new ValueError(`ByteRows: the divisor must be above 0, got ${divisor}`);
    if (rows * rowLength > MOST)
      throw new MemoryError(`ByteRows: ${rows} rows of ${rowLength} bytes are more than 2^30; use fewer rows`);
    if (address !== undefined) checkAddress(address, rows * rowLength);
    this.rows = rows;
    this.rowLength = rowLength;
    this.divisor = divisor;
    this.#table = new ByteTable(byteStorage(rows * rowLength, address), rowLength, divisor);
  }

  /** The address of the table in the memory that the kernels use, in bytes; undefined where there is no WebAssembly. */
  get address(): number | undefined {
    return this.#table.bytes.address;
  }

  /** The bytes, row after row. */
  get bytes(): Uint8Array {
    return this.#table.bytes.data;
  }

  /**
   * Writes rows as floats: out[r, ...] = row `indices[r]`. `out` is contiguous, [indices.length, ...] with rowLength
   * elements in each row. If `out` is a batch of a data loader, the rows become floats only when something looks at
   * them; until then, do not change the bytes.
   * @throws ShapeError if `out` has another size or is not contiguous; ValueError if an index is not a row.
   */
  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather("ByteRows.gatherInto", indices, this.rows, this.rowLength, out);
    if (indices.length === 0) return;
    const picked = new PickedRows(this.#table, indices.slice());
    if (out.size !== out.storage.length || !out.storage.fillLater(picked)) picked.gatherInto(out);
  }
}

/**
 * Copies rows: out[r, ...] = source[indices[r], ...]. `out` is contiguous, [indices.length, ...].
 * @throws ShapeError if `out` has another size or is not contiguous; ValueError if an index is not a row.
 */
export function gatherRows(source: Tensor, indices: Int32Array, out: Tensor): void {
  const rowLength = sizeOf(checkedTensor("gatherRows", source).shape.slice(1));
  checkGather("gatherRows", indices, source.shape[0] ?? 0, rowLength, out);
  const { data, offset } = contiguous(source);
  for (let r = 0; r < indices.length; r++) {
    const start = offset + indices[r] * rowLength;
    out.data.set(data.subarray(start, start + rowLength), out.offset + r * rowLength);
  }
  out.storage.version.written("gatherRows");
}

function checkAddress(address: number, bytes: number): void {
  integerFrom(1)("ByteRows", "the address", address);
  const end = heap().bufferTo(address + bytes).byteLength;
  if (address + bytes > end)
    throw new MemoryError(`ByteRows: ${bytes} bytes at address ${address} are not in the memory, which ends at ${end}`);
}

const rowIndices: Check = instance(Int32Array, "an Int32Array: Int32Array.of(0, 1)");

function checkGather(operation: string, indices: Int32Array, rows: number, rowLength: number, out: Tensor): void {
  rowIndices(operation, "the indices", indices);
  checkedTensor(operation, out);
  if (!out.isContiguous || out.size !== indices.length * rowLength)
    throw new ShapeError(
      `${operation}: ${indices.length} rows of ${rowLength} do not fill ${show(out.shape)}; ` +
        `pass a contiguous tensor of ${indices.length * rowLength} elements`,
    );
  checkIndices(operation, indices, rows);
}
