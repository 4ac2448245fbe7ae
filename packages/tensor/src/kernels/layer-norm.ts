/**
 * Layer normalisation: y = (x - mean) / sqrt(variance + epsilon) weight + bias along every row, and its gradients.
 *
 * With n = (x - mean) / deviation and h = g weight, over rows of length N (Ba, Kiros & Hinton 2016, and the chain rule):
 * dx = (h - sum(h) / N - n sum(h n) / N) / deviation, dweight = sum over rows of g n, dbias = sum over rows of g.
 * Order of operations: along a row one element after the other. Sums over rows in four lanes, row r to lane r mod 4,
 * then (l0 + l1) + (l2 + l3). All in double precision, rounded once.
 */
import { BYTES, type Floats } from "../floats.ts";
import type { Pair } from "../wasm/doubles.ts";
import { f32x4, f64x2, i32, v128 } from "../wasm/expression.ts";
import type { Local } from "../wasm/function.ts";
import { type Kernel, kernel } from "../wasm/module.ts";
import { emitQuads, type Quad } from "./quads.ts";

/** Two float64 pairs: four lanes. */
const LANE_BYTES = 32;

/** The rows' means and reciprocal deviations, 1 / sqrt(variance + epsilon). */
function emitMoments({ m, eachColumn, load, accumulator }: Quad, x: Local<"i32">, columns: number, epsilon: number) {
  const n = m.number(columns);
  const [sum, squares] = [accumulator(0), accumulator(0)];
  eachColumn((column) => sum.set(m.add(sum.value, load(x, column))));
  const mean = m.div(sum.value, n);
  eachColumn((column) => {
    const deviation = m.sub(load(x, column), mean);
    squares.set(m.add(squares.value, m.mul(deviation, deviation)));
  });
  const scale = m.div(m.number(1), m.sqrt(m.add(m.div(squares.value, n), m.number(epsilon))));
  return { mean, scale };
}

/** Parameters of the kernel: x, weight, bias, y, rows. */
export function layerNormSimd(columns: number, epsilon: number): Kernel {
  return kernel(`layer norm ${columns} ${epsilon}`, (f) => {
    const [x, weight, bias, y, rows] = [0, 1, 2, 3, 4].map(() => f.parameter("i32"));
    emitQuads(f, rows, columns, (quad) => {
      const { m, eachColumn, load, loadShared, store } = quad;
      const { mean, scale } = emitMoments(quad, x, columns, epsilon);
      eachColumn((column) => {
        const unit = m.mul(m.sub(load(x, column), mean), scale);
        store(y, column, m.add(m.mul(unit, loadShared(weight, column)), loadShared(bias, column)));
      });
    });
  });
}

/** Floats of scratch of the way back: four double lanes for each element of dweight and dbias. */
export function layerNormScratch(columns: number): number {
  return (2 * columns * LANE_BYTES) / BYTES;
}

