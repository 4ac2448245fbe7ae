/** Layer normalisation against doubles: forward, and backward against the formula for every element. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ones } from "../../src/fill.ts";
import { layerNorm } from "../../src/ops/layer-norm.ts";
import type { Tensor } from "../../src/tensor.ts";
import { counts, type DrawOptions, shapes, sizeOf, tensorOf } from "../arbitraries.ts";
import { onBothKernels } from "../kernel-kinds.ts";
import { expectTable, read } from "../reference.ts";
import { layerNormGradients } from "./gradients.ts";

const EPSILON = 1e-5;

/** x [..., ...features], weight and bias [...features], g like x. */
function layers(options: DrawOptions) {
  return fc
    .tuple(shapes(0, 2), shapes(1, 2, counts))
    .filter(([lead, features]) => sizeOf(lead) * sizeOf(features) <= 2000)
    .chain(([lead, features]) => {
      const [whole, last] = [tensorOf([...lead, ...features], options), tensorOf(features, options)];
      return fc.tuple(whole, last, last, whole);
    });
}

const drawn = fc.oneof(layers({}), layers({ double: true }));

/** (x - mean) / sqrt(variance + epsilon) of each row, and that root. */
function normalised(values: readonly number[], n: number): { units: number[]; roots: number[] } {
  const rows = Array.from({ length: values.length / n }, (_, r) => values.slice(r * n, (r + 1) * n));
  const roots = rows.map((row) => {
    const mean = row.reduce((a, b) => a + b, 0) / n;
    return Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n + EPSILON);
  });
  const units = rows.flatMap((row, r) => {
    const mean = row.reduce((a, b) => a + b, 0) / n;
    return row.map((x) => (x - mean) / roots[r]);
  });
  return { units, roots };
}

/** Computed in doubles and rounded once: half a unit of float32; a little more than 2^-50 in double storage. */
const unitOf = (x: Tensor) => (x.data instanceof Float64Array ? 1e-12 : 2 ** -24);

test("forward", () => {
  fc.assert(
    fc.property(drawn, ([x, weight, bias]) => {
      const [t, w, b] = [x, weight, bias].map(read);
      const { units } = normalised(t.values, weight.size);
      const wanted = units.map((unit, i) => unit * w.values[i % weight.size] + b.values[i % weight.size]);
      // One row of equal elements divides rounding errors of 2^-50 by sqrt(epsilon).
      const bound = (value: number) => unitOf(x) * (Math.abs(value) + 1e-3) + 1e-12;
      expectTable(
        onBothKernels(() => layerNorm(x, weight, bias, EPSILON)),
        { shape: t.shape, values: wanted },
        bound,
      );
    }),
    { numRuns: 50 },
  );
});

test("backward: dx = (h - mean(h) - n mean(h n)) / root with h = g weight; dweight = sum g n; dbias = sum g", () => {
  fc.assert(
    fc.property(drawn, ([x, weight, , g]) => {
      const [t, w, dy] = [x, weight, g].map(read);
      const n = weight.size;
      const { units, roots } = normalised(t.values, n);
      const h = dy.values.map((value, i) => value * w.values[i % n]);
      const rowMean = (values: readonly number[], r: number) =>
        values.slice(r * n, (r + 1) * n).reduce((a, b) => a + b, 0) / n;
      const projected = h.map((value, i) => value * units[i]);
      const dx = h.map((value, i) => {
        const r = Math.floor(i / n);
        return (value - rowMean(h, r) - units[i] * rowMean(projected, r)) / roots[r];
      });
      const columnSum = (values: readonly number[]) =>
        Array.from({ length: n }, (_, j) => values.reduce((sum, value, i) => sum + (i % n === j ? value : 0), 0));
      const [gx, gw, gb] = [0, 1, 2].map((which) =>
        onBothKernels(() => layerNormGradients(g, x, weight, EPSILON)[which]),
      );
      const bound = (value: number) => unitOf(x) * (Math.abs(value) + 1e-3) + 1e-9;
      expectTable(gx, { shape: t.shape, values: dx }, bound);
      expectTable(gw, { shape: w.shape, values: columnSum(dy.values.map((value, i) => value * units[i])) }, bound);
      expectTable(gb, { shape: w.shape, values: columnSum(dy.values) }, bound);
    }),
    { numRuns: 50 },
  );
});

test("special contents: the same bits from both kernels", () => {
  fc.assert(
    fc.property(layers({ contents: "special" }), ([x, weight, bias, g]) => {
      onBothKernels(() => layerNorm(x, weight, bias, EPSILON));
      for (const which of [0, 1, 2]) onBothKernels(() => layerNormGradients(g, x, weight, EPSILON)[which]);
    }),
    { numRuns: 50 },
  );
});

test("refusals", () => {
  expect(() => layerNorm(ones([2, 3]), ones([2]), ones([2]), EPSILON)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: layerNorm: the last axes of [2, 3] must be those of weight [2] and bias [2]]`,
  );
  expect(() => layerNorm(ones([3]), ones([3]), ones([1]), EPSILON)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: layerNorm: the last axes of [3] must be those of weight [3] and bias [1]]`,
  );
  expect(() => layerNorm(ones([3]), ones([2, 3]), ones([2, 3]), EPSILON)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: layerNorm: the last axes of [3] must be those of weight [2, 3] and bias [2, 3]]`,
  );
});
