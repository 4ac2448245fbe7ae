/**
 * Cross entropy of logits: for every row ln(sum_c e^x[c]), and the gradient weight (softmax(x) - onehot(label)).
 *
 * The largest logit is taken out first, so that no exponential overflows. Order of operations: along a row one class
 * after the other, in double precision; the gradient is rounded once.
 */
import { BYTES, type Floats } from "../floats.ts";
import { numbers } from "../math/arithmetic.ts";
import { exp } from "../math/exp.ts";
import { log } from "../math/log.ts";
import type { Pair } from "../wasm/doubles.ts";
import { i32, v128 } from "../wasm/expression.ts";
import type { Local } from "../wasm/function.ts";
import { type Kernel, kernel } from "../wasm/module.ts";
import { emitQuads, type Quad } from "./quads.ts";

/** Two float64 pairs: four lanes. */
const LANE_BYTES = 32;

/** The rows' largest logits, and their sums of e^(x - largest); `keep` sees each of those exponentials. */
function emitExponentials(
  { m, eachColumn, load, accumulator }: Quad,
  x: Local<"i32">,
  keep: (column: Local<"i32">, exponential: Pair) => void = () => {},
) {
  const [top, sum] = [accumulator(Number.NEGATIVE_INFINITY), accumulator(0)];
  eachColumn((column) => top.set(m.max(top.value, load(x, column))));
  eachColumn((column) => {
    const exponential = exp(m, m.sub(load(x, column), top.value));
    keep(column, exponential);
    sum.set(m.add(sum.value, exponential));
  });
  return { top: top.value, sum: sum.value };
}

/** Parameters of the kernel: logits, sums (float64 for every row, room for a multiple of four), rows. */
export function logSumExpRowsSimd(classes: number): Kernel {
  return kernel(`log sum exp rows ${classes}`, (f) => {
    const [x, sums, rows] = [0, 1, 2].map(() => f.parameter("i32"));
    emitQuads(f, rows, classes, (quad) => {
      const { top, sum } = emitExponentials(quad, x);
      quad.storeDoubles(sums, quad.m.add(log(quad.m, sum), top));
    });
  });
}

/** Floats of scratch of the gradient: four float64 exponentials for each class. */
export function crossEntropyScratch(classes: number): number {
  return (classes * LANE_BYTES) / BYTES;
}

/** Parameters of the kernel: logits, labels and weights (a float64 for every row), y, rows, scratch. */
export function crossEntropyBackwardSimd(classes: number): Kernel {
  return kernel(`cross entropy backward ${classes}`, (f) => {
    const [x, labels, weights, y, rows, scratch] = [0, 1, 2, 3, 4, 5].map(() => f.parameter("i32"));
    const placeOf = (column: Local<"i32">) => f.let(i32.add(scratch, i32.mul(column, LANE_BYTES / BYTES)));
    emitQuads(f, rows, classes, (quad) => {
      const { m, eachColumn, store, accumulator } = quad;
      const { sum } = emitExponentials(quad, x, (column, { low, high }) => {
        const place = placeOf(column);
        f.storeVector(place, 0, low);
        f.storeVector(place, 16, high);
      });
      const [label, weight, position] = [quad.loadDoubles(labels), quad.loadDoubles(weights), accumulator(0)];
      eachColumn((column) => {
        const place = placeOf(column);
        const share = m.div({ low: v128.load(place, 0), high: v128.load(place, 16) }, sum);
        const isLabel = m.less(m.abs(m.sub(label, position.value)), m.number(0.5));
        store(y, column, m.mul(weight, m.sub(share, m.select(isLabel, m.number(1), m.number(0)))));
        position.set(m.add(position.value, m.number(1)));
      });
    });
  });
}

function exponentials(x: Floats, start: number, classes: number): { top: number; sum: number } {
  let top = Number.NEGATIVE_INFINITY;
  for (let c = start; c < start + classes; c++) top = Math.max(top, x[c]);
  let sum = 0;
  for (let c = start; c < start + classes; c++) sum += exp(numbers, x[c] - top);
  return { top, sum };
}

/** The twin. */
export function logSumExpRowsPlain(x: Floats, classes: number, sums: Float64Array): void {
  for (let b = 0; b < sums.length; b++) {
    const { top, sum } = exponentials(x, b * classes, classes);
    sums[b] = log(numbers, sum) + top;
  }
}

/** The twin of the gradient. */
export function crossEntropyBackwardPlain(
  x: Floats,
  classes: number,
  labels: ArrayLike<number>,
  weight: number,
  y: Floats,
): void {
  for (let b = 0; b < labels.length; b++) {
    const { top, sum } = exponentials(x, b * classes, classes);
    for (let c = 0; c < classes; c++) {
      const share = exp(numbers, x[b * classes + c] - top) / sum;
      y[b * classes + c] = weight * (share - (c === labels[b] ? 1 : 0));
    }
  }
}
