/**
 * Polynomial layer in any basis, forward: y[r, o] = sum_i sum_k w[i, k, o] phi_k(squash(x[r, i])).
 *
 * With c_k = phi_k(0), which is known, and s_k(x) = phi_k(squash(x)) - c_k, which is 0 where x is 0, the sum is
 * sum_i sum_k w[i, k, o] c_k, one bias for each output, and the terms of the elements that are not 0.
 * Order of operations: s_k is computed in double precision and rounded once. A term is s_1 w_1 + s_2 w_2 + ..., from the
 * left. Terms are summed as in sums.ts, without those in which x is 0; the bias, with terms c_0 w_0 + c_1 w_1 + ..., is
 * summed in the same order, and comes last.
 */
import { BYTES, LANES, type Round } from "../../floats.ts";
import { numbers } from "../../math/arithmetic.ts";
import { type BasisSettings, basisAtZero, basisValues } from "../../math/basis.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import { doubleLanes, type Lanes, narrow, widen } from "../../wasm/lanes.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitLoad, emitStrips } from "../pieces.ts";
import { biasBytes, termsOf } from "../polynomial/forward.ts";
import { BLOCK } from "../sums.ts";
import { emitTotals, emitZeros, REGISTERS, STRIP } from "../zeros/forward.ts";
import { passesOf } from "../zeros/lists.ts";
import { biasesOf, emitBiases, emitTerm, type PolynomialBasisSettings } from "./biases.ts";
import { columnsScratch, type Entries, matrixSource, type Source } from "./columns.ts";
import { listsSource, tableScratch } from "./lists.ts";

/** Operands: x, w. Counts: rows. */
export const basisKernel: Kernel<PolynomialBasisSettings> = {
  name: "polynomial in a basis",
  scratch: ({ outputs, degree }) => sumsScratch(outputs) + columnsScratch(degree),
  simd(f, { operands: [x, w], results: [y], scratch, counts: [rows] }, settings) {
    const columns = f.let(i32.add(scratch, sumsScratch(settings.outputs)));
    const source = matrixSource(f, settings.inputs, [x, columns], differences(f, settings));
    emitSums(f, settings, source, { w, y, rows, scratch });
  },
  plain({ operands: [x, w], results: [y], counts: [rows], round }, settings) {
    const { inputs, outputs, degree } = settings;
    const [terms, first] = [termsOf(settings), Number(settings.constants)];
    const biases = biasesOf(w, settings, round);
    const [sums, totals] = [new Float64Array(outputs), new Float64Array(outputs)];
    for (let r = 0; r < rows; r++) {
      totals.fill(0);
      for (let block = 0; block < inputs; block += BLOCK) {
        sums.fill(0);
        for (let i = block; i < Math.min(block + BLOCK, inputs); i++) {
          if (x[r * inputs + i] === 0) continue;
          const values = differencesOf(settings, x[r * inputs + i], round);
          for (let o = 0; o < outputs; o++) {
            const weight = (k: number) => w[(i * terms + first + k) * outputs + o];
            let term = round(values[0] * weight(0));
            for (let k = 1; k < degree; k++) term = round(term + round(values[k] * weight(k)));
            sums[o] = round(sums[o] + term);
          }
        }
        for (let o = 0; o < outputs; o++) totals[o] = round(totals[o] + sums[o]);
      }
      for (let o = 0; o < outputs; o++) y[r * outputs + o] = round(totals[o] + biases[o]);
    }
  },
};

/** The same from lists of bytes. Operands: lists of x, w. Counts: rows. */
export const basisListsKernel: Kernel<PolynomialBasisSettings> = {
  name: "polynomial in a basis, of lists",
  scratch: ({ outputs, degree }) => sumsScratch(outputs) + tableScratch(degree),
  simd(f, { operands: [lists, w], results: [y], scratch, counts: [rows] }, settings) {
    const table = f.let(i32.add(scratch, sumsScratch(settings.outputs)));
    const source = listsSource(f, settings.inputs, [lists, table], differences(f, settings));
    emitSums(f, settings, source, { w, y, rows, scratch });
  },
};

