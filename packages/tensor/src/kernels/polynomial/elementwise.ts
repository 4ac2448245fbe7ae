/**
 * Elementwise polynomials: y = w0 + x (w1 + x (w2 + ...)) with x = x[b, i] and wd = w[d, i], and their gradients.
 *
 * dx[b, i] = g[b, i] (w1 + x (2 w2 + x (3 w3 + ...))), dw[d, i] = sum_b g[b, i] x[b, i]^d. No power is stored. Inputs
 * are independent of each other, so reading x takes most of the time: each coefficient and each sum that is loaded is
 * used for several rows.
 * Order of operations: Horner's rule from the highest power, with the coefficients d w rounded; then times g. Sums over
 * the batch, of g, g x, g x x, ...: within a block of 256 rows, one after the other; then the sums of the blocks, one
 * after the other.
 */
import { BYTES } from "../../floats.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad, emitRowGroups, emitVectors } from "../pieces.ts";
import { BLOCK } from "../sums.ts";
import type { PolynomialSettings } from "./forward.ts";

const ROWS = 4;

/** What the kernels are compiled for. */
type ElementwiseSettings = Pick<PolynomialSettings, "inputs" | "degree">;

/** A tile: a few rows, and the inputs of one vector or those that are left. */
export interface Tile {
  /** One vector for each row of a [rows, inputs] matrix. */
  load(matrix: Local<"i32">): Local<"v128">[];
  store(matrix: Local<"i32">, values: readonly Expr<"v128">[]): void;
  /** The vector that all rows share: row d of a [degree + 1, inputs] matrix. */
  loadTerm(matrix: Local<"i32">, d: number): Local<"v128">;
  storeTerm(matrix: Local<"i32">, d: number, value: Expr<"v128">): void;
}

/** Emits `body` for all tiles of `rows` rows. Afterwards the addresses of the matrices are those after these rows. */
export function emitTiles(
  f: FunctionBuilder,
  inputs: number,
  rows: Local<"i32">,
  matrices: readonly Local<"i32">[],
  body: (tile: Tile) => void,
): void {
  emitRowGroups(f, rows, ROWS, (count) => {
    emitVectors(f, inputs, (column, lanes) => {
      const stride = inputs * BYTES;
      const load = (at: Expr<"i32">, row: number) => f.let(emitLoad(f, at, row * stride, lanes));
      body({
        load(matrix) {
          const at = f.let(i32.add(matrix, column));
          return Array.from({ length: count }, (_, row) => load(at, row));
        },
        store(matrix, values) {
          const at = f.let(i32.add(matrix, column));
          for (const [row, value] of values.entries()) f.storeVector(at, row * stride, value, lanes);
        },
        loadTerm: (matrix, d) => load(i32.add(matrix, column), d),
        storeTerm: (matrix, d, value) => f.storeVector(i32.add(matrix, column), d * stride, value, lanes),
      });
    });
    for (const matrix of matrices) f.advance(matrix, count * inputs * BYTES);
  });
}

/**
 * c0 + x (c1 + x (c2 + ...)) for every x of a tile, step by step for all rows, so that a coefficient is loaded once.
 */
function emitPolynomials(
  f: FunctionBuilder,
  degree: number,
  coefficient: (d: number) => Local<"v128">,
  xs: readonly Local<"v128">[],
): Local<"v128">[] {
  const top = coefficient(degree);
  const values = xs.map(() => f.let(top));
  for (let d = degree - 1; d >= 0; d--) {
    const term = coefficient(d);
    for (const [row, value] of values.entries()) f.set(value, f32x4.add(term, f32x4.mul(xs[row], value)));
  }
  return values;
}