/** Parameters of the kernel: g, x, weight, dx, dweight, dbias, rows, scratch. */
export function layerNormBackwardSimd(columns: number, epsilon: number): Kernel {
  return kernel(`layer norm backward ${columns} ${epsilon}`, (f) => {
    const [g, x, weight, dx, dweight, dbias, rows, scratch] = [0, 1, 2, 3, 4, 5, 6, 7].map(() => f.parameter("i32"));
    const biasSums = f.let(i32.add(scratch, columns * LANE_BYTES));
    const at = f.local("i32");
    f.for(at, 0, 2 * columns * LANE_BYTES, LANE_BYTES / 2, () => f.storeVector(i32.add(scratch, at), 0, v128.zero()));

    emitQuads(f, rows, columns, (quad) => {
      const { m, eachColumn, load, loadShared, store, accumulator, valid } = quad;
      const { mean, scale } = emitMoments(quad, x, columns, epsilon);
      const [sum, product] = [accumulator(0), accumulator(0)];
      const unitAt = (column: Local<"i32">) => m.mul(m.sub(load(x, column), mean), scale);
      /** sums[column] += value, lane by lane, without the lanes that repeat a row. */
      const collect = (sums: Local<"i32">, column: Local<"i32">, value: Pair) => {
        const target = f.let(i32.add(sums, i32.mul(column, LANE_BYTES / BYTES)));
        const own = m.select(m.less(m.number(0.5), valid), value, m.number(0));
        f.storeVector(target, 0, f64x2.add(v128.load(target, 0), own.low));
        f.storeVector(target, 16, f64x2.add(v128.load(target, 16), own.high));
      };
      eachColumn((column) => {
        const [slope, unit] = [load(g, column), unitAt(column)];
        collect(scratch, column, m.mul(slope, unit));
        collect(biasSums, column, slope);
        const weighted = m.mul(slope, loadShared(weight, column));
        sum.set(m.add(sum.value, weighted));
        product.set(m.add(product.value, m.mul(weighted, unit)));
      });
      const n = m.number(columns);
      const [meanSlope, meanProduct] = [m.div(sum.value, n), m.div(product.value, n)];
      eachColumn((column) => {
        const weighted = m.mul(load(g, column), loadShared(weight, column));
        store(dx, column, m.mul(scale, m.sub(m.sub(weighted, meanSlope), m.mul(unitAt(column), meanProduct))));
      });
    });

    f.for(at, 0, columns * BYTES, BYTES, () => {
      for (const [sums, target] of [
        [scratch, dweight],
        [biasSums, dbias],
      ]) {
        const lanes = f.let(i32.add(sums, i32.mul(at, LANE_BYTES / BYTES)));
        const [low, high] = [f.let(v128.load(lanes, 0)), f.let(v128.load(lanes, 16))];
        const pairs = f.let(f64x2.add(v128.shuffle(low, high, [0, 1, 4, 5]), v128.shuffle(low, high, [2, 3, 6, 7])));
        const total = f64x2.add(pairs, v128.shuffle(pairs, pairs, [2, 3, 0, 1]));
        f.storeVector(i32.add(target, at), 0, f32x4.fromF64x2(total), 1);
      }
    });
  });
}

function moments(x: Floats, start: number, n: number, epsilon: number): { mean: number; scale: number } {
  let sum = 0;
  for (let j = start; j < start + n; j++) sum += x[j];
  const mean = sum / n;
  let squares = 0;
  for (let j = start; j < start + n; j++) squares += (x[j] - mean) * (x[j] - mean);
  return { mean, scale: 1 / Math.sqrt(squares / n + epsilon) };
}

/** The twin. */
export function layerNormPlain(x: Floats, weight: Floats, bias: Floats, y: Floats, epsilon: number): void {
  const n = weight.length;
  for (let start = 0; start < x.length; start += n) {
    const { mean, scale } = moments(x, start, n, epsilon);
    for (let j = 0; j < n; j++) y[start + j] = (x[start + j] - mean) * scale * weight[j] + bias[j];
  }
}

/** The twin of the way back. */
export function layerNormBackwardPlain(
  [g, x, weight]: readonly Floats[],
  [dx, dweight, dbias]: readonly Floats[],
  epsilon: number,
): void {
  const n = weight.length;
  const [weightSums, biasSums] = [new Float64Array(4 * n), new Float64Array(4 * n)];
  for (let start = 0; start < x.length; start += n) {
    const lane = (start / n) % 4;
    const { mean, scale } = moments(x, start, n, epsilon);
    let [sum, product] = [0, 0];
    for (let j = 0; j < n; j++) {
      const [slope, unit] = [g[start + j], (x[start + j] - mean) * scale];
      weightSums[4 * j + lane] += slope * unit;
      biasSums[4 * j + lane] += slope;
      sum += slope * weight[j];
      product += slope * weight[j] * unit;
    }
    const [meanSlope, meanProduct] = [sum / n, product / n];
    for (let j = 0; j < n; j++) {
      const unit = (x[start + j] - mean) * scale;
      dx[start + j] = scale * (g[start + j] * weight[j] - meanSlope - unit * meanProduct);
    }
  }
  for (let j = 0; j < n; j++) {
    dweight[j] = weightSums[4 * j] + weightSums[4 * j + 1] + (weightSums[4 * j + 2] + weightSums[4 * j + 3]);
    dbias[j] = biasSums[4 * j] + biasSums[4 * j + 1] + (biasSums[4 * j + 2] + biasSums[4 * j + 3]);
  }
}
