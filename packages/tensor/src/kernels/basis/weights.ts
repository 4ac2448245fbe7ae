/**
 * Polynomial layer in any basis, gradient with respect to the weights: dw[i, k, o] = sum_r g[r, o] phi_k(squash(x[r, i])).
 *
 * With c_k and s_k as in forward.ts, this is c_k sum_r g[r, o] and the terms g[r, o] s_k(x[r, i]) of the elements that are
 * not 0. For k = 0, if there are constant terms, only the sum of g remains.
 * Order of operations: within a block of 256 rows, one term after the other, without those in which x is 0; then the sums
 * of the blocks, one after the other; then c_k times the sum of g, which is summed in the same order.
 */
import { BYTES, LANES } from "../../floats.ts";
import { basisAtZero } from "../../math/basis.ts";
import { f32x4, i32, v128 } from "../../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../../wasm/function.ts";
import type { Kernel } from "../kernel.ts";
import { emitBlocks, emitCells, emitLoad, emitVectors } from "../pieces.ts";
import { biasBytes, termsOf } from "../polynomial/forward.ts";
import { emitConstants } from "../polynomial/weights.ts";
import { BLOCK } from "../sums.ts";
import { passesOf } from "../zeros/lists.ts";
import type { PolynomialBasisSettings } from "./biases.ts";
import { columnsScratch, type Entries, matrixSource, type Source } from "./columns.ts";
import { differences, differencesOf } from "./forward.ts";
import { listsSource, tableScratch } from "./lists.ts";

/** The number of accumulators that stay in registers, next to a row of g and the value of a function. */
const REGISTERS = 6;

/** Operands: g, x. Result: dw. Counts: rows. */
export const basisWeightsKernel: Kernel<PolynomialBasisSettings> = {
  name: "polynomial weights in a basis",
  scratch: ({ outputs, degree }) => biasBytes(outputs) + columnsScratch(degree),
  simd(f, { operands: [g, x], results: [dw], scratch, counts: [rows] }, settings) {
    const columns = f.let(i32.add(scratch, biasBytes(settings.outputs)));
    const source = matrixSource(f, settings.inputs, [x, columns], differences(f, settings));
    emitGradient(f, settings, source, { g, dw, sum: scratch, rows });
  },
  plain({ operands: [g, x], results: [dw], counts: [rows], round }, settings) {
    const { inputs, outputs, degree } = settings;
    const atZero = basisAtZero(settings).map(round);
    const [sums, own] = [new Float64Array((degree + 1) * outputs), new Float64Array((degree + 1) * outputs)];
    const terms = termsOf(settings) * outputs;
    for (let i = 0; i < inputs; i++) {
      own.fill(0);
      for (let block = 0; block < rows; block += BLOCK) {
        sums.fill(0);
        for (let r = block; r < Math.min(block + BLOCK, rows); r++) {
          for (let o = 0; o < outputs; o++) sums[o] = round(sums[o] + g[r * outputs + o]);
          if (x[r * inputs + i] === 0) continue;
          for (const [k, value] of differencesOf(settings, x[r * inputs + i], round).entries())
            for (let o = 0; o < outputs; o++) {
              const at = (k + 1) * outputs + o;
              sums[at] = round(sums[at] + round(g[r * outputs + o] * value));
            }
        }
        for (const [at, sum] of sums.entries()) own[at] = round(own[at] + sum);
      }
      for (let at = outputs; at < own.length; at++)
        own[at] = round(own[at] + round(atZero[Math.floor(at / outputs)] * own[at % outputs]));
      dw.set(own.subarray(own.length - terms), i * terms);
    }
  },
};

/** The same from lists of bytes. Operands: lists of x, g. Result: dw. Counts: rows. */
export const basisListsWeightsKernel: Kernel<PolynomialBasisSettings> = {
  name: "polynomial weights in a basis, of lists",
  scratch: ({ outputs, degree }) => biasBytes(outputs) + tableScratch(degree),
  simd(f, { operands: [lists, g], results: [dw], scratch, counts: [rows] }, settings) {
    const table = f.let(i32.add(scratch, biasBytes(settings.outputs)));
    const source = listsSource(f, settings.inputs, [lists, table], differences(f, settings));
    emitGradient(f, settings, source, { g, dw, sum: scratch, rows });
  },
};

