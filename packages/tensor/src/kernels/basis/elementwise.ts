/**
 * Elementwise polynomials in any basis: y = w0 + w1 phi_1(t) + w2 phi_2(t) + ... with t = squash(x[b, i]) and
 * wk = w[k, i], and their gradients.
 *
 * dx[b, i] = g[b, i] (w1 s'_1 + w2 s'_2 + ...), with the derivative s'_k of phi_k(squash(x)), and
 * dw[k, i] = sum_b g[b, i] phi_k(t).
 * Order of operations: phi_k and s'_k are computed in double precision and rounded once. Sums over k from the left, then
 * times g. Sums over the batch: within a block of 256 rows, one after the other; then the sums of the blocks, one after
 * the other.
 */
import { BYTES } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { type BasisSettings, basisSlopes, basisValues } from "../../math/basis.ts";
import { type Expr, f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, narrow, type Pair, widen } from "../../wasm/lanes.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad, emitVectors } from "../pieces.ts";
import { emitTiles, type Tile } from "../polynomial/elementwise.ts";
import { BLOCK } from "../sums.ts";
import { emitTerm, type PolynomialBasisSettings } from "./biases.ts";

/** Operands: x, w. Counts: rows. */
export const elementwiseBasisKernel: Kernel<PolynomialBasisSettings> = {
  name: "elementwise polynomial in a basis",
  simd(f, { operands: [x, w], results: [y], counts: [rows] }, settings) {
    emitTiles(f, settings.inputs, rows, [x, y], (tile) =>
      tile.store(
        y,
        emitSumsOverBasis(f, tile, [x, w], 0, (pair) => basisValues(doubleLanes(f), settings, pair)),
      ),
    );
  },
  plain({ operands: [x, w], results: [y], round }, settings) {
    for (let at = 0; at < y.length; at++) {
      const values = basisValues(numbers, settings, x[at]).map(round);
      y[at] = values.reduce((sum, value, k) => {
        const term = round(value * w[k * settings.inputs + (at % settings.inputs)]);
        return k === 0 ? term : round(sum + term);
      }, 0);
    }
  },
};

/** Operands: g, x, w. Result: dx. Counts: rows. */
export const elementwiseBasisInputsKernel: Kernel<PolynomialBasisSettings> = {
  name: "elementwise polynomial inputs in a basis",
  simd(f, { operands: [g, x, w], results: [dx], counts: [rows] }, settings) {
    emitTiles(f, settings.inputs, rows, [g, x, dx], (tile) => {
      const slopes = emitSumsOverBasis(f, tile, [x, w], 1, (pair) => basisSlopes(doubleLanes(f), settings, pair));
      const gs = tile.load(g);
      tile.store(
        dx,
        slopes.map((slope, row) => f32x4.mul(gs[row], slope)),
      );
    });
  },
  plain({ operands: [g, x, w], results: [dx], round }, settings) {
    for (let at = 0; at < dx.length; at++) {
      const slopes = basisSlopes(numbers, settings, x[at]).map(round);
      const slope = slopes.reduce((sum, value, k) => {
        const term = round(value * w[(k + 1) * settings.inputs + (at % settings.inputs)]);
        return k === 0 ? term : round(sum + term);
      }, 0);
      dx[at] = round(g[at] * slope);
    }
  },
};

/** For each row of a tile, the sum over k of w[first + k] times the k-th function of x. */
function emitSumsOverBasis(
  f: FunctionBuilder,
  tile: Tile,
  [x, w]: readonly Local<"i32">[],
  first: number,
  functions: (x: Pair) => readonly Pair[],
): Expr<"v128">[] {
  const values = tile.load(x).map((each) => functions(widen(f, each)).map((pair) => f.let(narrow(pair))));
  const weights = values[0].map((_, k) => tile.loadTerm(w, first + k));
  return values.map((own) => emitTerm(own, weights));
}

/** Operands: g, x. Result: dw. Counts: rows. */
export const elementwiseBasisWeightsKernel: Kernel<PolynomialBasisSettings> = {
  name: "elementwise polynomial weights in a basis",
  /** The sums of a block of rows. */
  scratch: ({ inputs, degree }) => (degree + 1) * inputs * BYTES,
  simd(f, { operands: [g, x], results: [dw], scratch: sums, counts: [rows] }, settings) {
    const { inputs, degree } = settings;
    const clear = (target: Local<"i32">) =>
      emitVectors(f, (degree + 1) * inputs, (at, lanes) => f.storeVector(i32.add(target, at), 0, v128.zero(), lanes));
    clear(dw);
    emitBlocks(f, rows, BLOCK, (_, length) => {
      clear(sums);
      emitTiles(f, inputs, length, [g, x], (tile) => emitSums(f, settings, tile, [g, x, sums]));
      emitVectors(f, (degree + 1) * inputs, (at, lanes) => {
        const target = f.let(i32.add(dw, at));
        const total = f32x4.add(emitLoad(f, target, 0, lanes), emitLoad(f, i32.add(sums, at), 0, lanes));
        f.storeVector(target, 0, total, lanes);
      });
    });
  },
  plain({ operands: [g, x], results: [dw], counts: [rows], round }, settings) {
    const { inputs, degree } = settings;
    const sums = new Float64Array((degree + 1) * inputs);
    dw.fill(0);
    for (let block = 0; block < rows; block += BLOCK) {
      sums.fill(0);
      for (let at = block * inputs; at < Math.min(block + BLOCK, rows) * inputs; at++)
        for (const [k, value] of basisValues(numbers, settings, x[at]).entries()) {
          const own = k * inputs + (at % inputs);
          sums[own] = round(sums[own] + round(g[at] * round(value)));
        }
      for (const [at, sum] of sums.entries()) dw[at] = round(dw[at] + sum);
    }
  },
};

/** sums[k] += g phi_k(squash(x)), row after row. */
function emitSums(
  f: FunctionBuilder,
  settings: BasisSettings,
  tile: Tile,
  [g, x, sums]: readonly Local<"i32">[],
): void {
  const gs = tile.load(g);
  const values = tile.load(x).map((each) => basisValues(doubleLanes(f), settings, widen(f, each)).map(narrow));
  for (let k = 0; k <= settings.degree; k++) {
    const sum = tile.loadTerm(sums, k);
    for (const [row, own] of values.entries()) f.set(sum, f32x4.add(sum, f32x4.mul(gs[row], own[k])));
    tile.storeTerm(sums, k, sum);
  }
}