/** Operands: x, w. Counts: rows. */
export const elementwisePolynomialKernel: Kernel<ElementwiseSettings> = {
  name: "elementwise polynomial",
  simd(f, { operands: [x, w], results: [y], counts: [rows] }, { inputs, degree }) {
    emitTiles(f, inputs, rows, [x, y], (tile) =>
      tile.store(
        y,
        emitPolynomials(f, degree, (d) => tile.loadTerm(w, d), tile.load(x)),
      ),
    );
  },
  plain({ operands: [x, w], results: [y], round }, { inputs, degree }) {
    for (let at = 0; at < y.length; at++) {
      const i = at % inputs;
      let value = w[degree * inputs + i];
      for (let d = degree - 1; d >= 0; d--) value = round(w[d * inputs + i] + round(x[at] * value));
      y[at] = value;
    }
  },
};

/** Operands: g, x, w. Result: dx. Counts: rows. */
export const elementwiseInputsKernel: Kernel<ElementwiseSettings> = {
  name: "elementwise polynomial inputs",
  simd(f, { operands: [g, x, w], results: [dx], counts: [rows] }, { inputs, degree }) {
    emitTiles(f, inputs, rows, [g, x, dx], (tile) => {
      const coefficient = (d: number) => f.let(f32x4.mul(tile.loadTerm(w, d + 1), f32x4.const(d + 1)));
      const slopes = emitPolynomials(f, degree - 1, coefficient, tile.load(x));
      const gs = tile.load(g);
      tile.store(
        dx,
        slopes.map((slope, row) => f32x4.mul(gs[row], slope)),
      );
    });
  },
  plain({ operands: [g, x, w], results: [dx], round }, { inputs, degree }) {
    for (let at = 0; at < dx.length; at++) {
      const i = at % inputs;
      let slope = round(degree * w[degree * inputs + i]);
      for (let d = degree - 1; d > 0; d--) slope = round(round(d * w[d * inputs + i]) + round(x[at] * slope));
      dx[at] = round(g[at] * slope);
    }
  },
};

/** Operands: g, x. Result: dw. Counts: rows. */
export const elementwiseWeightsKernel: Kernel<ElementwiseSettings> = {
  name: "elementwise polynomial weights",
  /** The sums of a block of rows. */
  scratch: ({ inputs, degree }) => (degree + 1) * inputs * BYTES,
  simd(f, { operands: [g, x], results: [dw], scratch: sums, counts: [rows] }, { inputs, degree }) {
    const clear = (target: Local<"i32">) =>
      emitVectors(f, (degree + 1) * inputs, (at, lanes) => f.storeVector(i32.add(target, at), 0, v128.zero(), lanes));
    clear(dw);
    emitBlocks(f, rows, BLOCK, (_, length) => {
      clear(sums);
      emitTiles(f, inputs, length, [g, x], (tile) => {
        const [xs, terms] = [tile.load(x), tile.load(g)];
        for (let d = 0; d <= degree; d++) {
          const sum = tile.loadTerm(sums, d);
          for (const [row, term] of terms.entries()) {
            if (d > 0) f.set(term, f32x4.mul(term, xs[row]));
            f.set(sum, f32x4.add(sum, term));
          }
          tile.storeTerm(sums, d, sum);
        }
      });
      emitVectors(f, (degree + 1) * inputs, (at, lanes) => {
        const target = f.let(i32.add(dw, at));
        const total = f32x4.add(emitLoad(f, target, 0, lanes), emitLoad(f, i32.add(sums, at), 0, lanes));
        f.storeVector(target, 0, total, lanes);
      });
    });
  },
  plain({ operands: [g, x], results: [dw], counts: [rows], round }, { inputs, degree }) {
    const length = rows * inputs;
    const sums = new Float64Array(degree + 1);
    dw.fill(0);
    for (let i = 0; i < inputs; i++)
      for (let block = i; block < length; block += BLOCK * inputs) {
        sums.fill(0);
        for (let at = block; at < Math.min(block + BLOCK * inputs, length); at += inputs) {
          let term = g[at];
          sums[0] = round(sums[0] + term);
          for (let d = 1; d <= degree; d++) {
            term = round(term * x[at]);
            sums[d] = round(sums[d] + term);
          }
        }
        for (let d = 0; d <= degree; d++) dw[d * inputs + i] = round(dw[d * inputs + i] + sums[d]);
      }
  },
};