function emitGradient(
  f: FunctionBuilder,
  settings: PolynomialBasisSettings,
  source: Source,
  { g, dw, sum, rows }: Readonly<Record<"g" | "dw" | "sum" | "rows", Local<"i32">>>,
): void {
  const { inputs, outputs } = settings;
  const [none, all] = [f.let(i32.const(0)), f.let(i32.const(inputs))];
  source.start();
  emitBlocks(f, rows, BLOCK, (done, length) => {
    const [isFirst, target] = [f.let(i32.eq(done, 0)), f.let(dw)];
    source.columns(length, [none, all], (entries) => {
      emitSums(f, settings, entries, { g, target, isFirst });
      f.advance(target, termsOf(settings) * outputs * BYTES);
    });
    emitConstants(f, { ...settings, g, sum, length, isFirst });
    source.next();
    f.advance(g, BLOCK * outputs * BYTES);
  });
  emitRest(f, settings, { dw, sum });
}

/** target[degrees from 1, o] = the sums over the entries of a column in a block of rows, or += after the first block. */
function emitSums(
  f: FunctionBuilder,
  { outputs, degree, constants }: PolynomialBasisSettings,
  entries: Entries,
  { g, target, isFirst }: Readonly<Record<"g" | "target" | "isFirst", Local<"i32">>>,
): void {
  const vectors = Array.from({ length: Math.ceil(outputs / LANES) }, (_, v) => Math.min(LANES, outputs - v * LANES));
  for (const [from, count] of passesOf(vectors.length, Math.floor(REGISTERS / degree) || 1)) {
    const sums = Array.from({ length: count }, () => f.locals("v128", degree));
    for (const sum of sums.flat()) f.set(sum, v128.zero());
    entries(({ row, value }) => {
      const at = f.let(i32.add(g, i32.mul(row, outputs * BYTES)));
      const gs = sums.map((_, v) => f.let(emitLoad(f, at, (from + v) * LANES * BYTES, vectors[from + v])));
      for (let k = 0; k < degree; k++) {
        const own = f.let(value(k));
        for (const [v, sum] of sums.entries()) f.set(sum[k], f32x4.add(sum[k], f32x4.mul(gs[v], own)));
      }
    });
    const offset = (v: number, k: number) => ((Number(constants) + k) * outputs + (from + v) * LANES) * BYTES;
    emitCells(
      f,
      isFirst,
      sums.flatMap((own, v) => own.map((sum, k) => ({ sum, target, offset: offset(v, k), lanes: vectors[from + v] }))),
    );
  }
}

/** dw[i, 0, o] = the sum of g, and dw[i, k, o] += c_k times that sum, for every input. */
function emitRest(
  f: FunctionBuilder,
  settings: PolynomialBasisSettings,
  { dw, sum }: Readonly<Record<"dw" | "sum", Local<"i32">>>,
): void {
  const { inputs, outputs, constants } = settings;
  const atZero = basisAtZero(settings);
  const step = termsOf(settings) * outputs * BYTES;
  const at = f.local("i32");
  emitVectors(f, outputs, (output, lanes) => {
    const start = f.let(i32.add(dw, output));
    const total = f.let(emitLoad(f, f.let(i32.add(sum, output)), 0, lanes));
    f.for(at, start, i32.add(start, inputs * step), step, () => {
      for (const [k, constant] of atZero.entries()) {
        if (k === 0 && !constants) continue;
        const offset = (k - Number(!constants)) * outputs * BYTES;
        const rest = f32x4.mul(f32x4.const(constant), total);
        f.storeVector(at, offset, k === 0 ? total : f32x4.add(emitLoad(f, at, offset, lanes), rest), lanes);
      }
    });
  });
}