/** The bytes of scratch memory for the biases and for the sums of a block of rows. */
function sumsScratch(outputs: number): number {
  return biasBytes(outputs) + BLOCK * STRIP * LANES * BYTES;
}

/** y[r, o] = the terms of all entries, and the bias. */
function emitSums(
  f: FunctionBuilder,
  settings: PolynomialBasisSettings,
  source: Source,
  { w, y, rows, scratch }: Readonly<Record<"w" | "y" | "rows" | "scratch", Local<"i32">>>,
): void {
  const { inputs, outputs } = settings;
  const step = termsOf(settings) * outputs * BYTES;
  emitBiases(f, settings, w, scratch);
  const [sums, all] = [f.let(i32.add(scratch, biasBytes(outputs))), f.let(i32.const(inputs))];
  emitStrips(f, outputs, STRIP, (strip, widths) => {
    const [target, biases] = [f.let(i32.add(y, strip)), f.let(i32.add(scratch, strip))];
    source.start();
    emitBlocks(f, rows, BLOCK, (_, length) => {
      emitBlocks(f, all, BLOCK, (first, count) => {
        const end = f.let(i32.add(first, count));
        emitZeros(f, sums, length, widths.length);
        const weights = f.let(i32.add(i32.add(w, strip), i32.mul(first, step)));
        source.columns(length, [first, end], (entries) => {
          emitTerms(f, settings, entries, { weights, sums }, widths);
          f.advance(weights, step);
        });
        const [isFirst, isLast] = [f.let(i32.eq(first, 0)), f.let(i32.eq(end, inputs))];
        emitTotals(f, { outputs, relu: false }, { sums, y: target, length, isFirst, isLast, biases }, widths);
      });
      source.next();
      f.advance(target, BLOCK * outputs * BYTES);
    });
  });
}

/** Emits s_1(x), ..., s_degree(x) of four elements. */
export function differences(f: FunctionBuilder, settings: BasisSettings): (x: Lanes) => readonly Lanes[] {
  const [m, atZero] = [doubleLanes(f), basisAtZero(settings)];
  return (x) => {
    const values = basisValues(m, settings, widen(f, x));
    return values.map((value, k) => narrow(atZero[k] === 0 ? value : m.sub(value, m.number(atZero[k])))).slice(1);
  };
}

/** s_1(x), ..., s_degree(x). */
export function differencesOf(settings: BasisSettings, x: number, round: Round): number[] {
  const atZero = basisAtZero(settings);
  return basisValues(numbers, settings, x)
    .map((value, k) => round(value - atZero[k]))
    .slice(1);
}

/** sums[r, strip] += the term of each entry of a column. */
function emitTerms(
  f: FunctionBuilder,
  { outputs, degree, constants }: PolynomialBasisSettings,
  entries: Entries,
  { weights, sums }: Readonly<Record<"weights" | "sums", Local<"i32">>>,
  widths: readonly number[],
): void {
  for (const [from, count] of passesOf(widths.length, Math.floor(REGISTERS / degree) || 1)) {
    const own = Array.from({ length: count }, (_, v) =>
      Array.from({ length: degree }, (_, k) =>
        f.let(emitLoad(f, weights, ((Number(constants) + k) * outputs + (from + v) * LANES) * BYTES, widths[from + v])),
      ),
    );
    entries(({ row, value }) => {
      const at = f.let(i32.add(sums, i32.mul(row, widths.length * LANES * BYTES)));
      const values = Array.from({ length: degree }, (_, k) => f.let(value(k)));
      for (const [v, coefficients] of own.entries()) {
        const offset = (from + v) * LANES * BYTES;
        f.storeVector(at, offset, f32x4.add(v128.load(at, offset), emitTerm(values, coefficients)));
      }
    });
  }
}
