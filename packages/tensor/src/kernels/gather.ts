/** Gathers rows of bytes of a dataset into a batch of floats: y[r, j] = bytes[index[r], j] / divisor. */
import { BYTES, LANES } from "../floats.ts";
import { f32, f32x4, i32, v128 } from "../wasm/expression.ts";
import type { Kernel } from "./kernel.ts";

/** The number of bytes that are widened at a time. */
const GROUP = 16;
/** How many rows ahead a byte of each group is read, so that the group is in the cache when it is needed. */
const AHEAD = 4;

/** What the kernel is compiled for. */
export interface GatherSettings {
  readonly rowLength: number;
  readonly divisor: number;
}

/**
 * Indices as the kernel expects them: those of the rows, then AHEAD more of any rows, which are read but not gathered.
 */
export function paddedIndices(indices: Int32Array): Int32Array {
  const padded = new Int32Array(indices.length + AHEAD).fill(indices[0] ?? 0);
  padded.set(indices);
  return padded;
}

/** Operands: rows of bytes, padded indices. Counts: how many rows to gather. */
export const gatherBytes: Kernel<GatherSettings> = {
  name: "gather bytes",
  simd(f, { operands: [bytes, indices], results: [y], counts: [count] }, { rowLength, divisor }) {
    const [at, row, ahead, touched, j] = f.locals("i32", 5);
    const scale = f32x4.const(divisor);
    const whole = rowLength - (rowLength % GROUP);
    f.for(at, indices, i32.add(indices, i32.mul(count, BYTES)), BYTES, () => {
      f.set(row, i32.add(bytes, i32.mul(i32.load(at), rowLength)));
      f.set(ahead, i32.add(bytes, i32.mul(i32.load(at, AHEAD * BYTES), rowLength)));
      f.for(j, 0, whole, GROUP, () => {
        f.set(touched, i32.add(touched, i32.load8(i32.add(ahead, j))));
        const target = f.let(i32.add(y, i32.mul(j, BYTES)));
        for (let half = 0; half < GROUP; half += GROUP / 2) {
          const wide = f.let(v128.loadBytes(i32.add(row, j), half));
          f.storeVector(target, half * BYTES, f32x4.div(f32x4.fromLowU16(wide), scale));
          f.storeVector(target, (half + LANES) * BYTES, f32x4.div(f32x4.fromHighU16(wide), scale));
        }
      });
      for (let left = whole; left < rowLength; left++)
        f.storeVector(y, left * BYTES, f32x4.div(f32x4.splat(f32.fromInt(i32.load8(row, left))), scale), 1);
      f.advance(y, rowLength * BYTES);
    });
    // Without this use of the sum, its loads would be optimised away. The indices are a copy in scratch memory.
    f.storeFloat(indices, 0, f32.fromInt(touched));
  },
  /** The twin also divides by a float32. Storing into a float32 array rounds the quotient. */
  plain({ operands: [bytes, indices], results: [y], counts: [count] }, { rowLength, divisor }) {
    const scale = Math.fround(divisor);
    for (let r = 0; r < count; r++) {
      const from = indices[r] * rowLength;
      for (let j = 0; j < rowLength; j++) y[r * rowLength + j] = bytes[from + j] / scale;
    }
  },
};
