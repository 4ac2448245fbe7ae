/** The way from a dataset to a batch: rows of floats or of bytes, picked by index, written where the batch lies. */
import { contiguous } from "../copy.ts";
import { ShapeError, ValueError } from "../errors.ts";
import { gatherBytes, paddedIndices } from "../kernels/gather.ts";
import { launch } from "../kernels/launch.ts";
import { type ByteStorage, byteStorage } from "../memory/storage.ts";
import { checkCount, show, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { checkIndices } from "./indices.ts";

/** A table of bytes, [rows, rowLength], pinned in the kernels' memory, that reads as floats: byte / divisor. */
export class ByteRows {
  readonly rows: number;
  readonly rowLength: number;
  readonly divisor: number;
  readonly #storage: ByteStorage;

  /**
   * A table of zeros, to be filled through `bytes`; the default divisor takes 0 ... 255 to 0 ... 1. Given an address,
   * the table that another thread keeps there.
   */
  constructor(rows: number, rowLength: number, divisor = 255, address?: number) {
    checkCount("ByteRows", "rows", rows, 0);
    checkCount("ByteRows", "the row length", rowLength, 1);
    if (!(divisor > 0)) throw new ValueError(`ByteRows: the divisor must be above 0, got ${divisor}`);
    this.rows = rows;
    this.rowLength = rowLength;
    this.divisor = divisor;
    this.#storage = byteStorage(rows * rowLength, address);
  }

  /** Where the table lies in the kernels' memory, in bytes; undefined where there is no WebAssembly. */
  get address(): number | undefined {
    return this.#storage.address;
  }

  /** The bytes, row after row. */
  get bytes(): Uint8Array {
    return this.#storage.data;
  }

  /**
   * out[r, ...] = row `indices[r]` as floats; `out` is contiguous, [indices.length, ...] with rowLength elements a row.
   * @throws ShapeError if `out` has another size; ValueError if an index is not a row.
   */
  gatherInto(indices: Int32Array, out: Tensor): void {
    checkGather("ByteRows.gatherInto", indices, this.rows, this.rowLength, out);
    const { rowLength, divisor } = this;
    if (indices.length > 0)
      launch(gatherBytes, { rowLength, divisor }, [this.#storage, paddedIndices(indices)], out, [indices.length]);
  }
}

/**
 * out[r, ...] = source[indices[r], ...]; `out` is contiguous, [indices.length, ...].
 * @throws ShapeError if `out` has another size; ValueError if an index is not a row.
 */
export function gatherRows(source: Tensor, indices: Int32Array, out: Tensor): void {
  const rowLength = sizeOf(source.shape.slice(1));
  checkGather("gatherRows", indices, source.shape[0] ?? 0, rowLength, out);
  const { data, offset } = contiguous(source);
  for (let r = 0; r < indices.length; r++) {
    const start = offset + indices[r] * rowLength;
    out.data.set(data.subarray(start, start + rowLength), out.offset + r * rowLength);
  }
}

function checkGather(operation: string, indices: Int32Array, rows: number, rowLength: number, out: Tensor): void {
  if (!out.isContiguous || out.size !== indices.length * rowLength)
    throw new ShapeError(
      `${operation}: ${indices.length} rows of ${rowLength} do not fill ${show(out.shape)}; ` +
        `pass a contiguous tensor of ${indices.length * rowLength} elements`,
    );
  checkIndices(operation, indices, rows);
}
